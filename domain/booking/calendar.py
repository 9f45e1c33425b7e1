"""Free times laid out as a reader sees them: by the days of their own zone, not of the vet's."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from domain.booking import availability
from domain.booking.availability import Slot
from kit import clock, zones

STRIP_DAYS = 14
MOST = 5000


@dataclass(frozen=True, slots=True)
class Day:
    """One local day of the reader's and the free times that start in it, in order."""

    day: date
    slots: Sequence[Slot]


async def days(
    session: AsyncSession, practitioner_id: UUID, duration_minutes: int, zone: str, first: date, count: int = STRIP_DAYS
) -> list[Day]:
    """``count`` days of ``zone`` from ``first`` on, full ones too; every time in them can be booked now."""
    from_at = zones.day_bounds(zone, first)[0]
    to_at = zones.day_bounds(zone, first + timedelta(days=count))[0]
    found = await availability.next_slots(session, [(practitioner_id, duration_minutes)], from_at, to_at, MOST)
    by_day: dict[date, list[Slot]] = {first + timedelta(days=n): [] for n in range(count)}
    for slot in found.get(practitioner_id, ()):
        by_day[zones.local_day(zone, slot.starts_at)].append(slot)
    return [Day(day, slots) for day, slots in by_day.items()]


async def next_free(session: AsyncSession, practitioner_id: UUID, duration_minutes: int) -> Slot | None:
    """The soonest free time, as far ahead as the vet takes bookings."""
    now = clock.now()
    wanted = [(practitioner_id, duration_minutes)]
    found = await availability.next_slots(session, wanted, now, now + timedelta(days=366), 1)
    return next(iter(found.get(practitioner_id, ())), None)
