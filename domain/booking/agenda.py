"""A clinic's appointments as its people read them: with the animal and its person. Unpaid holds are left out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.accounts.models import User
from domain.booking.models import Appointment, AppointmentStatus
from domain.patients.models import Patient, Pet
from domain.practitioners.models import Practitioner
from kit import clock, zones
from kit.actor import Actor
from kit.errors import NotFound

S = AppointmentStatus
PAGE = 25
UNPAID = (S.HELD, S.EXPIRED)
When = Literal["today", "upcoming", "past", "all"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the agenda."""

    appointment: Appointment
    pet: Pet
    alerts: str
    pet_owner_name: str
    pet_owner_phone: str
    vet_name: str


@dataclass(frozen=True, slots=True)
class Page:
    """Some of the lines, and how many there are."""

    entries: Sequence[Entry]
    page: int
    total: int

    @property
    def first(self) -> int:
        """Number of the first line shown."""
        return (self.page - 1) * PAGE + 1 if self.entries else 0

    @property
    def last(self) -> int:
        """Number of the last line shown."""
        return (self.page - 1) * PAGE + len(self.entries)


async def of_vet(
    session: AsyncSession, actor: Actor, zone: str, *, when: When, status: str = "", page: int = 1
) -> Page:
    """The caller's own appointments: ``upcoming`` and ``today`` soonest first, the others latest first."""
    query = _of_clinic(actor).where(Appointment.practitioner_user_id == actor.person)
    if status:
        query = query.where(Appointment.status == status)
    opens, closes = zones.day_bounds(zone, zones.local_day(zone, clock.now()))
    if when == "today":
        query = query.where(Appointment.starts_at >= opens, Appointment.starts_at < closes)
    elif when == "upcoming":
        query = query.where(Appointment.ends_at > clock.now())
    elif when == "past":
        query = query.where(Appointment.ends_at <= clock.now())
    order = Appointment.starts_at.asc() if when in ("today", "upcoming") else Appointment.starts_at.desc()
    total = await session.scalar(select(func.count()).select_from(query.with_only_columns(Appointment.id).subquery()))
    rows = await session.execute(query.order_by(order, Appointment.id).limit(PAGE).offset((page - 1) * PAGE))
    return Page([Entry(*row) for row in rows], page, int(total or 0))


async def of_day(session: AsyncSession, actor: Actor, zone: str, day: date) -> Sequence[Entry]:
    """Everybody's appointments of one local day of the caller's clinic, in order."""
    opens, closes = zones.day_bounds(zone, day)
    rows = await session.execute(
        _of_clinic(actor)
        .where(Appointment.starts_at >= opens, Appointment.starts_at < closes)
        .order_by(Appointment.starts_at, Appointment.id)
    )
    return [Entry(*row) for row in rows]


async def standing(session: AsyncSession, actor: Actor, from_at: datetime, to_at: datetime) -> Sequence[Entry]:
    """The caller's own appointments in [from_at, to_at) that are still to take place, in order."""
    rows = await session.execute(
        _of_clinic(actor)
        .where(
            Appointment.practitioner_user_id == actor.person, Appointment.ends_at > from_at,
            Appointment.starts_at < to_at, Appointment.status.in_([S.BOOKED, S.IN_PROGRESS]),
        )
        .order_by(Appointment.starts_at)
    )  # fmt: skip
    return [Entry(*row) for row in rows]


async def one(session: AsyncSession, actor: Actor, appointment_id: UUID) -> Entry:
    """One of the caller's own appointments; anybody else's is NotFound."""
    row = (
        await session.execute(
            _of_clinic(actor).where(
                Appointment.id == appointment_id, Appointment.practitioner_user_id == actor.person
            )
        )
    ).one_or_none()
    if row is None:
        raise NotFound
    return Entry(*row)


async def of_patient(session: AsyncSession, actor: Actor, patient_id: UUID) -> Sequence[Entry]:
    """Every visit of one of the clinic's patients, latest first."""
    rows = await session.execute(
        _of_clinic(actor).where(Appointment.patient_id == patient_id).order_by(Appointment.starts_at.desc()).limit(100)
    )
    return [Entry(*row) for row in rows]


def _of_clinic(actor: Actor) -> Select[Appointment, Pet, str, str, str, str]:
    return (
        select(Appointment, Pet, Patient.alerts, User.name, User.phone, func.ltrim(
            Practitioner.title + " " + Practitioner.name
        ))
        .join(Pet, Pet.id == Appointment.pet_id)
        .join(Patient, Patient.id == Appointment.patient_id)
        .join(User, User.id == Appointment.pet_owner_id)
        .join(Practitioner, Practitioner.id == Appointment.practitioner_id)
        .where(Appointment.clinic_id == actor.clinic, Appointment.status.not_in(UNPAID))
    )  # fmt: skip
