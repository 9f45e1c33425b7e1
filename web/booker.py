"""Choosing a time, as the profile and the third step show it: a strip of days, and the times of the chosen one.

Days are those of the reader's zone. Everything is in the first answer: nothing is fetched afterwards.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from domain.booking import calendar
from domain.booking.availability import Slot
from kit import clock, formats, zones
from kit.i18n import gettext as _

NOON, EVENING = 12, 18
FAR = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the day and its free times."""

    name: str
    slots: Sequence[Slot]


@dataclass(frozen=True, slots=True)
class Booker:
    """What ``booking/times.html`` shows. ``days`` are as ``booking.days`` takes them."""

    zone: str
    vet_zone: str
    day: date
    days: Sequence[dict[str, Any]]
    parts: Sequence[Part]
    earlier_url: str
    later_url: str
    next_free: Slot | None
    next_free_url: str

    @property
    def is_empty(self) -> bool:
        """True where the chosen day has no free time."""
        return not self.parts


def read_day(text: str) -> date | None:
    """A day from the address; None for anything that is none."""
    try:
        return date.fromisoformat(text) if len(text) == len("2026-01-31") else None
    except ValueError:
        return None


async def load(
    session: AsyncSession, practitioner_id: UUID, minutes: int, *, zone: str, vet_zone: str, wanted: date | None,
    url: Callable[[date], str],
) -> Booker:  # fmt: skip
    """Lay out the fortnight around ``wanted`` (today or later); without it the first day that has a free time."""
    today = zones.local_day(zone, clock.now())
    next_free = await calendar.next_free(session, practitioner_id, minutes)
    soonest = zones.local_day(zone, next_free.starts_at) if next_free else today
    chosen = min(max(wanted or soonest, today), today + FAR)
    first = today + timedelta(days=(chosen - today).days // calendar.STRIP_DAYS * calendar.STRIP_DAYS)
    found = await calendar.days(session, practitioner_id, minutes, zone, first)
    slots = next(one.slots for one in found if one.day == chosen)
    fortnight = timedelta(days=calendar.STRIP_DAYS)
    return Booker(
        zone=zone, vet_zone=vet_zone, day=chosen, days=[_day(one, chosen, url) for one in found],
        parts=_parts(slots, zone), earlier_url=url(max(first - fortnight, today)) if first > today else "",
        later_url=url(first + fortnight) if first + fortnight <= today + FAR else "", next_free=next_free,
        next_free_url=url(soonest) if next_free else "",
    )  # fmt: skip


def _day(one: calendar.Day, chosen: date, url: Callable[[date], str]) -> dict[str, Any]:
    return {
        "name": formats.weekday(one.day), "number": one.day.day, "free": len(one.slots), "href": url(one.day),
        "current": one.day == chosen, "spoken": formats.day(one.day),
    }  # fmt: skip


def _parts(slots: Sequence[Slot], zone: str) -> list[Part]:
    parts = [Part(_("Morning"), []), Part(_("Afternoon"), []), Part(_("Evening"), [])]
    for slot in slots:
        hour = zones.local(zone, slot.starts_at).hour
        part = parts[0 if hour < NOON else 1 if hour < EVENING else 2]
        part.slots.append(slot)  # type: ignore[attr-defined]
    return [part for part in parts if part.slots]
