"""The room of an appointment: who may enter when, the vet lets the pet owner in, the vet ends the visit."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.booking import appointments, policy
from domain.booking.events import AppointmentBooked
from domain.booking.models import Appointment, AppointmentStatus
from domain.consultations import presence
from domain.consultations.errors import NotAdmitted, RoomClosed, RoomNotOpenYet
from domain.consultations.events import ConsultationEnded, ConsultationStarted
from domain.consultations.models import Consultation, ConsultationState
from kit import clock, events, ids
from kit.actor import Actor, Role
from kit.db import working_on
from kit.errors import NotFound


@dataclass(frozen=True, slots=True)
class Seat:
    """What a room ticket says: which room, who, and in which role."""

    consultation: Consultation
    role: str
    opens_at: datetime
    closes_at: datetime

    @property
    def is_polite(self) -> bool:
        """The pet owner yields when both sides make an offer at once (perfect negotiation)."""
        return self.role == "pet_owner"


async def open_room(session: AsyncSession, event: AppointmentBooked) -> None:
    """A booked video appointment gets its room."""
    appointment = await session.get_one(Appointment, event.appointment_id)
    if appointment.mode != "video" or await of_appointment(session, appointment.id) is not None:
        return
    session.add(
        Consultation(
            clinic_id=appointment.clinic_id, appointment_id=appointment.id, pet_owner_id=appointment.pet_owner_id,
            practitioner_user_id=appointment.practitioner_user_id, room_id=ids.token(),
        )
    )  # fmt: skip
    await session.flush()


def window(appointment: Appointment) -> tuple[datetime, datetime]:
    """When the room is open: from some minutes before the start until some minutes after the end."""
    rule = policy.current()
    return appointment.starts_at - rule.join_early, appointment.ends_at + rule.join_late


async def of_appointment(session: AsyncSession, appointment_id: UUID) -> Consultation | None:
    """The consultation of an appointment, if it has one."""
    return (
        await session.scalars(select(Consultation).where(Consultation.appointment_id == appointment_id))
    ).one_or_none()


async def get(session: AsyncSession, actor: Actor, consultation_id: UUID) -> Consultation:
    """One of the caller's consultations (its pet owner or its vet); to anybody else it does not exist."""
    consultation = await session.get(Consultation, consultation_id)
    if consultation is None or side_of(actor, consultation) is None:
        raise NotFound
    return consultation


def side_of(actor: Actor, consultation: Consultation) -> str | None:
    """``pet_owner``, ``practitioner``, or None for somebody who has no seat."""
    if actor.role is Role.PET_OWNER and consultation.pet_owner_id == actor.user_id:
        return "pet_owner"
    if actor.role in (Role.PRACTITIONER, Role.CLINIC_OWNER) and consultation.practitioner_user_id == actor.user_id:
        return "practitioner"
    return None


async def seat(session: AsyncSession, actor: Actor, consultation_id: UUID) -> Seat:
    """The caller's seat, inside the window; raises NotFound, RoomNotOpenYet (says when), RoomClosed."""
    consultation = await get(session, actor, consultation_id)
    appointment = await session.get_one(Appointment, consultation.appointment_id)
    opens_at, closes_at = window(appointment)
    now = clock.now()
    is_alive = appointment.status in (AppointmentStatus.BOOKED, AppointmentStatus.IN_PROGRESS)
    if consultation.state == ConsultationState.ENDED or not is_alive:
        raise RoomClosed
    if now < opens_at:
        raise RoomNotOpenYet(opens_at=opens_at.isoformat())
    if consultation.state == ConsultationState.PLANNED and now > closes_at:
        raise RoomClosed
    return Seat(consultation, side_of(actor, consultation) or "", opens_at, closes_at)


async def _as_vet(session: AsyncSession, consultation_id: UUID, user_id: UUID) -> Consultation:
    consultation = (
        await session.scalars(select(Consultation).where(Consultation.id == consultation_id).with_for_update())
    ).one_or_none()
    if consultation is None:
        raise NotFound
    if consultation.practitioner_user_id != user_id:
        raise NotAdmitted
    return consultation


async def arrived(
    session: AsyncSession, consultation_id: UUID, user_id: UUID, role: str, *, device: str = ""
) -> None:
    """Somebody is in; if the pet owner was admitted before, the consultation starts now. System scope.

    The consultation is locked, so that an arrival and an admission at the same moment see each other.
    """
    consultation = await session.get(Consultation, consultation_id, with_for_update=True)
    if consultation is None:
        raise NotFound
    await presence.joined(session, consultation_id, user_id, role, device=device)
    await start_if_both_in(session, consultation)


async def admit(session: AsyncSession, consultation_id: UUID, user_id: UUID) -> Consultation:
    """The vet lets the pet owner in; with both present the consultation starts, once. System scope."""
    consultation = await _as_vet(session, consultation_id, user_id)
    if consultation.state == ConsultationState.ENDED:
        raise RoomClosed
    if consultation.admitted_at is None:
        consultation.admitted_at = clock.now()
    await start_if_both_in(session, consultation)
    return consultation


async def start_if_both_in(session: AsyncSession, consultation: Consultation) -> None:
    """Start when the pet owner was admitted and both are in the room; the commission is frozen by this event."""
    if consultation.state != ConsultationState.PLANNED or consultation.admitted_at is None:
        return
    if not await presence.both_in(session, consultation.id):
        return
    consultation.state, consultation.started_at = ConsultationState.IN_PROGRESS, clock.now()
    await session.flush()
    await appointments.begin(session, consultation.appointment_id)
    await events.publish(
        session, ConsultationStarted(consultation.appointment_id, consultation.id, consultation.practitioner_user_id)
    )


async def finish(session: AsyncSession, consultation_id: UUID, user_id: UUID) -> Consultation:
    """The vet ends the visit; pressing twice changes nothing. System scope.

    Raises RoomClosed when it never began: an appointment without a visit is cancelled or missed, not finished.
    """
    consultation = await _as_vet(session, consultation_id, user_id)
    if consultation.state == ConsultationState.PLANNED:
        raise RoomClosed
    await close(session, consultation, "practitioner")
    return consultation


async def close(session: AsyncSession, consultation: Consultation, by: str) -> None:
    """End a consultation in progress and everybody's stay in it. System scope."""
    if consultation.state != ConsultationState.IN_PROGRESS:
        return
    consultation.state, consultation.ended_at, consultation.ended_by = ConsultationState.ENDED, clock.now(), by
    await presence.close_all(session, consultation.id)
    await appointments.end(session, consultation.appointment_id)
    await events.publish(session, ConsultationEnded(consultation.appointment_id, consultation.id))


async def close_forgotten(session: AsyncSession, limit: int = 50, skip: Collection[UUID] = ()) -> int:
    """End visits nobody ended: some minutes after the appointment's end with nobody (or one side) in. System scope."""
    late = clock.now() - policy.current().join_late
    rows = await session.scalars(
        select(Consultation)
        .join(Appointment, Appointment.id == Consultation.appointment_id)
        .where(
            Consultation.state == ConsultationState.IN_PROGRESS, Appointment.ends_at < late,
            Consultation.id.not_in(skip),
        )
        .limit(limit)
        .with_for_update(skip_locked=True, of=Consultation)
    )
    count = 0
    for consultation in rows.all():
        working_on(session, consultation.id)
        if await presence.both_in(session, consultation.id) and not await _is_stale(session, consultation):
            continue
        await close(session, consultation, "scheduler")
        count += 1
    return count


async def _is_stale(session: AsyncSession, consultation: Consultation) -> bool:
    appointment = await session.get_one(Appointment, consultation.appointment_id)
    return clock.now() > appointment.ends_at + timedelta(hours=4)
