"""Free times of a vet: weekly hours, changed by exceptions, less what is taken, from now plus the notice.

The one answer to "is this bookable?": the slot list, search and booking itself all ask here, so that every time shown
can be booked (features BK-2, SR-4).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice
from typing import NamedTuple
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from domain.booking import intervals, queries
from domain.practitioners.models import Practitioner, ScheduleException, WorkingHours
from domain.practitioners.schemas import SetHours
from kit import clock, zones


class Slot(NamedTuple):
    """A bookable time."""

    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Timetable:
    """All that decides when one vet can be met, read once for a span of time."""

    practitioner: Practitioner
    time_zone: str
    hours: Sequence[WorkingHours]
    exceptions: Sequence[ScheduleException]
    busy: list[intervals.Span]

    def slots(self, from_at: datetime, to_at: datetime, duration_minutes: int) -> Iterator[Slot]:
        """Free times that start in [from_at, to_at), earliest first; each ends inside an opening."""
        length = timedelta(minutes=duration_minutes)
        earliest = clock.now() + timedelta(minutes=self.practitioner.min_notice_minutes)
        horizon = clock.now() + timedelta(days=self.practitioner.horizon_days)
        first = -(-int(max(from_at, earliest).timestamp()) // 60)
        last = intervals.minute_of(min(to_at, horizon))
        opening = self.opening(zones.local_day(self.time_zone, from_at), zones.local_day(self.time_zone, to_at))
        for minute in intervals.starts(
            opening, self.busy, duration_minutes, duration_minutes + self.practitioner.buffer_minutes,
            self.practitioner.slot_step_minutes, first,
        ):  # fmt: skip
            if minute >= last:
                return
            begins = intervals.moment_of(minute)
            yield Slot(begins, begins + length)

    def opening(self, first: date, last: date) -> list[intervals.Span]:
        """When the vet is open on the local days around [first, last], taken appointments not considered."""
        spans: list[intervals.Span] = []
        closed: list[intervals.Span] = []
        extra: list[intervals.Span] = []
        week: list[list[WorkingHours]] = [[w for w in self.hours if w.weekday == weekday] for weekday in range(7)]
        differing: dict[date, list[ScheduleException]] = {}
        for exception in self.exceptions:
            differing.setdefault(exception.day, []).append(exception)
        day = first - timedelta(days=1)  # a window over midnight belongs to the day it opens
        while day <= last:
            spans += [self._span(day, w.opens_minute, w.closes_minute) for w in week[day.weekday()] if _is_valid(w, day)]
            for exception in differing.get(day, ()):
                if exception.opens_minute is None or exception.closes_minute is None:
                    closed.append(self._span(day, 0, zones.MINUTES_A_DAY))
                else:
                    span = self._span(day, exception.opens_minute, exception.closes_minute)
                    (extra if exception.kind == "open" else closed).append(span)
            day += timedelta(days=1)
        usual = intervals.subtract(intervals.merge(spans), intervals.merge(closed))
        return intervals.merge(usual + extra)

    def _span(self, day: date, opens: int, closes: int) -> intervals.Span:
        return (
            intervals.minute_of(zones.instant(self.time_zone, day, opens, "opening")),
            intervals.minute_of(zones.instant(self.time_zone, day, closes, "closing")),
        )


def _is_valid(window: WorkingHours, day: date) -> bool:
    return (window.valid_from is None or window.valid_from <= day) and (
        window.valid_to is None or day <= window.valid_to
    )


async def timetables(
    session: AsyncSession, practitioner_ids: Sequence[UUID], from_at: datetime, to_at: datetime
) -> dict[UUID, Timetable]:
    """Timetables of approved vets for [from_at, to_at), in three queries however many they are."""
    people = await queries.bookable(session, practitioner_ids)
    hours = await queries.weekly(session, practitioner_ids)
    margin = timedelta(days=2)
    exceptions = await queries.exceptions(session, practitioner_ids, (from_at - margin).date(), (to_at + margin).date())
    busy = await queries.busy(session, [p.user_id for p, _ in people], from_at, to_at + timedelta(days=1))
    return {
        p.id: Timetable(p, zone, hours.get(p.id, ()), exceptions.get(p.id, ()), intervals.merge(busy.get(p.user_id, ())))
        for p, zone in people
    }


async def next_slots(
    session: AsyncSession, wanted: Sequence[tuple[UUID, int]], from_at: datetime, to_at: datetime, count: int
) -> dict[UUID, list[Slot]]:
    """For each (practitioner id, duration): the next ``count`` free times in [from_at, to_at)."""
    tables = await timetables(session, [practitioner_id for practitioner_id, _ in wanted], from_at, to_at)
    return {
        practitioner_id: list(islice(tables[practitioner_id].slots(from_at, to_at, minutes), count))
        for practitioner_id, minutes in wanted
        if practitioner_id in tables
    }


async def on_day(
    session: AsyncSession, practitioner_id: UUID, duration_minutes: int, day: date
) -> tuple[str, list[Slot]]:
    """The clinic's zone and the free times of one of its local days; empty for an unknown vet."""
    wide = timedelta(days=1, hours=15)
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=clock.now().tzinfo)
    tables = await timetables(session, [practitioner_id], noon - wide, noon + wide)
    table = tables.get(practitioner_id)
    if table is None:
        return "UTC", []
    opens, closes = zones.day_bounds(table.time_zone, day)
    return table.time_zone, list(table.slots(opens, closes, duration_minutes))


@dataclass(frozen=True, slots=True)
class Day:
    """One local day of a vet: when they are open, and which starts are free."""

    day: date
    opening: list[tuple[datetime, datetime]]
    slots: list[Slot]


async def preview(
    session: AsyncSession, vet: Practitioner, zone: str, duration_minutes: int, *, days: int = 7,
    trial: SetHours | None = None,
) -> list[Day]:  # fmt: skip
    """The next ``days`` local days of a vet, by the hours that stand, or by ``trial`` instead (nothing is stored).

    Days off, appointments, notice and pause count as they would in a booking; whether the vet is approved does not.
    """
    first = zones.local_day(zone, clock.now())
    last = first + timedelta(days=days - 1)
    from_at, to_at = zones.day_bounds(zone, first)[0], zones.day_bounds(zone, last)[1]
    margin = timedelta(days=1)
    hours = (await queries.weekly(session, [vet.id])).get(vet.id, [])
    rules = vet
    if trial is not None:
        hours = [WorkingHours(**window.model_dump()) for window in trial.windows]
        rules = Practitioner(
            min_notice_minutes=trial.min_notice_minutes, buffer_minutes=trial.buffer_minutes,
            slot_step_minutes=vet.slot_step_minutes, horizon_days=vet.horizon_days,
        )  # fmt: skip
    off = await queries.exceptions(session, [vet.id], first - margin, last + margin)
    busy = await queries.busy(session, [vet.user_id], from_at, to_at + margin)
    table = Timetable(rules, zone, hours, off.get(vet.id, ()), intervals.merge(busy.get(vet.user_id, ())))
    return [_day(table, first + timedelta(days=n), duration_minutes) for n in range(days)]


def _day(table: Timetable, day: date, duration_minutes: int) -> Day:
    opens, closes = zones.day_bounds(table.time_zone, day)
    edges = intervals.minute_of(opens), intervals.minute_of(closes)
    spans = [span for span in table.opening(day, day) if span[0] < edges[1] and span[1] > edges[0]]
    return Day(
        day,
        [(intervals.moment_of(a), intervals.moment_of(b)) for a, b in spans if a >= edges[0]],
        list(table.slots(opens, closes, duration_minutes)),
    )


async def is_free(session: AsyncSession, practitioner_id: UUID, duration_minutes: int, starts_at: datetime) -> bool:
    """True if the slot list would show exactly this start."""
    found = await next_slots(
        session, [(practitioner_id, duration_minutes)], starts_at, starts_at + timedelta(minutes=1), 1
    )
    return any(slot.starts_at == starts_at for slot in found.get(practitioner_id, ()))


async def nearest(
    session: AsyncSession, practitioner_id: UUID, duration_minutes: int, around: datetime, count: int = 3
) -> list[Slot]:
    """The ``count`` free times closest to ``around``, in order of time."""
    span = timedelta(days=7)
    tables = await timetables(session, [practitioner_id], around - span, around + span)
    if practitioner_id not in tables:
        return []
    slots = tables[practitioner_id].slots(around - span, around + span, duration_minutes)
    closest = sorted(slots, key=lambda slot: abs(slot.starts_at - around))[:count]
    return sorted(closest, key=lambda slot: slot.starts_at)
