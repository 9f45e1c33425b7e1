"""The medical record of one consultation: a draft while it is written, fixed once signed, every version kept."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    String,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from kit.db import Row


class NoteState(StrEnum):
    """A signed note is published to the pet owner and never edited."""

    DRAFT = "draft"
    SIGNED = "signed"


class EncounterNote(Row):
    """What the vet found and advised; the pet owner reads it once it is signed."""

    __tablename__ = "encounter_note"
    __table_args__ = (
        UniqueConstraint("clinic_id", "id"),
        ForeignKeyConstraint(["clinic_id", "appointment_id"], ["appointment.clinic_id", "appointment.id"]),
        ForeignKeyConstraint(["clinic_id", "patient_id"], ["patient.clinic_id", "patient.id"]),
        CheckConstraint("state in ('draft', 'signed')", name="state"),
        CheckConstraint("state <> 'signed' or (signed_at is not null and content_sha256 is not null)", name="signed"),
        Index(None, "clinic_id", "patient_id"),
        Index(None, "pet_id", "signed_at"),
    )

    clinic_id: Mapped[UUID]
    appointment_id: Mapped[UUID] = mapped_column(unique=True)
    patient_id: Mapped[UUID]
    pet_id: Mapped[UUID] = mapped_column(ForeignKey("pet.id"))
    author_id: Mapped[UUID] = mapped_column(ForeignKey("app_user.id"))
    author_name: Mapped[str] = mapped_column(String(160))
    clinic_name: Mapped[str] = mapped_column(String(160))
    locale: Mapped[str] = mapped_column(String(5))
    state: Mapped[str] = mapped_column(String(8), default=NoteState.DRAFT)
    version: Mapped[int] = mapped_column(default=0)
    template_code: Mapped[str] = mapped_column(String(60), default="")
    diagnosis: Mapped[str] = mapped_column(default="")
    treatment: Mapped[str] = mapped_column(default="")
    prescription: Mapped[str] = mapped_column(default="")
    notes: Mapped[str] = mapped_column(default="")
    saved_at: Mapped[datetime | None]
    signed_at: Mapped[datetime | None]
    content_sha256: Mapped[bytes | None] = mapped_column(LargeBinary(32))


class InternalNote(Row):
    """What only the clinic reads: a table of its own, so that no query of the pet owner's can reach it."""

    __tablename__ = "internal_note"
    __table_args__ = (
        ForeignKeyConstraint(["clinic_id", "note_id"], ["encounter_note.clinic_id", "encounter_note.id"]),
        UniqueConstraint("clinic_id", "note_id"),
    )

    clinic_id: Mapped[UUID]
    note_id: Mapped[UUID]
    body: Mapped[str] = mapped_column(default="")


class NoteVersion(Row):
    """A note as it was saved; append-only."""

    __tablename__ = "note_version"
    __table_args__ = (
        ForeignKeyConstraint(["clinic_id", "note_id"], ["encounter_note.clinic_id", "encounter_note.id"]),
        UniqueConstraint("clinic_id", "note_id", "version"),
    )

    clinic_id: Mapped[UUID]
    note_id: Mapped[UUID]
    version: Mapped[int]
    saved_by: Mapped[UUID]
    content: Mapped[dict[str, Any]] = mapped_column(JSONB)


class NoteTemplate(Row):
    """Text a vet starts from; it is copied, so that later edits change nothing written. ``clinic_id`` null: Lazo's."""

    __tablename__ = "note_template"
    __table_args__ = (
        Index("uq_note_template_global", "code", "locale", unique=True, postgresql_where="clinic_id is null"),
        Index(None, "clinic_id", "locale"),
    )

    clinic_id: Mapped[UUID | None] = mapped_column(ForeignKey("clinic.id"))
    created_by: Mapped[UUID | None]
    code: Mapped[str] = mapped_column(String(60))
    locale: Mapped[str] = mapped_column(String(5))
    name: Mapped[str] = mapped_column(String(120))
    species: Mapped[list[str]] = mapped_column(ARRAY(String(30)), default=list)
    diagnosis: Mapped[str] = mapped_column(default="")
    treatment: Mapped[str] = mapped_column(default="")
    notes: Mapped[str] = mapped_column(default="")
    deleted_at: Mapped[datetime | None]
