"""Taking a time: the hold that gives a pet owner some minutes to pay, and its end."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import NoReturn
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from domain.booking import availability, photos, policy, timeline, triage
from domain.booking.errors import PetBusy, SlotTaken
from domain.booking.events import AppointmentExpired, AppointmentHeld
from domain.booking.models import TAKES_TIME, Appointment, AppointmentStatus, move
from domain.booking.schemas import BookAppointment
from domain.clinics.models import Clinic
from domain.patients import pets
from domain.practitioners.models import Practitioner, PractitionerState, Service
from kit import clock, events, ids, realtime
from kit.actor import Actor
from kit.db import Scope, scoped, working_on
from kit.errors import NotFound


async def take(
    session: AsyncSession, actor: Actor, data: BookAppointment, *, idempotency_key: str | None = None
) -> Appointment:
    """Hold a free time for one of the caller's animals.

    Raises NotFound (pet, vet or service), RedFlag, PetBusy, or SlotTaken with the three nearest free times. The
    database's exclusion constraint has the last word; of many callers at once exactly one gets the time.
    """
    if idempotency_key is not None and (again := await _same_request(session, actor, idempotency_key)) is not None:
        return again
    pet = await pets.one_of_pet_owner(session, actor, data.pet_id)
    vet, service, zone = await _offer(session, data.provider_id, data.service_id)
    answers = triage.check(data.triage, pet.species)
    if not await availability.is_free(session, vet.id, service.duration_minutes, data.starts_at):
        raise await taken(session, vet.id, service, data.starts_at)
    ends_at = data.starts_at + timedelta(minutes=service.duration_minutes)
    async with scoped(session, Scope.system()):
        await expire_due(session, of=(vet.user_id, pet.id))
    appointment_id = await session.scalar(
        insert(Appointment)
        .values(
            id=ids.new_id(), created_at=clock.now(), reference=ids.reference(), clinic_id=vet.clinic_id,
            practitioner_id=vet.id, practitioner_user_id=vet.user_id, service_id=service.id, pet_id=pet.id,
            pet_owner_id=actor.person, status=AppointmentStatus.HELD, version=1, service_name=service.name,
            mode=service.mode, starts_at=data.starts_at, ends_at=ends_at,
            blocked_until=ends_at + timedelta(minutes=vet.buffer_minutes), time_zone=zone,
            price_minor=service.price_minor, currency=service.currency, reason=data.reason, triage=answers,
            hold_expires_at=clock.now() + policy.current().hold, source="portal", idempotency_key=idempotency_key,
            close_reason="",
        )
        .on_conflict_do_nothing()
        .returning(Appointment.id)
    )  # fmt: skip
    if appointment_id is None:
        await _raise_conflict(session, actor, pet.id, vet.id, service, data.starts_at, ends_at)
    appointment = await session.get_one(Appointment, appointment_id)
    await photos.attach(session, actor, appointment, data.photo_file_ids, stage="reason")
    await timeline.note(session, appointment, actor, "held")
    realtime.emit(session, f"provider:{vet.id}", "slot.taken", {"starts_at": data.starts_at.isoformat()})
    await events.publish(session, AppointmentHeld(appointment.id))
    return appointment


async def _same_request(session: AsyncSession, actor: Actor, key: str) -> Appointment | None:
    return (
        await session.scalars(
            select(Appointment).where(Appointment.pet_owner_id == actor.person, Appointment.idempotency_key == key)
        )
    ).one_or_none()


async def _offer(session: AsyncSession, practitioner_id: UUID, service_id: UUID) -> tuple[Practitioner, Service, str]:
    row = (
        await session.execute(
            select(Practitioner, Service, Clinic.time_zone)
            .join(Service, (Service.clinic_id == Practitioner.clinic_id) & (Service.practitioner_id == Practitioner.id))
            .join(Clinic, Clinic.id == Practitioner.clinic_id)
            .where(
                Practitioner.id == practitioner_id, Practitioner.state == PractitionerState.APPROVED,
                Service.id == service_id, Service.deleted_at.is_(None),
            )
        )
    ).one_or_none()  # fmt: skip
    if row is None:
        raise NotFound
    return row[0], row[1], row[2]


async def taken(session: AsyncSession, practitioner_id: UUID, service: Service, around: datetime) -> SlotTaken:
    """The refusal of a time that is not free, with the three nearest that are."""
    free = await availability.nearest(session, practitioner_id, service.duration_minutes, around)
    return SlotTaken(
        alternatives=[{"starts_at": s.starts_at.isoformat(), "ends_at": s.ends_at.isoformat()} for s in free]
    )


async def _raise_conflict(
    session: AsyncSession, actor: Actor, pet_id: UUID, practitioner_id: UUID, service: Service,
    starts_at: datetime, ends_at: datetime,
) -> NoReturn:  # fmt: skip
    own = await session.scalar(
        select(Appointment.id).where(
            Appointment.pet_id == pet_id, Appointment.pet_owner_id == actor.person,
            Appointment.status.in_(TAKES_TIME),
            func.tstzrange(Appointment.starts_at, Appointment.ends_at).op("&&")(func.tstzrange(starts_at, ends_at)),
        )
    )  # fmt: skip
    if own is not None:
        raise PetBusy(appointment_id=str(own))
    raise await taken(session, practitioner_id, service, starts_at)


async def expire_due(
    session: AsyncSession, *, of: tuple[UUID, UUID] | None = None, limit: int = 100, skip: Collection[UUID] = ()
) -> int:
    """End holds whose minutes ran out (of one vet's person or pet, or of all); running it twice changes nothing. System scope."""
    due = (
        select(Appointment)
        .where(
            Appointment.status == AppointmentStatus.HELD, Appointment.hold_expires_at <= clock.now(),
            Appointment.id.not_in(skip),
        )
        .order_by(Appointment.hold_expires_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    if of is not None:
        due = due.where((Appointment.practitioner_user_id == of[0]) | (Appointment.pet_id == of[1]))
    count = 0
    for appointment in (await session.scalars(due)).all():
        working_on(session, appointment.id)
        move(appointment, AppointmentStatus.EXPIRED)
        appointment.closed_at = clock.now()
        await timeline.note(session, appointment, Actor.system("scheduler"), "hold_expired")
        freed = {"starts_at": appointment.starts_at.isoformat()}
        realtime.emit(session, f"provider:{appointment.practitioner_id}", "slot.freed", freed)
        await events.publish(session, AppointmentExpired(appointment.id))
        count += 1
    return count
