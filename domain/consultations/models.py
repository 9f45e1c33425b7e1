"""The visit itself: a room per appointment, who was in it and when, and what was written in the chat."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from kit.db import Row


class ConsultationState(StrEnum):
    """Planned, then in progress once both are in, then ended for good."""

    PLANNED = "planned"
    IN_PROGRESS = "in_progress"
    ENDED = "ended"


class Consultation(Row):
    """Zero or one per appointment; ``room_id`` is unguessable."""

    __tablename__ = "consultation"
    __table_args__ = (
        UniqueConstraint("clinic_id", "id"),
        ForeignKeyConstraint(["clinic_id", "appointment_id"], ["appointment.clinic_id", "appointment.id"]),
        CheckConstraint("state in ('planned', 'in_progress', 'ended')", name="state"),
        Index(None, "clinic_id", "state"),
    )

    clinic_id: Mapped[UUID]
    appointment_id: Mapped[UUID] = mapped_column(unique=True)
    practitioner_user_id: Mapped[UUID] = mapped_column(ForeignKey("app_user.id"))
    pet_owner_id: Mapped[UUID] = mapped_column(ForeignKey("app_user.id"))
    room_id: Mapped[str] = mapped_column(String(60), unique=True)
    state: Mapped[str] = mapped_column(String(12), default=ConsultationState.PLANNED)
    admitted_at: Mapped[datetime | None]
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[str] = mapped_column(String(20), default="")


class Presence(Row):
    """One stay of one side in the room; the facts that decide when people disagree."""

    __tablename__ = "presence"
    __table_args__ = (
        CheckConstraint("role in ('pet_owner', 'practitioner')", name="role"),
        CheckConstraint("left_at is null or left_at >= joined_at", name="times"),
        Index("uq_presence_open", "consultation_id", "role", unique=True, postgresql_where="left_at is null"),
        Index(None, "clinic_id", "consultation_id"),
    )

    clinic_id: Mapped[UUID]
    consultation_id: Mapped[UUID] = mapped_column(ForeignKey("consultation.id"))
    user_id: Mapped[UUID] = mapped_column(ForeignKey("app_user.id"))
    role: Mapped[str] = mapped_column(String(12))
    device: Mapped[str] = mapped_column(String(120), default="")
    joined_at: Mapped[datetime]
    left_at: Mapped[datetime | None]


class ChatMessage(Row):
    """One message; ``client_id`` makes sending it twice one message."""

    __tablename__ = "chat_message"
    __table_args__ = (
        UniqueConstraint("consultation_id", "sender_id", "client_id"),
        Index(None, "consultation_id", "created_at"),
        Index(None, "clinic_id", "consultation_id"),
        CheckConstraint("body <> '' or file_id is not null", name="content"),
    )

    clinic_id: Mapped[UUID]
    consultation_id: Mapped[UUID] = mapped_column(ForeignKey("consultation.id"))
    sender_id: Mapped[UUID] = mapped_column(ForeignKey("app_user.id"))
    sender_role: Mapped[str] = mapped_column(String(12))
    client_id: Mapped[str] = mapped_column(String(60))
    body: Mapped[str] = mapped_column(default="")
    file_id: Mapped[UUID | None] = mapped_column(ForeignKey("stored_file.id"))
