"""Records a vet still owes, and those of one chart."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.booking.models import Appointment, AppointmentStatus
from domain.patients.models import Pet
from domain.records.models import EncounterNote, NoteState
from kit.actor import Actor

MET = (AppointmentStatus.AWAITING_CONFIRMATION, AppointmentStatus.COMPLETED)


@dataclass(frozen=True, slots=True)
class Owed:
    """A visit that took place and has no signed record; ``note`` is its draft, if one was begun."""

    appointment: Appointment
    pet: Pet
    note: EncounterNote | None


async def unsigned(session: AsyncSession, actor: Actor, limit: int = 20) -> Sequence[Owed]:
    """The caller's visits without a signed record, the longest waiting first."""
    rows = await session.execute(
        select(Appointment, Pet, EncounterNote)
        .join(Pet, Pet.id == Appointment.pet_id)
        .outerjoin(EncounterNote, EncounterNote.appointment_id == Appointment.id)
        .where(
            Appointment.clinic_id == actor.clinic, Appointment.practitioner_user_id == actor.person,
            Appointment.status.in_(MET),
            or_(EncounterNote.id.is_(None), EncounterNote.state == NoteState.DRAFT),
        )
        .order_by(Appointment.starts_at)
        .limit(limit)
    )  # fmt: skip
    return [Owed(*row) for row in rows]


async def of_patient(session: AsyncSession, actor: Actor, patient_id: UUID) -> Sequence[EncounterNote]:
    """Signed records of one of the clinic's charts, latest first."""
    rows = await session.scalars(
        select(EncounterNote)
        .where(
            EncounterNote.clinic_id == actor.clinic, EncounterNote.patient_id == patient_id,
            EncounterNote.state == NoteState.SIGNED,
        )
        .order_by(EncounterNote.signed_at.desc())
    )  # fmt: skip
    return rows.all()
