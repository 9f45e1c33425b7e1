"""Selects of booking."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from domain.booking.intervals import Span, minute_of
from domain.clinics.models import Clinic
from domain.practitioners.models import Practitioner, PractitionerState, ScheduleException, WorkingHours
from kit import clock

BUSY = text("select user_id, starts_at, blocked_until from busy_ranges(:users, :from_at, :to_at, :at)")


async def bookable(session: AsyncSession, practitioner_ids: Sequence[UUID]) -> Sequence[tuple[Practitioner, str]]:
    """Approved vets with their clinic's zone."""
    rows = await session.execute(
        select(Practitioner, Clinic.time_zone)
        .join(Clinic, Clinic.id == Practitioner.clinic_id)
        .where(Practitioner.id.in_(practitioner_ids), Practitioner.state == PractitionerState.APPROVED)
    )
    return [(row[0], row[1]) for row in rows]


async def weekly(session: AsyncSession, practitioner_ids: Sequence[UUID]) -> dict[UUID, list[WorkingHours]]:
    """Weekly windows by vet."""
    found: dict[UUID, list[WorkingHours]] = defaultdict(list)
    for window in await session.scalars(select(WorkingHours).where(WorkingHours.practitioner_id.in_(practitioner_ids))):
        found[window.practitioner_id].append(window)
    return found


async def exceptions(
    session: AsyncSession, practitioner_ids: Sequence[UUID], first: date, last: date
) -> dict[UUID, list[ScheduleException]]:
    """Exceptions of the local days [first, last] by vet."""
    found: dict[UUID, list[ScheduleException]] = defaultdict(list)
    rows = await session.scalars(
        select(ScheduleException).where(
            ScheduleException.practitioner_id.in_(practitioner_ids), ScheduleException.day.between(first, last)
        )
    )
    for exception in rows:
        found[exception.practitioner_id].append(exception)
    return found


async def busy(
    session: AsyncSession, user_ids: Sequence[UUID], from_at: datetime, to_at: datetime
) -> dict[UUID, list[Span]]:
    """Taken spans by person, over every clinic they work in; a hold that ran out takes nothing."""
    found: dict[UUID, list[Span]] = defaultdict(list)
    rows = await session.execute(
        BUSY, {"users": list(user_ids), "from_at": from_at, "to_at": to_at, "at": clock.now()}
    )
    for row in rows:
        found[row.user_id].append((minute_of(row.starts_at), minute_of(row.blocked_until)))
    return found
