"""The money's side of an appointment's history, read from the rows that decide, never written apart."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.escrow import queries
from domain.escrow.models import Escrow
from domain.payments.models import AttemptStatus, PaymentAttempt, Refund
from kit.money import Money


@dataclass(frozen=True, slots=True)
class MoneyEvent:
    """One line: when, what (a stable word), how much, who (``pet_owner``, ``practitioner``, ``platform``,
    ``provider``) and the provider's or our own reference.
    """

    at: datetime
    kind: str
    amount: Money | None
    actor: str
    reference: str


async def hold_of(session: AsyncSession, appointment_id: UUID) -> Escrow | None:
    """The hold of an appointment, as far as this scope sees it; check before that the appointment is the caller's."""
    return await queries.of_appointment(session, appointment_id)


async def money_events(session: AsyncSession, appointment_id: UUID) -> list[MoneyEvent]:
    """Everything that happened to the money of one appointment, oldest first; empty where nothing did.

    Words: payment_started, payment_approved, payment_refused, payment_put_aside, held, commission_frozen,
    confirmed (by the actor), released, commission_taken, refund_requested, refunded, refund_failed.
    """
    attempts = (
        await session.scalars(
            select(PaymentAttempt).where(PaymentAttempt.appointment_id == appointment_id)
        )
    ).all()  # fmt: skip
    refunds = (
        await session.scalars(select(Refund).where(Refund.attempt_id.in_([attempt.id for attempt in attempts])))
    ).all()
    found: list[MoneyEvent] = []
    for attempt in attempts:
        found.extend(_of_attempt(attempt))
    for refund in refunds:
        found.extend(_of_refund(refund))
    escrow = await queries.of_appointment(session, appointment_id)
    if escrow is not None:
        found.extend(_of_escrow(escrow))
    return sorted(found, key=lambda event: event.at)


def _of_attempt(attempt: PaymentAttempt) -> Iterator[MoneyEvent]:
    reference = attempt.gateway_payment_id or ""
    yield MoneyEvent(attempt.created_at, "payment_started", attempt.amount, "pet_owner", reference)
    seen_at = attempt.checked_at or attempt.created_at
    if attempt.quarantine:
        yield MoneyEvent(seen_at, "payment_put_aside", None, "provider", reference)
    if attempt.approved_at is not None:
        yield MoneyEvent(attempt.approved_at, "payment_approved", attempt.amount, "provider", reference)
    elif attempt.status in {AttemptStatus.REJECTED, AttemptStatus.CANCELLED}:
        yield MoneyEvent(seen_at, "payment_refused", attempt.amount, "provider", reference)


def _of_refund(refund: Refund) -> Iterator[MoneyEvent]:
    amount = Money(refund.amount_minor, refund.currency)
    yield MoneyEvent(refund.created_at, "refund_requested", amount, "platform", str(refund.id))
    if refund.finished_at is not None:
        kind = "refunded" if refund.state == "succeeded" else "refund_failed"
        yield MoneyEvent(refund.finished_at, kind, amount, "provider", refund.gateway_refund_id or str(refund.id))


def _of_escrow(escrow: Escrow) -> Iterator[MoneyEvent]:
    if escrow.held_at is not None:
        yield MoneyEvent(escrow.held_at, "held", escrow.amount, "platform", "")
    if escrow.frozen_at is not None:
        yield MoneyEvent(escrow.frozen_at, "commission_frozen", None, "platform", escrow.plan_code or "")
    if escrow.pet_owner_confirmed_at is not None:
        yield MoneyEvent(escrow.pet_owner_confirmed_at, "confirmed", None, "pet_owner", "")
    if escrow.practitioner_confirmed_at is not None:
        yield MoneyEvent(escrow.practitioner_confirmed_at, "confirmed", None, "practitioner", "")
    if escrow.released_at is not None:
        net, fee = Money(escrow.net_minor or 0, escrow.currency), Money(escrow.commission_minor or 0, escrow.currency)
        by = "by_silence" if escrow.confirmed_by_silence else ""
        yield MoneyEvent(escrow.released_at, "released", net, "platform", by)
        yield MoneyEvent(escrow.released_at, "commission_taken", fee, "platform", escrow.plan_code or "")
