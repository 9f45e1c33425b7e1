"""Writing a record: autosaved as a draft with every version kept, then signed, then fixed for good."""

import hashlib
import json
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.booking import appointments, timeline
from domain.booking.models import Appointment, AppointmentStatus
from domain.clinics.models import Clinic
from domain.patients import pets
from domain.practitioners.models import Practitioner
from domain.records import events as record_events
from domain.records.errors import NoteConflict, NoteIncomplete, NoteSigned
from domain.records.models import EncounterNote, InternalNote, NoteState, NoteTemplate, NoteVersion
from domain.records.schemas import SaveNote, draft_out
from kit import clock, events
from kit.actor import CLINIC_ROLES, Actor, Role
from kit.errors import Conflict, NotFound

TEXTS = ("template_code", "diagnosis", "treatment", "prescription", "notes")
WRITABLE = frozenset(
    {AppointmentStatus.BOOKED, AppointmentStatus.IN_PROGRESS, AppointmentStatus.AWAITING_CONFIRMATION,
     AppointmentStatus.COMPLETED}
)  # fmt: skip


async def of_appointment(session: AsyncSession, appointment_id: UUID) -> EncounterNote | None:
    """The note of an appointment that the scope may see: the clinic always, the pet owner once it is signed."""
    return (
        await session.scalars(select(EncounterNote).where(EncounterNote.appointment_id == appointment_id))
    ).one_or_none()


async def internal_of(session: AsyncSession, note: EncounterNote | None) -> str:
    """What only the clinic reads."""
    if note is None:
        return ""
    body = await session.scalar(
        select(InternalNote.body).where(InternalNote.clinic_id == note.clinic_id, InternalNote.note_id == note.id)
    )
    return body or ""


async def save(session: AsyncSession, actor: Actor, appointment_id: UUID, data: SaveNote) -> EncounterNote:
    """Save the draft. Raises NotFound (not the vet of it), NoteSigned, NoteConflict with the version that stands."""
    appointment = await _of_vet(session, actor, appointment_id)
    note = await _locked(session, appointment.id)
    if note is None:
        note = await _open(session, actor, appointment)
    if note.state == NoteState.SIGNED:
        raise NoteSigned
    internal = await internal_of(session, note)
    if note.version != data.version:
        if _same(note, internal, data):
            return note
        raise NoteConflict(current=draft_out(note, internal).model_dump(mode="json"))
    for name in TEXTS:
        setattr(note, name, getattr(data, name))
    note.version += 1
    note.saved_at = clock.now()
    await session.flush()
    await _keep_internal(session, note, data.internal_notes)
    session.add(
        NoteVersion(
            clinic_id=note.clinic_id, note_id=note.id, version=note.version, saved_by=actor.person,
            content=data.model_dump(exclude={"version"}),
        )
    )  # fmt: skip
    await session.flush()
    return note


def _same(note: EncounterNote, internal: str, data: SaveNote) -> bool:
    return internal == data.internal_notes and all(getattr(note, name) == getattr(data, name) for name in TEXTS)


async def _of_vet(session: AsyncSession, actor: Actor, appointment_id: UUID) -> Appointment:
    appointment = await appointments.get(session, actor, appointment_id)
    if appointment.practitioner_user_id != actor.person:
        raise NotFound
    if appointment.status not in WRITABLE or appointment.patient_id is None:
        raise Conflict
    return appointment


async def _locked(session: AsyncSession, appointment_id: UUID) -> EncounterNote | None:
    return (
        await session.scalars(
            select(EncounterNote).where(EncounterNote.appointment_id == appointment_id).with_for_update()
        )
    ).one_or_none()


async def _open(session: AsyncSession, actor: Actor, appointment: Appointment) -> EncounterNote:
    vet = await session.get_one(Practitioner, appointment.practitioner_id)
    clinic = await session.get_one(Clinic, appointment.clinic_id)
    if appointment.patient_id is None:
        raise Conflict
    note = EncounterNote(
        clinic_id=appointment.clinic_id, appointment_id=appointment.id, patient_id=appointment.patient_id,
        pet_id=appointment.pet_id, author_id=actor.person, author_name=vet.full_name, clinic_name=clinic.name,
        locale=actor.locale, version=0, state=NoteState.DRAFT,
    )  # fmt: skip
    session.add(note)
    await session.flush()
    return note


async def _keep_internal(session: AsyncSession, note: EncounterNote, body: str) -> None:
    row = (
        await session.scalars(
            select(InternalNote).where(InternalNote.clinic_id == note.clinic_id, InternalNote.note_id == note.id)
        )
    ).one_or_none()
    if row is None:
        session.add(InternalNote(clinic_id=note.clinic_id, note_id=note.id, body=body))
    else:
        row.body = body


async def sign(session: AsyncSession, actor: Actor, appointment_id: UUID, version: int) -> EncounterNote:
    """Sign the version that was read: it is published to the pet owner and never changes again.

    Raises NotFound, NoteSigned, NoteConflict, NoteIncomplete.
    """
    appointment = await _of_vet(session, actor, appointment_id)
    note = await _locked(session, appointment.id)
    if note is None or not (note.diagnosis.strip() and note.treatment.strip()):
        raise NoteIncomplete
    if note.state == NoteState.SIGNED:
        raise NoteSigned
    if note.version != version:
        raise NoteConflict(current=draft_out(note, await internal_of(session, note)).model_dump(mode="json"))
    note.state, note.signed_at = NoteState.SIGNED, clock.now()
    note.content_sha256 = content_sha256(note)
    await session.flush()
    await timeline.note(session, appointment, actor, "record_signed", note_id=str(note.id))
    await events.publish(session, record_events.NoteSigned(note.id, appointment.id, appointment.pet_owner_id))
    return note


def content_sha256(note: EncounterNote) -> bytes:
    """The digest that is signed over: author, animal and every published word."""
    content = {name: getattr(note, name) for name in TEXTS}
    content |= {"author": str(note.author_id), "pet": str(note.pet_id), "appointment": str(note.appointment_id)}
    return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).digest()


async def published(
    session: AsyncSession, pet_id: UUID, *, limit: int = 20, before: UUID | None = None
) -> Sequence[EncounterNote]:
    """Signed records of a pet that the scope may read, latest first; ``before`` is the last id of the page above."""
    query = select(EncounterNote).where(EncounterNote.pet_id == pet_id, EncounterNote.state == NoteState.SIGNED)
    if before is not None:
        edge = select(EncounterNote.signed_at, EncounterNote.id).where(EncounterNote.id == before).subquery()
        query = query.where(
            (EncounterNote.signed_at < select(edge.c.signed_at).scalar_subquery())
            | (
                (EncounterNote.signed_at == select(edge.c.signed_at).scalar_subquery())
                & (EncounterNote.id < before)
            )
        )
    rows = await session.scalars(query.order_by(EncounterNote.signed_at.desc(), EncounterNote.id.desc()).limit(limit))
    return rows.all()


async def signed(session: AsyncSession, actor: Actor, note_id: UUID) -> EncounterNote:
    """One signed record: to the animal's present owners and to the clinic that wrote it; to others it does not exist."""
    note = await session.get(EncounterNote, note_id)
    if note is None or note.state != NoteState.SIGNED:
        raise NotFound
    if actor.role in CLINIC_ROLES:
        if note.clinic_id != actor.clinic_id:
            raise NotFound
    elif actor.role is not Role.ADMIN:
        await pets.one_of_pet_owner(session, actor, note.pet_id)
    return note


async def templates(session: AsyncSession, locale: str, species: str) -> Sequence[NoteTemplate]:
    """Texts to start from: Lazo's in this language and the clinic's own, for this kind of animal."""
    rows = await session.scalars(
        select(NoteTemplate)
        .where(NoteTemplate.locale == locale, NoteTemplate.deleted_at.is_(None))
        .order_by(NoteTemplate.clinic_id.is_(None), NoteTemplate.name)
    )
    return [t for t in rows if not t.species or species in t.species]
