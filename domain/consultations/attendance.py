"""Appointments whose time has passed without a visit."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.booking import policy, timeline
from domain.booking.events import AppointmentUnattended
from domain.booking.models import Appointment, AppointmentStatus, move
from domain.consultations import presence, rooms
from kit import clock, events
from kit.actor import Actor
from kit.db import working_on

WAITED_SECONDS = 600


async def mark_unattended(session: AsyncSession, limit: int = 50, skip: Collection[UUID] = ()) -> int:
    """Mark booked appointments as missed once their room has closed, and say who was absent. System scope.

    A vet who waited ten minutes was there; so was a pet owner who joined at all. Run twice, it changes nothing.
    """
    late = clock.now() - policy.current().join_late
    rows = await session.scalars(
        select(Appointment)
        .where(
            Appointment.status == AppointmentStatus.BOOKED, Appointment.ends_at < late, Appointment.id.not_in(skip)
        )
        .order_by(Appointment.ends_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    count = 0
    for appointment in rows.all():
        working_on(session, appointment.id)
        absent = await _absent(session, appointment)
        move(appointment, AppointmentStatus.NO_SHOW)
        appointment.closed_at, appointment.close_reason = clock.now(), f"absent_{absent}"
        consultation = await rooms.of_appointment(session, appointment.id)
        if consultation is not None:
            await presence.close_all(session, consultation.id)
        await timeline.note(session, appointment, Actor.system("scheduler"), "unattended", absent=absent)
        await events.publish(session, AppointmentUnattended(appointment.id, absent))
        count += 1
    return count


async def _absent(session: AsyncSession, appointment: Appointment) -> str:
    consultation = await rooms.of_appointment(session, appointment.id)
    if consultation is None:
        return "both"
    vet_waited = await presence.seconds_in(session, consultation.id, "practitioner") >= WAITED_SECONDS
    if not vet_waited:
        return "practitioner" if await presence.seconds_in(session, consultation.id, "pet_owner") else "both"
    return "pet_owner"
