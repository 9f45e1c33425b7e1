"""The appointment's history: one line per thing that happened."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.booking.models import Appointment, AppointmentEvent
from kit import realtime
from kit.actor import Actor


async def note(session: AsyncSession, appointment: Appointment, actor: Actor, kind: str, **data: Any) -> None:
    """Write a line, and tell the open pages of both sides."""
    session.add(
        AppointmentEvent(
            clinic_id=appointment.clinic_id, appointment_id=appointment.id, kind=kind, actor_role=actor.role,
            actor_id=actor.user_id, data=data,
        )
    )  # fmt: skip
    await session.flush()
    news = {"appointment_id": str(appointment.id), "status": appointment.status, "what": kind}
    for person in (appointment.pet_owner_id, appointment.practitioner_user_id):
        realtime.emit(session, f"user:{person}", "appointment.updated", news)


async def of(session: AsyncSession, appointment_id: UUID) -> Sequence[AppointmentEvent]:
    """All lines, oldest first."""
    rows = await session.scalars(
        select(AppointmentEvent)
        .where(AppointmentEvent.appointment_id == appointment_id)
        .order_by(AppointmentEvent.created_at, AppointmentEvent.id)
    )
    return rows.all()
