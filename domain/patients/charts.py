"""A clinic's chart of a pet: opened by the first booking there, with the clinic's own number."""

from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from domain.accounts.models import User
from domain.clinics.models import Clinic
from domain.patients.models import Client, Patient
from kit import clock, ids


async def open_for(session: AsyncSession, clinic_id: UUID, pet_id: UUID, pet_owner_id: UUID) -> Patient:
    """The patient of this pet in this clinic; opens client and chart when it is their first time. System scope."""
    found = await _chart(session, clinic_id, pet_id)
    if found is not None:
        return found
    # The counter row orders two first bookings; the second one finds the first one's chart.
    number = await session.scalar(
        update(Clinic)
        .where(Clinic.id == clinic_id)
        .values(next_patient_number=Clinic.next_patient_number + 1)
        .returning(Clinic.next_patient_number - 1)
    )
    found = await _chart(session, clinic_id, pet_id)
    if found is not None:
        return found
    client_id = await _client(session, clinic_id, pet_owner_id)
    patient = Patient(clinic_id=clinic_id, pet_id=pet_id, client_id=client_id, number=number)
    session.add(patient)
    await session.flush()
    return patient


async def _chart(session: AsyncSession, clinic_id: UUID, pet_id: UUID) -> Patient | None:
    return (
        await session.scalars(select(Patient).where(Patient.clinic_id == clinic_id, Patient.pet_id == pet_id))
    ).one_or_none()


async def _client(session: AsyncSession, clinic_id: UUID, user_id: UUID) -> UUID:
    user = await session.get_one(User, user_id)
    await session.execute(
        insert(Client)
        .values(
            id=ids.new_id(), created_at=clock.now(), clinic_id=clinic_id, user_id=user_id, name=user.name,
            email=user.email, phone=user.phone or None,
        )
        .on_conflict_do_nothing()
    )  # fmt: skip
    return (
        await session.scalars(select(Client.id).where(Client.clinic_id == clinic_id, Client.user_id == user_id))
    ).one()
