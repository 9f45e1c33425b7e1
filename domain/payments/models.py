"""Payment attempts, refunds, the inbox of provider notifications, and the double-entry ledger."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Index,
    LargeBinary,
    SmallInteger,
    String,
    UniqueConstraint,
    func,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from kit.db import Base, Row
from kit.money import Money


class AttemptStatus(StrEnum):
    """A fold over what the provider reported, never over what a browser said."""

    CREATED = "created"
    REDIRECTED = "redirected"
    PENDING = "pending"
    APPROVED = "approved"
    REJECTED = "rejected"
    CANCELLED = "cancelled"
    UNKNOWN = "unknown"
    REFUNDED = "refunded"


A = AttemptStatus
# A late "pending" after "approved" is no news: only steps in this map change anything.
NEWER: Mapping[AttemptStatus, frozenset[AttemptStatus]] = {
    A.CREATED: frozenset({A.REDIRECTED, A.PENDING, A.APPROVED, A.REJECTED, A.CANCELLED, A.UNKNOWN, A.REFUNDED}),
    A.UNKNOWN: frozenset({A.REDIRECTED, A.PENDING, A.APPROVED, A.REJECTED, A.CANCELLED, A.REFUNDED}),
    A.REDIRECTED: frozenset({A.PENDING, A.APPROVED, A.REJECTED, A.CANCELLED, A.REFUNDED}),
    A.PENDING: frozenset({A.APPROVED, A.REJECTED, A.CANCELLED, A.REFUNDED}),
    A.REJECTED: frozenset({A.APPROVED, A.REFUNDED}),
    A.CANCELLED: frozenset({A.APPROVED, A.REFUNDED}),
    A.APPROVED: frozenset({A.REFUNDED}),
    A.REFUNDED: frozenset(),
}


OPEN_ATTEMPT = "status in ('created', 'redirected', 'pending', 'unknown') and quarantine = ''"


class PaymentAttempt(Row):
    """One try to pay for one appointment; its id is the key the provider sees.

    ``quarantine`` names what did not match (amount, currency, merchant account): such money books nothing.
    """

    __tablename__ = "payment_attempt"
    __table_args__ = (
        UniqueConstraint("gateway", "merchant_account", "gateway_payment_id"),
        CheckConstraint("amount_minor > 0", name="amount"),
        CheckConstraint(
            "status in ('created','redirected','pending','approved','rejected','cancelled','unknown','refunded')",
            name="status",
        ),
        Index(None, "appointment_id"),
        Index("uq_payment_attempt_open", "appointment_id", "gateway", unique=True, postgresql_where=OPEN_ATTEMPT),
    )

    appointment_id: Mapped[UUID] = mapped_column(ForeignKey("appointment.id"))
    payer_id: Mapped[UUID] = mapped_column(ForeignKey("app_user.id"))
    gateway: Mapped[str] = mapped_column(String(20))
    merchant_account: Mapped[str] = mapped_column(String(60))
    gateway_payment_id: Mapped[str | None] = mapped_column(String(120))
    amount_minor: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(String(3))
    status: Mapped[str] = mapped_column(String(12), default=AttemptStatus.CREATED)
    redirect_url: Mapped[str] = mapped_column(default="")
    approved_at: Mapped[datetime | None]
    checked_at: Mapped[datetime | None]
    quarantine: Mapped[str] = mapped_column(String(40), default="")

    @property
    def amount(self) -> Money:
        """What was asked for."""
        return Money(self.amount_minor, self.currency)


class Refund(Row):
    """Money on its way back to the payer; id and ``tries`` are the provider's idempotency key.

    ``tries`` counts up only after the provider said no for certain, so that one key is one effect.
    """

    __tablename__ = "refund"
    __table_args__ = (
        CheckConstraint("amount_minor > 0", name="amount"),
        CheckConstraint("state in ('requested', 'succeeded', 'failed')", name="state"),
        Index(None, "attempt_id"),
    )

    attempt_id: Mapped[UUID] = mapped_column(ForeignKey("payment_attempt.id"))
    amount_minor: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(String(3))
    reason: Mapped[str] = mapped_column(String(60))
    state: Mapped[str] = mapped_column(String(10), default="requested")
    tries: Mapped[int] = mapped_column(default=1)
    gateway_refund_id: Mapped[str | None] = mapped_column(String(120))
    error: Mapped[str] = mapped_column(default="")
    finished_at: Mapped[datetime | None]


class GatewayEvent(Row):
    """A verified notification as it arrived; stored once for ever, then only a hint to ask the provider."""

    __tablename__ = "gateway_event"
    __table_args__ = (UniqueConstraint("gateway", "event_id"),)

    gateway: Mapped[str] = mapped_column(String(20))
    event_id: Mapped[str] = mapped_column(String(120))
    gateway_payment_id: Mapped[str] = mapped_column(String(120), index=True)
    body: Mapped[bytes] = mapped_column(LargeBinary)
    processed_at: Mapped[datetime | None]
    outcome: Mapped[str] = mapped_column(String(60), default="")


class SandboxPayment(Base):
    """The sandbox provider's own books: ours never read them except through its gateway."""

    __tablename__ = "sandbox_payment"
    __table_args__ = (CheckConstraint("refunded_minor between 0 and amount_minor", name="refunded"),)

    id: Mapped[str] = mapped_column(String(60), primary_key=True)
    idempotency_key: Mapped[str] = mapped_column(String(80), unique=True)
    external_reference: Mapped[str] = mapped_column(String(80), index=True)
    description: Mapped[str] = mapped_column(String(200))
    amount_minor: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(String(3))
    status: Mapped[str] = mapped_column(String(12), default="pending")
    return_url: Mapped[str]
    refunded_minor: Mapped[int] = mapped_column(BigInteger, default=0)
    refund_keys: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    created_at: Mapped[datetime]
    paid_at: Mapped[datetime | None]


class LedgerAccount(Base):
    """An account in one currency; ``floor_zero`` accounts keep a stored, locked balance that never goes negative."""

    __tablename__ = "ledger_account"
    __table_args__ = (
        UniqueConstraint("id", "currency"),
        CheckConstraint("kind in ('asset', 'liability', 'revenue', 'expense')", name="kind"),
        CheckConstraint(
            "floor_zero = (split_part(code, ':', 1) in ('escrow', 'refund_due', 'vet_payable', 'payout_pending'))",
            name="floor",
        ),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    code: Mapped[str] = mapped_column(String(120), unique=True)
    currency: Mapped[str] = mapped_column(String(3))
    kind: Mapped[str] = mapped_column(String(10))
    floor_zero: Mapped[bool]


class LedgerBalance(Base):
    """The balance (credits minus debits) of a floor-zero account, kept by the database from the lines alone."""

    __tablename__ = "ledger_balance"
    __table_args__ = (CheckConstraint("balance_minor >= 0", name="floor"),)

    account_id: Mapped[int] = mapped_column(ForeignKey("ledger_account.id"), primary_key=True, autoincrement=False)
    balance_minor: Mapped[int] = mapped_column(BigInteger, default=0)
    version: Mapped[int] = mapped_column(BigInteger, default=0)


class Journal(Base):
    """One business effect; immutable. A correction is a new journal that ``reverses`` it."""

    __tablename__ = "ledger_journal"
    __table_args__ = (Index(None, "subject_type", "subject_id"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    effect_key: Mapped[str] = mapped_column(String(160), unique=True)
    payload_sha256: Mapped[bytes] = mapped_column(LargeBinary(32))
    kind: Mapped[str] = mapped_column(String(40))
    subject_type: Mapped[str] = mapped_column(String(30))
    subject_id: Mapped[str] = mapped_column(String(60))
    occurred_at: Mapped[datetime]
    posted_at: Mapped[datetime] = mapped_column(server_default=func.now())
    reverses_id: Mapped[int | None] = mapped_column(ForeignKey("ledger_journal.id"), unique=True)
    chain_position: Mapped[int | None] = mapped_column(BigInteger, unique=True)
    chain_sha256: Mapped[bytes | None] = mapped_column(LargeBinary(32))


class Posting(Base):
    """One line of a journal: credit positive, debit negative; the lines of a journal sum to zero per currency."""

    __tablename__ = "ledger_posting"
    __table_args__ = (
        ForeignKeyConstraint(["account_id", "currency"], ["ledger_account.id", "ledger_account.currency"]),
        CheckConstraint("amount_minor <> 0", name="amount"),
        Index(None, "account_id", "journal_id"),
    )

    journal_id: Mapped[int] = mapped_column(ForeignKey("ledger_journal.id"), primary_key=True, autoincrement=False)
    line: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    account_id: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(String(3))
    amount_minor: Mapped[int] = mapped_column(BigInteger)
