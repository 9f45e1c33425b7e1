"""The held payment of one appointment: its own machine, apart from the appointment's and the payment attempt's."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from kit.db import Row
from kit.errors import InvalidTransition
from kit.money import Money


class EscrowState(StrEnum):
    """Where the money is."""

    AWAITING_PAYMENT = "awaiting_payment"
    HELD = "held"
    AWAITING_CONFIRMATION = "awaiting_confirmation"
    REVIEW = "review"
    RELEASED = "released"
    REFUNDING = "refunding"
    REFUNDED = "refunded"
    REFUND_FAILED = "refund_failed"
    EXPIRED = "expired"


E = EscrowState
ALLOWED: Mapping[EscrowState, frozenset[EscrowState]] = {
    E.AWAITING_PAYMENT: frozenset({E.HELD, E.EXPIRED}),
    E.EXPIRED: frozenset({E.HELD}),
    E.HELD: frozenset({E.AWAITING_CONFIRMATION, E.REVIEW, E.REFUNDING}),
    E.AWAITING_CONFIRMATION: frozenset({E.RELEASED, E.REVIEW, E.REFUNDING}),
    E.REVIEW: frozenset({E.RELEASED, E.REFUNDING}),
    E.REFUNDING: frozenset({E.REFUNDED, E.REFUND_FAILED}),
    E.REFUND_FAILED: frozenset({E.REFUNDING}),
    E.RELEASED: frozenset(),
    E.REFUNDED: frozenset(),
}


class Escrow(Row):
    """One per appointment. ``due_at`` is when silence has an answer; every open hold has one."""

    __tablename__ = "escrow"
    __table_args__ = (
        CheckConstraint(
            "state in ('awaiting_payment','held','awaiting_confirmation','review','released','refunding','refunded',"
            "'refund_failed','expired')",
            name="state",
        ),
        CheckConstraint("amount_minor >= 0", name="amount"),
        CheckConstraint("state <> 'released' or commission_minor + net_minor = amount_minor", name="split"),
        CheckConstraint("(commission_bp is null) = (plan_code is null)", name="snapshot"),
        Index("ix_escrow_due", "due_at", postgresql_where="state = 'awaiting_confirmation'"),
        Index(None, "practitioner_user_id", "state"),
        Index(None, "clinic_id", "state"),
    )

    clinic_id: Mapped[UUID]
    appointment_id: Mapped[UUID] = mapped_column(ForeignKey("appointment.id"), unique=True)
    attempt_id: Mapped[UUID | None] = mapped_column(ForeignKey("payment_attempt.id"), index=True)
    pet_owner_id: Mapped[UUID]
    practitioner_user_id: Mapped[UUID]
    amount_minor: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(String(3))
    state: Mapped[str] = mapped_column(String(24), default=EscrowState.AWAITING_PAYMENT)
    plan_code: Mapped[str | None] = mapped_column(String(20))
    commission_bp: Mapped[int | None]
    frozen_at: Mapped[datetime | None]
    pet_owner_confirmed_at: Mapped[datetime | None]
    practitioner_confirmed_at: Mapped[datetime | None]
    confirmed_by_silence: Mapped[bool] = mapped_column(default=False)
    due_at: Mapped[datetime | None]
    held_at: Mapped[datetime | None]
    released_at: Mapped[datetime | None]
    commission_minor: Mapped[int | None] = mapped_column(BigInteger)
    net_minor: Mapped[int | None] = mapped_column(BigInteger)

    @property
    def amount(self) -> Money:
        """What the pet owner paid."""
        return Money(self.amount_minor, self.currency)


def move(escrow: Escrow, to: EscrowState) -> None:
    """Step along the machine; raises InvalidTransition."""
    allowed = ALLOWED[EscrowState(escrow.state)]
    if to not in allowed:
        raise InvalidTransition(current=escrow.state, allowed=sorted(allowed))
    escrow.state = to
