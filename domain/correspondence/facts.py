"""What mails about an appointment need to know, read once when the thing happens."""

from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.accounts.models import User
from domain.booking import policy
from domain.booking.models import Appointment, AppointmentEvent
from domain.clinics.models import Clinic
from domain.consultations.models import Consultation
from domain.escrow.models import Escrow
from domain.patients.models import Pet
from domain.practitioners.models import Practitioner
from kit.money import Money

Context = dict[str, Any]


async def of(session: AsyncSession, appointment_id: UUID) -> tuple[Appointment, Context]:
    """The appointment, and its facts as JSON (instants in ISO 8601 UTC, money in minor units). System scope."""
    row = (
        await session.execute(
            select(Appointment, Pet.name, Practitioner, Clinic, User.name, Consultation.id)
            .join(Pet, Pet.id == Appointment.pet_id)
            .join(Practitioner, Practitioner.id == Appointment.practitioner_id)
            .join(Clinic, Clinic.id == Appointment.clinic_id)
            .join(User, User.id == Appointment.pet_owner_id)
            .outerjoin(Consultation, Consultation.appointment_id == Appointment.id)
            .where(Appointment.id == appointment_id)
        )
    ).one()
    appointment, pet, vet, clinic, pet_owner, consultation_id = row.tuple()
    rule = policy.current()
    return appointment, {
        "appointment_id": str(appointment.id), "reference": appointment.reference, "version": appointment.version,
        "starts_at": appointment.starts_at.isoformat(), "ends_at": appointment.ends_at.isoformat(),
        "time_zone": appointment.time_zone, "service": appointment.service_name, "mode": appointment.mode,
        "price": money(appointment.price), "pet": pet, "vet": vet.full_name,
        "vet_slug": vet.slug, "clinic": clinic.name, "address": ", ".join(filter(None, (clinic.address, clinic.city))),
        "pet_owner": pet_owner, "cancel_until": (appointment.starts_at - rule.cancel_notice).isoformat(),
        "consultation_id": None if consultation_id is None else str(consultation_id),
        "join_early_minutes": int(rule.join_early.total_seconds()) // 60,
    }  # fmt: skip


def money(amount: Money) -> dict[str, Any]:
    """As JSON."""
    return {"amount_minor": amount.amount_minor, "currency": amount.currency}


async def hold_of(session: AsyncSession, appointment_id: UUID) -> Escrow | None:
    """The held payment of an appointment, as it is now."""
    return (await session.scalars(select(Escrow).where(Escrow.appointment_id == appointment_id))).one_or_none()


async def who_cancelled(session: AsyncSession, appointment_id: UUID) -> str:
    """The role of whoever cancelled, from the timeline; ``system`` if it says nothing."""
    role = await session.scalar(
        select(AppointmentEvent.actor_role)
        .where(AppointmentEvent.appointment_id == appointment_id, AppointmentEvent.kind == "cancelled")
        .order_by(AppointmentEvent.created_at.desc())
        .limit(1)
    )
    return role or "system"


def for_side(context: Context, side: str, **more: Any) -> Context:
    """The facts as one side reads them; ``side`` is ``pet_owner`` or ``practitioner``."""
    return {**context, "side": side, **more}
