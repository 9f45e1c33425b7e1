"""The four steps before a time is held: pet, reason, time, payment. Left and resumed at will, gone after a week.

A draft takes nothing from anybody: only ``finish`` holds the time. Answers are kept whatever happens to the time.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.booking import appointments, availability, holds, triage
from domain.booking.errors import RedFlag
from domain.booking.leftovers import DRAFT_KEPT
from domain.booking.models import Appointment, AppointmentStatus, BookingDraft
from domain.booking.schemas import REASON_MIN, BookAppointment, ReasonAnswer
from domain.catalog import red_flags
from domain.files.models import StoredFile
from domain.patients import pets
from domain.patients.models import Pet
from domain.practitioners.models import Practitioner, PractitionerState, Service
from kit import clock
from kit.actor import Actor
from kit.errors import NotFound, field_error
from kit.i18n import N_

Step = Literal["pet", "reason", "stop", "time", "pay"]
GIVEN_BACK = (AppointmentStatus.EXPIRED, AppointmentStatus.CANCELLED)


@dataclass(frozen=True, slots=True)
class OpenDraft:
    """A booking somebody began and may go on with."""

    id: UUID
    step: Step
    vet_name: str
    service_name: str
    pet_name: str
    starts_at: datetime | None
    updated_at: datetime


async def start(
    session: AsyncSession, actor: Actor, vet_slug: str, service_id: UUID, starts_at: datetime | None
) -> BookingDraft:
    """Begin a booking, or go on with the open one for the same service; ``starts_at`` replaces the time chosen.

    Raises NotFound for a vet or service that cannot be booked.
    """
    vet = await session.scalar(
        select(Practitioner)
        .join(Service, (Service.clinic_id == Practitioner.clinic_id) & (Service.practitioner_id == Practitioner.id))
        .where(
            Practitioner.slug == vet_slug, Practitioner.state == PractitionerState.APPROVED,
            Service.id == service_id, Service.deleted_at.is_(None),
        )
    )  # fmt: skip
    if vet is None:
        raise NotFound
    draft = await session.scalar(
        _open(actor).where(BookingDraft.service_id == service_id).with_for_update(of=BookingDraft).limit(1)
    )
    if draft is None:
        draft = BookingDraft(
            user_id=actor.person, practitioner_id=vet.id, service_id=service_id, updated_at=clock.now(), reason="",
            triage={}, photo_file_ids=[],
        )
        session.add(draft)
    if step_of(draft) == "stop":
        draft.triage = {}  # whoever starts again is asked again
    if starts_at is not None:
        draft.starts_at = starts_at
    return await _saved(session, draft)


async def get(session: AsyncSession, actor: Actor, draft_id: UUID) -> BookingDraft:
    """One of the caller's drafts; another person's is NotFound."""
    draft = await session.get(BookingDraft, draft_id)
    if draft is None or draft.user_id != actor.person:
        raise NotFound
    return draft


def step_of(draft: BookingDraft) -> Step:
    """The first step that is not answered yet; ``stop`` where an answer says emergency."""
    if draft.pet_id is None:
        return "pet"
    answers = draft.triage.get("answers", {})
    if len(draft.reason) < REASON_MIN or not answers:
        return "reason"
    if any(answers.values()):
        return "stop"
    return "time" if draft.starts_at is None else "pay"


async def choose_pet(session: AsyncSession, actor: Actor, draft: BookingDraft, pet_id: UUID) -> None:
    """Say for which animal; another kind of animal is asked its own red-flag questions. Raises NotFound."""
    pet = await pets.one_of_pet_owner(session, actor, pet_id)
    before = await session.get(Pet, draft.pet_id) if draft.pet_id else None
    if before is None or before.species != pet.species:
        draft.triage = {}
    if draft.pet_id != pet.id:
        await _let_go(session, actor, draft)
    draft.pet_id = pet.id
    await _saved(session, draft)


async def answer_reason(session: AsyncSession, actor: Actor, draft: BookingDraft, answer: ReasonAnswer) -> None:
    """Keep what is happening, the pictures and every red-flag answer, those that mean a clinic now too.

    Raises NotFound for a picture of somebody else's, InvalidRequest when the questions were left unanswered.
    """
    pet = await session.get(Pet, draft.pet_id) if draft.pet_id else None
    if pet is None:
        raise NotFound
    for file_id in answer.photos:
        stored = await session.get(StoredFile, file_id)
        if stored is None or stored.uploaded_by != actor.person:
            raise NotFound
    if not answer.flags:
        raise field_error("flags", "missing", N_("Say whether any of this is happening; if not, choose “None of these”"))
    await _let_go(session, actor, draft)
    asked = [question.code for question in red_flags.for_species(pet.species)]
    draft.reason, draft.photo_file_ids = answer.reason, list(dict.fromkeys(answer.photos))
    draft.triage = {
        "version": red_flags.version(), "answers": {code: code in answer.flags for code in asked}
    }  # fmt: skip
    await _saved(session, draft)


async def raised_flags(session: AsyncSession, draft: BookingDraft) -> Sequence[Mapping[str, Any]]:
    """The questions answered with yes, each with its advice in the reader's language; empty when there are none."""
    pet = await session.get(Pet, draft.pet_id) if draft.pet_id else None
    if pet is None:
        return []
    try:
        triage.check(draft.triage.get("answers", {}), pet.species)
    except RedFlag as refusal:
        flags: Sequence[Mapping[str, Any]] = refusal.extra["flags"]
        return flags
    return []


async def choose_time(session: AsyncSession, actor: Actor, draft: BookingDraft, starts_at: datetime) -> None:
    """Say when; nothing is held by it, and another time that was held for this draft is free again.

    Raises SlotTaken with the three nearest free times.
    """
    before = await held(session, draft)
    if before is not None and before.starts_at == starts_at and not has_lapsed(before):
        return
    await _let_go(session, actor, draft)
    service = await session.get_one(Service, draft.service_id)
    if not await availability.is_free(session, draft.practitioner_id, service.duration_minutes, starts_at):
        raise await holds.taken(session, draft.practitioner_id, service, starts_at)
    draft.starts_at = starts_at
    await _saved(session, draft)


async def _let_go(session: AsyncSession, actor: Actor, draft: BookingDraft) -> None:
    """Another answer is another appointment: give back the time that is held, if it is not paid yet."""
    before = await held(session, draft)
    if before is not None and before.status == AppointmentStatus.HELD:
        await appointments.cancel(session, actor, before, "answers_changed")
        draft.appointment_id = None


async def held(session: AsyncSession, draft: BookingDraft) -> Appointment | None:
    """What this draft became, if it became an appointment."""
    return await session.get(Appointment, draft.appointment_id) if draft.appointment_id else None


async def of_appointment(session: AsyncSession, actor: Actor, appointment_id: UUID) -> BookingDraft:
    """The caller's draft that became this appointment; raises NotFound."""
    draft = await session.scalar(
        select(BookingDraft).where(
            BookingDraft.appointment_id == appointment_id, BookingDraft.user_id == actor.person
        )
    )
    if draft is None:
        raise NotFound
    return draft


async def finish(session: AsyncSession, actor: Actor, draft_id: UUID) -> Appointment:
    """Hold the time; pressing twice is one hold. After a hold ran out the same answers may hold a time again.

    Raises NotFound, InvalidRequest while a step is open, and what ``holds.take`` raises.
    """
    draft = await session.get(BookingDraft, draft_id, with_for_update=True, populate_existing=True)
    if draft is None or draft.user_id != actor.person:
        raise NotFound
    before = await held(session, draft)
    if before is not None and before.status not in GIVEN_BACK and not has_lapsed(before):
        return before
    if step_of(draft) in ("pet", "reason", "time") or draft.pet_id is None or draft.starts_at is None:
        raise field_error("", "unfinished", N_("A step is still open"))
    wanted = BookAppointment(
        pet_id=draft.pet_id, provider_id=draft.practitioner_id, service_id=draft.service_id,
        starts_at=draft.starts_at, reason=draft.reason, triage=draft.triage.get("answers", {}),
        photo_file_ids=draft.photo_file_ids,
    )  # fmt: skip
    key = f"{draft.id}.{draft.updated_at.timestamp():.6f}"  # one hold per state of the answers
    appointment = await holds.take(session, actor, wanted, idempotency_key=key)
    draft.appointment_id = appointment.id
    await _saved(session, draft)
    return appointment


def has_lapsed(appointment: Appointment) -> bool:
    """True for a hold whose minutes are over, whether or not the scheduler has been there."""
    if appointment.status == AppointmentStatus.EXPIRED:
        return True
    expires_at = appointment.hold_expires_at
    return appointment.status == AppointmentStatus.HELD and expires_at is not None and expires_at <= clock.now()


async def open_of(session: AsyncSession, actor: Actor) -> Sequence[OpenDraft]:
    """The caller's bookings that were begun and not finished, the latest first."""
    rows = await session.execute(
        _open(actor)
        .add_columns(Practitioner, Service.name, Pet.name)
        .join(Practitioner, Practitioner.id == BookingDraft.practitioner_id)
        .join(Service, Service.id == BookingDraft.service_id)
        .outerjoin(Pet, Pet.id == BookingDraft.pet_id)
        .where(Practitioner.state == PractitionerState.APPROVED, Service.deleted_at.is_(None))
    )
    return [
        OpenDraft(d.id, step_of(d), vet.full_name, service, pet or "", d.starts_at, d.updated_at)
        for d, vet, service, pet in rows
    ]


def _open(actor: Actor) -> Any:
    lapsed = or_(
        Appointment.status == AppointmentStatus.EXPIRED,
        and_(Appointment.status == AppointmentStatus.HELD, Appointment.hold_expires_at <= clock.now()),
    )
    return (
        select(BookingDraft)
        .outerjoin(Appointment, Appointment.id == BookingDraft.appointment_id)
        .where(
            BookingDraft.user_id == actor.person, BookingDraft.updated_at > clock.now() - DRAFT_KEPT,
            or_(BookingDraft.appointment_id.is_(None), lapsed),
        )
        .order_by(BookingDraft.updated_at.desc())
    )  # fmt: skip


async def _saved(session: AsyncSession, draft: BookingDraft) -> BookingDraft:
    draft.updated_at = clock.now()
    await session.flush()
    return draft
