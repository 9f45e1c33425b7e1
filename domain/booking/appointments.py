"""Appointments after the hold: paid, met, finished, cancelled, missed."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from sqlalchemy import and_, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from domain.booking import holds, policy, timeline
from domain.booking.errors import AppointmentChanged, CancelTooLate
from domain.booking.events import AppointmentBooked, AppointmentCancelled
from domain.booking.models import ALLOWED, Appointment, AppointmentStatus, move
from domain.booking.schemas import ChangeStatus
from domain.patients import charts
from kit import clock, events, realtime
from kit.actor import CLINIC_ROLES, Actor, Role
from kit.db import Scope, scoped
from kit.errors import Forbidden, InvalidTransition, NotFound

S = AppointmentStatus
Paid = Literal["booked", "retaken", "lost", "already"]
OPEN = (S.HELD, S.BOOKED, S.IN_PROGRESS, S.AWAITING_CONFIRMATION)


async def get(session: AsyncSession, actor: Actor, appointment_id: UUID) -> Appointment:
    """One appointment of the caller's (pet owner, the vet's clinic, or admin); anybody else's is NotFound."""
    appointment = await session.get(Appointment, appointment_id)
    if appointment is None or not _is_party(actor, appointment):
        raise NotFound
    return appointment


def _is_party(actor: Actor, appointment: Appointment) -> bool:
    if actor.role in (Role.ADMIN, Role.SYSTEM):
        return True
    if actor.role in CLINIC_ROLES:
        return appointment.clinic_id == actor.clinic_id
    return appointment.pet_owner_id == actor.user_id


async def of_pet_owner(session: AsyncSession, actor: Actor, *, upcoming: bool, limit: int = 50) -> Sequence[Appointment]:
    """Somebody's appointments: what is open or still to come (soonest first), or what is over (latest first)."""
    still = or_(
        Appointment.status.in_([S.BOOKED, S.IN_PROGRESS, S.AWAITING_CONFIRMATION]),
        and_(Appointment.status == S.HELD, Appointment.hold_expires_at > clock.now()),
    )
    query = select(Appointment).where(Appointment.pet_owner_id == actor.person, still if upcoming else ~still)
    order = Appointment.starts_at.asc() if upcoming else Appointment.starts_at.desc()
    return (await session.scalars(query.order_by(order).limit(limit))).all()


async def of_practitioner(
    session: AsyncSession, actor: Actor, from_at: datetime, to_at: datetime, *, statuses: Sequence[str] = ()
) -> Sequence[Appointment]:
    """The vet's own appointments that start in [from_at, to_at), in order; holds that may still vanish are left out."""
    query = select(Appointment).where(
        Appointment.clinic_id == actor.clinic, Appointment.practitioner_user_id == actor.person,
        Appointment.starts_at >= from_at, Appointment.starts_at < to_at,
        Appointment.status.not_in([S.HELD, S.EXPIRED]),
    )  # fmt: skip
    if statuses:
        query = query.where(Appointment.status.in_(statuses))
    return (await session.scalars(query.order_by(Appointment.starts_at))).all()


async def locked(session: AsyncSession, appointment_id: UUID) -> Appointment:
    """The row, locked until the transaction ends; raises NotFound."""
    row = (
        await session.scalars(
            select(Appointment)
            .where(Appointment.id == appointment_id)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
    ).one_or_none()
    if row is None:
        raise NotFound
    return row


async def confirm_payment(session: AsyncSession, appointment_id: UUID) -> Paid:
    """The payment is verified. System scope.

    ``booked``: the hold became a booking. ``retaken``: it had run out, and the time was still free. ``lost``: it had
    run out and the time is gone (or the person cancelled), so the money goes back. ``already``: nothing to do.
    """
    appointment = await locked(session, appointment_id)
    if appointment.status not in (S.HELD, S.EXPIRED):
        return "lost" if appointment.status == S.CANCELLED else "already"
    late = appointment.status == S.EXPIRED
    if late and appointment.starts_at <= clock.now():
        return "lost"
    await holds.expire_due(session, of=(appointment.practitioner_user_id, appointment.pet_id))
    if appointment.status == S.EXPIRED:
        late = True
    patient = await charts.open_for(session, appointment.clinic_id, appointment.pet_id, appointment.pet_owner_id)
    try:
        async with session.begin_nested():
            move(appointment, S.BOOKED)
            appointment.booked_at, appointment.closed_at = clock.now(), None
            appointment.patient_id = patient.id
    except IntegrityError:
        await session.refresh(appointment)
        return "lost"
    await timeline.note(session, appointment, Actor.system("payments"), "booked", late=late)
    taken = {"starts_at": appointment.starts_at.isoformat()}
    realtime.emit(session, f"provider:{appointment.practitioner_id}", "slot.taken", taken)
    await events.publish(session, AppointmentBooked(appointment.id))
    return "retaken" if late else "booked"


async def change_status(session: AsyncSession, actor: Actor, appointment_id: UUID, data: ChangeStatus) -> Appointment:
    """A step that a person may ask for. Cancelling is the only one; the others follow from what happens.

    Raises NotFound, AppointmentChanged (another version), InvalidTransition naming what is possible, CancelTooLate.
    """
    await get(session, actor, appointment_id)
    appointment = await locked(session, appointment_id)
    if appointment.version != data.version:
        raise AppointmentChanged(version=appointment.version)
    askable = sorted({S.CANCELLED} & ALLOWED[S(appointment.status)])
    if data.status not in askable:
        raise InvalidTransition(current=appointment.status, allowed=askable)
    return await cancel(session, actor, appointment, data.reason)


def cancel_until(actor: Actor, appointment: Appointment) -> datetime:
    """Until when ``actor`` may cancel a booked appointment: the policy's notice for a pet owner, else the start."""
    return appointment.starts_at - (policy.current().cancel_notice if actor.role is Role.PET_OWNER else timedelta())


async def cancel(session: AsyncSession, actor: Actor, appointment: Appointment, reason: str) -> Appointment:
    """End it before it began; the time is free in the same transaction, and money paid goes back in full.

    A pet owner may do so until the policy's notice before the start; the vet's side until the start.
    """
    if actor.role is Role.STAFF and "appointments.manage" not in actor.permissions:
        raise Forbidden
    was_booked = appointment.status == S.BOOKED
    until = cancel_until(actor, appointment)
    if was_booked and clock.now() > until:
        raise CancelTooLate(until=until.isoformat())
    move(appointment, S.CANCELLED)
    appointment.closed_at, appointment.close_reason = clock.now(), reason or f"by_{actor.role}"
    await timeline.note(session, appointment, actor, "cancelled", reason=appointment.close_reason)
    freed = {"starts_at": appointment.starts_at.isoformat()}
    realtime.emit(session, f"provider:{appointment.practitioner_id}", "slot.freed", freed)
    async with scoped(session, Scope.system()):
        await events.publish(session, AppointmentCancelled(appointment.id, was_booked))
    return appointment


async def begin(session: AsyncSession, appointment_id: UUID) -> Appointment:
    """Both are in the room. System scope."""
    appointment = await locked(session, appointment_id)
    move(appointment, S.IN_PROGRESS)
    await timeline.note(session, appointment, Actor.system("call"), "started")
    return appointment


async def end(session: AsyncSession, appointment_id: UUID) -> Appointment:
    """The visit is over; both are asked to confirm. System scope."""
    appointment = await locked(session, appointment_id)
    move(appointment, S.AWAITING_CONFIRMATION)
    await timeline.note(session, appointment, Actor.system("call"), "ended")
    return appointment


async def complete(session: AsyncSession, appointment_id: UUID) -> Appointment:
    """The money is released; nothing more is to be done."""
    appointment = await locked(session, appointment_id)
    move(appointment, S.COMPLETED)
    appointment.closed_at = clock.now()
    await timeline.note(session, appointment, Actor.system("payments"), "completed")
    return appointment
