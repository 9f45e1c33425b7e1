"""Withdrawals: a vet asks for released money, an admin approves; the amount is reserved from the asking on."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from kit.db import Row
from kit.money import Money


class PayoutState(StrEnum):
    """Requested, then approved with the bank's reference, or rejected with a reason."""

    REQUESTED = "requested"
    PAID = "paid"
    REJECTED = "rejected"


class Payout(Row):
    """One withdrawal; the destination is copied so that a later change of details moves nothing."""

    __tablename__ = "payout"
    __table_args__ = (
        CheckConstraint("state in ('requested', 'paid', 'rejected')", name="state"),
        CheckConstraint("amount_minor > 0", name="amount"),
        CheckConstraint("state <> 'paid' or (bank_reference <> '' and decided_by <> user_id)", name="four_eyes"),
        Index(None, "user_id", "created_at"),
        Index("ix_payout_queue", "created_at", postgresql_where="state = 'requested'"),
        Index("uq_payout_bank_reference", "bank_reference", unique=True, postgresql_where="bank_reference <> ''"),
    )

    user_id: Mapped[UUID] = mapped_column(ForeignKey("app_user.id"))
    clinic_id: Mapped[UUID] = mapped_column(ForeignKey("clinic.id"), index=True)
    reference: Mapped[str] = mapped_column(String(12), unique=True)
    amount_minor: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(String(3))
    destination: Mapped[str] = mapped_column(String(120))
    state: Mapped[str] = mapped_column(String(10), default=PayoutState.REQUESTED)
    decided_by: Mapped[UUID | None] = mapped_column(ForeignKey("app_user.id"))
    decided_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(default="")
    bank_reference: Mapped[str] = mapped_column(String(80), default="")

    @property
    def amount(self) -> Money:
        """What leaves."""
        return Money(self.amount_minor, self.currency)
