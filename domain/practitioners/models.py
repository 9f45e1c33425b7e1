"""Vets at a clinic: professional facts, licences, services with prices, hours and exceptions."""

from datetime import date, datetime
from enum import StrEnum
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
)
from sqlalchemy.orm import Mapped, mapped_column

from kit.db import Row
from kit.money import Money


class PractitionerState(StrEnum):
    """Only an approved practitioner is found and booked."""

    PENDING = "pending"
    APPROVED = "approved"
    REJECTED = "rejected"
    SUSPENDED = "suspended"


class Practitioner(Row):
    """One person at one clinic; ``user_id`` is the body that cannot be in two calls."""

    __tablename__ = "practitioner"
    __table_args__ = (
        UniqueConstraint("clinic_id", "id"),
        UniqueConstraint("clinic_id", "user_id"),
        CheckConstraint("state in ('pending', 'approved', 'rejected', 'suspended')", name="state"),
        CheckConstraint("min_notice_minutes >= 0 and buffer_minutes >= 0", name="policy"),
        CheckConstraint("slot_step_minutes between 5 and 60 and slot_step_minutes % 5 = 0", name="step"),
    )

    clinic_id: Mapped[UUID] = mapped_column(ForeignKey("clinic.id"))
    user_id: Mapped[UUID] = mapped_column(ForeignKey("app_user.id"), index=True)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    title: Mapped[str] = mapped_column(String(20), default="")
    name: Mapped[str] = mapped_column(String(120))
    headline: Mapped[str] = mapped_column(String(200), default="")
    bio: Mapped[str] = mapped_column(default="")
    languages: Mapped[list[str]] = mapped_column(ARRAY(String(5)), default=list)
    species: Mapped[list[str]] = mapped_column(ARRAY(String(30)), default=list)
    specialties: Mapped[list[str]] = mapped_column(ARRAY(String(40)), default=list)
    years_of_practice: Mapped[int] = mapped_column(default=0)
    photo_file_id: Mapped[UUID | None] = mapped_column(ForeignKey("stored_file.id"))
    state: Mapped[str] = mapped_column(String(12), default=PractitionerState.PENDING)
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[UUID | None] = mapped_column(ForeignKey("app_user.id"))
    decision_reason: Mapped[str] = mapped_column(default="")
    min_notice_minutes: Mapped[int] = mapped_column(default=30)
    buffer_minutes: Mapped[int] = mapped_column(default=0)
    slot_step_minutes: Mapped[int] = mapped_column(default=15)
    horizon_days: Mapped[int] = mapped_column(default=60)
    is_listed: Mapped[bool] = mapped_column(default=True)

    @property
    def full_name(self) -> str:
        """Title and name, as people say it."""
        return f"{self.title} {self.name}".strip()


class Licence(Row):
    """The right to practise in one jurisdiction."""

    __tablename__ = "licence"
    __table_args__ = (
        ForeignKeyConstraint(["clinic_id", "practitioner_id"], ["practitioner.clinic_id", "practitioner.id"]),
        Index(None, "clinic_id", "practitioner_id"),
    )

    clinic_id: Mapped[UUID]
    practitioner_id: Mapped[UUID]
    number: Mapped[str] = mapped_column(String(40))
    body: Mapped[str] = mapped_column(String(160))
    country: Mapped[str] = mapped_column(String(2))
    region: Mapped[str] = mapped_column(String(80), default="")
    expires_on: Mapped[date | None]


class Service(Row):
    """What can be booked: a mode, a length and a price. Editing never changes what was booked."""

    __tablename__ = "service"
    __table_args__ = (
        UniqueConstraint("clinic_id", "id"),
        ForeignKeyConstraint(["clinic_id", "practitioner_id"], ["practitioner.clinic_id", "practitioner.id"]),
        Index(None, "clinic_id", "practitioner_id"),
        CheckConstraint("mode in ('video', 'clinic')", name="mode"),
        CheckConstraint("duration_minutes between 5 and 480 and duration_minutes % 5 = 0", name="duration"),
        CheckConstraint("price_minor >= 0", name="price"),
    )

    clinic_id: Mapped[UUID]
    practitioner_id: Mapped[UUID]
    name: Mapped[str] = mapped_column(String(120))
    description: Mapped[str] = mapped_column(default="")
    specialty: Mapped[str] = mapped_column(ForeignKey("specialty.code"))
    mode: Mapped[str] = mapped_column(String(10), default="video")
    duration_minutes: Mapped[int]
    price_minor: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(String(3))
    position: Mapped[int] = mapped_column(default=0)
    deleted_at: Mapped[datetime | None]

    @property
    def price(self) -> Money:
        """What the pet owner pays."""
        return Money(self.price_minor, self.currency)


class WorkingHours(Row):
    """A weekly window in the clinic's zone; ``closes_minute`` may pass 1440 (over midnight)."""

    __tablename__ = "working_hours"
    __table_args__ = (
        ForeignKeyConstraint(["clinic_id", "practitioner_id"], ["practitioner.clinic_id", "practitioner.id"]),
        Index(None, "clinic_id", "practitioner_id"),
        CheckConstraint("weekday between 0 and 6", name="weekday"),
        CheckConstraint(
            "opens_minute between 0 and 1439 and closes_minute > opens_minute and closes_minute <= opens_minute + 1440",
            name="window",
        ),
        CheckConstraint("valid_to is null or valid_from is null or valid_to >= valid_from", name="validity"),
    )

    clinic_id: Mapped[UUID]
    practitioner_id: Mapped[UUID]
    weekday: Mapped[int]
    opens_minute: Mapped[int]
    closes_minute: Mapped[int]
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]


class ScheduleException(Row):
    """One local day that differs: closed (all of it, or a window), or open beyond the week. It wins over the week."""

    __tablename__ = "schedule_exception"
    __table_args__ = (
        ForeignKeyConstraint(["clinic_id", "practitioner_id"], ["practitioner.clinic_id", "practitioner.id"]),
        Index(None, "clinic_id", "practitioner_id", "day"),
        CheckConstraint("kind in ('closed', 'open')", name="kind"),
        CheckConstraint(
            "(opens_minute is null and closes_minute is null and kind = 'closed') or (opens_minute between 0 and 1439"
            " and closes_minute > opens_minute and closes_minute <= opens_minute + 1440)",
            name="window",
        ),
    )

    clinic_id: Mapped[UUID]
    practitioner_id: Mapped[UUID]
    day: Mapped[date]
    kind: Mapped[str] = mapped_column(String(6))
    opens_minute: Mapped[int | None]
    closes_minute: Mapped[int | None]
    reason: Mapped[str] = mapped_column(String(120), default="")
