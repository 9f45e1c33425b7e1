"""Reviews. No foreign key into appointments, payments or holds: a review changes no money, and none changes it."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from kit.db import Base, Row


class Review(Row):
    """One to five stars and words, by the pet owner of a completed appointment, once."""

    __tablename__ = "review"
    __table_args__ = (
        CheckConstraint("rating between 1 and 5", name="rating"),
        Index("ix_review_published", "practitioner_id", "created_at", postgresql_where="hidden_at is null"),
    )

    appointment_id: Mapped[UUID] = mapped_column(unique=True)
    practitioner_id: Mapped[UUID]
    author_id: Mapped[UUID] = mapped_column(ForeignKey("app_user.id"), index=True)
    author_name: Mapped[str] = mapped_column(String(60))
    rating: Mapped[int]
    body: Mapped[str] = mapped_column(default="")
    locale: Mapped[str] = mapped_column(String(5))
    edited_at: Mapped[datetime | None]
    hidden_at: Mapped[datetime | None]


class PractitionerRating(Base):
    """The aggregate of published reviews; recomputed from them, never counted up."""

    __tablename__ = "practitioner_rating"

    practitioner_id: Mapped[UUID] = mapped_column(primary_key=True)
    count: Mapped[int]
    total: Mapped[int]
