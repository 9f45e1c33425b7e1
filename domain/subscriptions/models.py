"""Vet plans: the commission comes from the plan row that was active when the consultation took place."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from kit.db import Base, Row


class VetPlan(Base):
    """Free, Pro, Premium: prices per currency in minor units, commission in basis points."""

    __tablename__ = "vet_plan"
    __table_args__ = (CheckConstraint("commission_bp between 0 and 10000", name="commission"),)

    code: Mapped[str] = mapped_column(String(20), primary_key=True)
    names: Mapped[dict[str, str]] = mapped_column(JSONB)
    features: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    commission_bp: Mapped[int]
    monthly_prices: Mapped[dict[str, int]] = mapped_column(JSONB, default=dict)
    position: Mapped[int] = mapped_column(default=0)


class VetSubscription(Row):
    """A vet (the person) is on a plan from ``starts_at`` until ``ends_at``; one at a time."""

    __tablename__ = "vet_subscription"
    __table_args__ = (
        Index("uq_vet_subscription_current", "user_id", unique=True, postgresql_where="ends_at is null"),
        Index(None, "user_id", "starts_at"),
    )

    user_id: Mapped[UUID] = mapped_column(ForeignKey("app_user.id"))
    plan_code: Mapped[str] = mapped_column(ForeignKey("vet_plan.code"))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime | None]
