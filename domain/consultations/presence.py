"""Attendance facts: who was in the room, from when to when, and how long both were."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from domain.booking import timeline
from domain.booking.models import Appointment
from domain.consultations.models import Consultation, Presence
from kit import clock
from kit.actor import Actor
from kit.errors import NotFound


async def joined(
    session: AsyncSession, consultation_id: UUID, user_id: UUID, role: str, *, device: str = ""
) -> Presence:
    """Somebody is in. A stay left open (a process that died) ends where the new one begins. System scope."""
    consultation = await session.get(Consultation, consultation_id)
    if consultation is None:
        raise NotFound
    now = clock.now()
    open_stay = await _open(session, consultation_id, role)
    if open_stay is not None:
        open_stay.left_at = now
        await session.flush()
    stay = Presence(
        clinic_id=consultation.clinic_id, consultation_id=consultation_id, user_id=user_id, role=role,
        device=device[:120], joined_at=now,
    )  # fmt: skip
    first = open_stay is None and not await _was_in(session, consultation_id, role)
    session.add(stay)
    await session.flush()
    if first:
        appointment = await session.get_one(Appointment, consultation.appointment_id)
        await timeline.note(session, appointment, Actor.system("call"), f"{role}_joined")
    return stay


async def left(
    session: AsyncSession, consultation_id: UUID, user_id: UUID, role: str, *, ago: timedelta = timedelta()
) -> None:
    """Somebody is out, since ``ago``; leaving twice changes nothing. System scope."""
    stay = await _open(session, consultation_id, role)
    if stay is not None and stay.user_id == user_id:
        stay.left_at = max(stay.joined_at, clock.now() - ago)
        await session.flush()


async def close_all(session: AsyncSession, consultation_id: UUID) -> None:
    """End every open stay."""
    await session.execute(
        update(Presence)
        .where(Presence.consultation_id == consultation_id, Presence.left_at.is_(None))
        .values(left_at=func.greatest(Presence.joined_at, clock.now()))
    )


async def _open(session: AsyncSession, consultation_id: UUID, role: str) -> Presence | None:
    return (
        await session.scalars(
            select(Presence)
            .where(Presence.consultation_id == consultation_id, Presence.role == role, Presence.left_at.is_(None))
            .with_for_update()
        )
    ).one_or_none()


async def _was_in(session: AsyncSession, consultation_id: UUID, role: str) -> bool:
    found = await session.scalar(
        select(Presence.id).where(Presence.consultation_id == consultation_id, Presence.role == role).limit(1)
    )
    return found is not None


async def both_in(session: AsyncSession, consultation_id: UUID) -> bool:
    """True while each side has an open stay."""
    roles = await session.scalars(
        select(Presence.role).where(Presence.consultation_id == consultation_id, Presence.left_at.is_(None))
    )
    return set(roles) == {"pet_owner", "practitioner"}


async def stays(session: AsyncSession, consultation_id: UUID) -> Sequence[Presence]:
    """Every stay, in order: the evidence."""
    rows = await session.scalars(
        select(Presence).where(Presence.consultation_id == consultation_id).order_by(Presence.joined_at)
    )
    return rows.all()


async def overlap_seconds(session: AsyncSession, consultation_id: UUID) -> int:
    """How long both were in the room at once, in whole seconds."""
    sides: dict[str, list[tuple[datetime, datetime]]] = {"pet_owner": [], "practitioner": []}
    for stay in await stays(session, consultation_id):
        sides[stay.role].append((stay.joined_at, stay.left_at or clock.now()))
    total = 0.0
    for a_in, a_out in sides["pet_owner"]:
        for b_in, b_out in sides["practitioner"]:
            total += max(0.0, (min(a_out, b_out) - max(a_in, b_in)).total_seconds())
    return int(total)


async def seconds_in(session: AsyncSession, consultation_id: UUID, role: str) -> int:
    """How long one side was in the room, in whole seconds (stays of one side never overlap)."""
    mine = [s for s in await stays(session, consultation_id) if s.role == role]
    return int(sum(((s.left_at or clock.now()) - s.joined_at).total_seconds() for s in mine))
