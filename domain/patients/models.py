"""Animals. ``Pet`` is the pet owner's, platform-wide; ``Patient`` is one clinic's chart of it; ``Client`` its person."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Numeric, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from kit.db import Row


class Pet(Row):
    """An animal. ``birth_is_estimated`` says whether the day is known."""

    __tablename__ = "pet"
    __table_args__ = (
        CheckConstraint("sex in ('female', 'male', 'unknown')", name="sex"),
        CheckConstraint("neutered in ('yes', 'no', 'unknown')", name="neutered"),
        CheckConstraint("weight_kg is null or weight_kg > 0", name="weight"),
    )

    created_by: Mapped[UUID] = mapped_column(ForeignKey("app_user.id"), index=True)
    name: Mapped[str] = mapped_column(String(80))
    species: Mapped[str] = mapped_column(ForeignKey("species.code"))
    breed: Mapped[str | None] = mapped_column(ForeignKey("breed.code"))
    sex: Mapped[str] = mapped_column(String(8), default="unknown")
    neutered: Mapped[str] = mapped_column(String(8), default="unknown")
    birth_on: Mapped[date | None]
    birth_is_estimated: Mapped[bool] = mapped_column(default=False)
    weight_kg: Mapped[Decimal | None] = mapped_column(Numeric(7, 3))
    colour: Mapped[str] = mapped_column(String(80), default="")
    notes: Mapped[str] = mapped_column(default="")
    photo_file_id: Mapped[UUID | None] = mapped_column(ForeignKey("stored_file.id"))
    deleted_at: Mapped[datetime | None]


class PetOwnership(Row):
    """A person has a pet from ``started_at`` until ``ended_at``."""

    __tablename__ = "pet_ownership"
    __table_args__ = (
        Index("uq_pet_ownership_current", "pet_id", "user_id", unique=True, postgresql_where="ended_at is null"),
        Index(None, "user_id"),
    )

    pet_id: Mapped[UUID] = mapped_column(ForeignKey("pet.id"))
    user_id: Mapped[UUID] = mapped_column(ForeignKey("app_user.id"))
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class Client(Row):
    """The person as this clinic records them."""

    __tablename__ = "client"
    __table_args__ = (
        UniqueConstraint("clinic_id", "id"),
        Index("uq_client_user", "clinic_id", "user_id", unique=True, postgresql_where="user_id is not null"),
    )

    clinic_id: Mapped[UUID] = mapped_column(ForeignKey("clinic.id"))
    user_id: Mapped[UUID | None] = mapped_column(ForeignKey("app_user.id"))
    name: Mapped[str] = mapped_column(String(120))
    email: Mapped[str | None] = mapped_column(String(254))
    phone: Mapped[str | None] = mapped_column(String(20))
    deleted_at: Mapped[datetime | None]


class Patient(Row):
    """This clinic's chart of a pet, with the clinic's own number."""

    __tablename__ = "patient"
    __table_args__ = (
        UniqueConstraint("clinic_id", "id"),
        UniqueConstraint("clinic_id", "number"),
        UniqueConstraint("clinic_id", "pet_id"),
    )

    clinic_id: Mapped[UUID] = mapped_column(ForeignKey("clinic.id"))
    pet_id: Mapped[UUID] = mapped_column(ForeignKey("pet.id"), index=True)
    client_id: Mapped[UUID]
    number: Mapped[int]
    alerts: Mapped[str] = mapped_column(default="")
