"""Appointments: who meets whom, when, and how far it has come. Overlap is refused by the database itself."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    BigInteger,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB, ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column

from kit.db import Row
from kit.errors import InvalidTransition
from kit.money import Money


class AppointmentStatus(StrEnum):
    """How far an appointment has come."""

    HELD = "held"
    BOOKED = "booked"
    IN_PROGRESS = "in_progress"
    AWAITING_CONFIRMATION = "awaiting_confirmation"
    COMPLETED = "completed"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    NO_SHOW = "no_show"


S = AppointmentStatus
ALLOWED: Mapping[AppointmentStatus, frozenset[AppointmentStatus]] = {
    S.HELD: frozenset({S.BOOKED, S.CANCELLED, S.EXPIRED}),
    S.BOOKED: frozenset({S.IN_PROGRESS, S.CANCELLED, S.NO_SHOW}),
    S.IN_PROGRESS: frozenset({S.AWAITING_CONFIRMATION}),
    S.AWAITING_CONFIRMATION: frozenset({S.COMPLETED}),
    S.EXPIRED: frozenset({S.BOOKED}),
    S.COMPLETED: frozenset(),
    S.CANCELLED: frozenset(),
    S.NO_SHOW: frozenset(),
}
TAKES_TIME = frozenset({S.HELD, S.BOOKED, S.IN_PROGRESS})
_TAKES_TIME_SQL = "status in ('held', 'booked', 'in_progress')"


class Appointment(Row):
    """One meeting. ``[starts_at, blocked_until)`` is closed to every other meeting of the same vet or pet."""

    __tablename__ = "appointment"
    __table_args__ = (
        UniqueConstraint("clinic_id", "id"),
        ForeignKeyConstraint(["clinic_id", "practitioner_id"], ["practitioner.clinic_id", "practitioner.id"]),
        ForeignKeyConstraint(["clinic_id", "service_id"], ["service.clinic_id", "service.id"]),
        ExcludeConstraint(
            ("practitioner_user_id", "="), (text("tstzrange(starts_at, blocked_until)"), "&&"),
            where=text(_TAKES_TIME_SQL), using="gist", name="ex_appointment_practitioner_time",
        ),
        ExcludeConstraint(
            ("pet_id", "="), (text("tstzrange(starts_at, ends_at)"), "&&"),
            where=text(_TAKES_TIME_SQL), using="gist", name="ex_appointment_pet_time",
        ),
        CheckConstraint("ends_at > starts_at and blocked_until >= ends_at", name="times"),
        CheckConstraint("extract(epoch from starts_at)::bigint % 300 = 0", name="grid"),
        CheckConstraint(
            "status in ('held','booked','in_progress','awaiting_confirmation','completed','cancelled','expired',"
            "'no_show')",
            name="status",
        ),
        CheckConstraint("price_minor >= 0", name="price"),
        CheckConstraint("status <> 'held' or hold_expires_at is not null", name="hold"),
        Index("uq_appointment_idempotency", "pet_owner_id", "idempotency_key", unique=True,
              postgresql_where="idempotency_key is not null"),
        Index(None, "clinic_id", "starts_at"),
        Index(None, "pet_owner_id", "starts_at"),
        Index("ix_appointment_hold", "hold_expires_at", postgresql_where="status = 'held'"),
        Index("ix_appointment_open", "ends_at", postgresql_where="status in ('booked', 'in_progress')"),
    )  # fmt: skip

    reference: Mapped[str] = mapped_column(String(12), unique=True)
    clinic_id: Mapped[UUID] = mapped_column(ForeignKey("clinic.id"))
    practitioner_id: Mapped[UUID]
    practitioner_user_id: Mapped[UUID] = mapped_column(ForeignKey("app_user.id"))
    service_id: Mapped[UUID]
    pet_id: Mapped[UUID] = mapped_column(ForeignKey("pet.id"), index=True)
    pet_owner_id: Mapped[UUID] = mapped_column(ForeignKey("app_user.id"))
    patient_id: Mapped[UUID | None]
    status: Mapped[str] = mapped_column(String(24), default=AppointmentStatus.HELD)
    version: Mapped[int] = mapped_column(default=1)
    service_name: Mapped[str] = mapped_column(String(120))
    mode: Mapped[str] = mapped_column(String(10))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    blocked_until: Mapped[datetime]
    time_zone: Mapped[str] = mapped_column(String(60))
    price_minor: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(String(3))
    reason: Mapped[str]
    triage: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    hold_expires_at: Mapped[datetime | None]
    booked_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    close_reason: Mapped[str] = mapped_column(String(60), default="")
    source: Mapped[str] = mapped_column(String(12), default="portal")
    idempotency_key: Mapped[str | None] = mapped_column(String(80))

    @property
    def price(self) -> Money:
        """As it was when the time was taken."""
        return Money(self.price_minor, self.currency)


def move(appointment: Appointment, to: AppointmentStatus) -> None:
    """Step along the machine and count the version; raises InvalidTransition naming the allowed steps."""
    allowed = ALLOWED[AppointmentStatus(appointment.status)]
    if to not in allowed:
        raise InvalidTransition(current=appointment.status, allowed=sorted(allowed))
    appointment.status = to
    appointment.version += 1


class AppointmentEvent(Row):
    """One line of the appointment's timeline, the same for pet owner, vet and admin."""

    __tablename__ = "appointment_event"
    __table_args__ = (Index(None, "appointment_id", "created_at"), Index(None, "clinic_id", "created_at"))

    clinic_id: Mapped[UUID]
    appointment_id: Mapped[UUID] = mapped_column(ForeignKey("appointment.id"))
    kind: Mapped[str] = mapped_column(String(40))
    actor_role: Mapped[str] = mapped_column(String(20))
    actor_id: Mapped[UUID | None]
    data: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)


class AppointmentPhoto(Row):
    """A picture that belongs to an appointment: sent with the reason, or during the call."""

    __tablename__ = "appointment_photo"
    __table_args__ = (UniqueConstraint("appointment_id", "file_id"), Index(None, "clinic_id", "appointment_id"))

    clinic_id: Mapped[UUID]
    appointment_id: Mapped[UUID] = mapped_column(ForeignKey("appointment.id"))
    file_id: Mapped[UUID] = mapped_column(ForeignKey("stored_file.id"))
    uploaded_by: Mapped[UUID] = mapped_column(ForeignKey("app_user.id"))
    stage: Mapped[str] = mapped_column(String(10), default="reason")


class BookingDraft(Row):
    """What a pet owner has answered so far in the four steps; left and resumed at will, gone after a week."""

    __tablename__ = "booking_draft"

    user_id: Mapped[UUID] = mapped_column(ForeignKey("app_user.id"), index=True)
    practitioner_id: Mapped[UUID] = mapped_column(ForeignKey("practitioner.id"))
    service_id: Mapped[UUID] = mapped_column(ForeignKey("service.id"))
    pet_id: Mapped[UUID | None] = mapped_column(ForeignKey("pet.id"))
    reason: Mapped[str] = mapped_column(default="")
    triage: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    photo_file_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid), default=list)
    starts_at: Mapped[datetime | None]
    appointment_id: Mapped[UUID | None] = mapped_column(ForeignKey("appointment.id"))
    updated_at: Mapped[datetime]
