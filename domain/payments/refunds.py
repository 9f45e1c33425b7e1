"""Money on its way back: reserved in the ledger first, sent by the outbox, told when the provider has answered."""

import asyncio
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.payments import ledger
from domain.payments.events import RefundFinished
from domain.payments.gateways.port import GatewayRefusedError, Gateways, RefundSnapshot
from domain.payments.ledger import AccountRef
from domain.payments.models import AttemptStatus, PaymentAttempt, Refund
from kit import clock, events, outbox
from kit.db import Database, Scope
from kit.errors import Conflict, NotFound
from kit.money import Money

SEND = "payment.refund"
CALL_SECONDS = 15


class RefundUnderWayError(Exception):
    """The provider has it and has not finished; the outbox asks again."""


async def request(session: AsyncSession, attempt: PaymentAttempt, amount: Money, reason: str) -> Refund:
    """Send ``amount`` of what is held for the attempt's appointment back; raises InsufficientFunds beyond that."""
    source = AccountRef.escrow_of(attempt.appointment_id, amount.currency)
    return await _reserve(session, attempt, amount, reason, source)


async def send_back(session: AsyncSession, attempt: PaymentAttempt, reason: str) -> Refund:
    """Send back all of a payment that was never held (paid twice, or beside another)."""
    return await _reserve(session, attempt, attempt.amount, reason, _clearing(attempt))


def _clearing(attempt: PaymentAttempt) -> AccountRef:
    return AccountRef.gateway_clearing(attempt.gateway, attempt.merchant_account, attempt.currency)


async def _reserve(
    session: AsyncSession, attempt: PaymentAttempt, amount: Money, reason: str, source: AccountRef
) -> Refund:
    refund = Refund(
        attempt_id=attempt.id, amount_minor=amount.amount_minor, currency=amount.currency, reason=reason, tries=1
    )
    session.add(refund)
    await session.flush()
    due = AccountRef.refund_due(attempt.id, amount.currency)
    await ledger.post(
        session, f"refund:{refund.id}:reserve", "refund_reserved", ("appointment", attempt.appointment_id),
        [(source, -amount.amount_minor), (due, amount.amount_minor)],
    )  # fmt: skip
    await _enqueue(session, refund)
    return refund


async def _enqueue(session: AsyncSession, refund: Refund) -> None:
    await outbox.enqueue(session, SEND, f"{SEND}:{_key(refund)}", {"refund_id": str(refund.id)})


def _key(refund: Refund) -> str:
    return str(refund.id) if refund.tries == 1 else f"{refund.id}-{refund.tries}"


async def asked_for(session: AsyncSession, attempt_id: UUID) -> int:
    """How much of an attempt we have asked the provider to send back, in minor units."""
    total = await session.scalar(select(func.sum(Refund.amount_minor)).where(Refund.attempt_id == attempt_id))
    return int(total or 0)


async def execute(db: Database, gateways: Gateways, refund_id: UUID) -> None:
    """Ask the provider, with the row as the key, then write down what it said.

    Raises OutcomeUnknownError, TimeoutError or RefundUnderWayError when it must be asked again, with the same key.
    """
    async with db.begin(Scope.system()) as session:
        refund = await session.get(Refund, refund_id)
        if refund is None or refund.state != "requested":
            return
        attempt = await session.get_one(PaymentAttempt, refund.attempt_id)
    answer: RefundSnapshot | None = None
    error = ""
    try:
        async with asyncio.timeout(CALL_SECONDS):
            answer = await gateways[attempt.gateway].refund(
                attempt.gateway_payment_id or "", Money(refund.amount_minor, refund.currency), _key(refund)
            )
    except GatewayRefusedError as refused:
        error = str(refused) or "refused"
    if answer is not None and not answer.succeeded:
        raise RefundUnderWayError
    async with db.begin(Scope.system()) as session:
        await _finish(session, refund_id, answer, error)


async def _finish(session: AsyncSession, refund_id: UUID, answer: RefundSnapshot | None, error: str) -> None:
    known = await session.get_one(Refund, refund_id)
    attempt = (
        await session.scalars(
            select(PaymentAttempt).where(PaymentAttempt.id == known.attempt_id).with_for_update(key_share=True)
        )
    ).one()
    refund = await _locked(session, refund_id)
    if refund.state != "requested":
        return
    refund.finished_at = clock.now()
    if answer is None:
        refund.state, refund.error = "failed", error[:300]
    else:
        refund.state, refund.error, refund.gateway_refund_id = "succeeded", "", answer.gateway_refund_id
        await ledger.post(
            session, f"refund:{refund.id}", "refund_sent", ("appointment", attempt.appointment_id),
            [
                (AccountRef.refund_due(attempt.id, refund.currency), -refund.amount_minor),
                (_clearing(attempt), refund.amount_minor),
            ],
        )  # fmt: skip
        if await _sent(session, attempt.id) >= attempt.amount_minor:
            attempt.status = AttemptStatus.REFUNDED
    await session.flush()
    finished = RefundFinished(refund.id, attempt.id, attempt.appointment_id, succeeded=answer is not None)
    await events.publish(session, finished)


async def _sent(session: AsyncSession, attempt_id: UUID) -> int:
    total = await session.scalar(
        select(func.sum(Refund.amount_minor)).where(Refund.attempt_id == attempt_id, Refund.state == "succeeded")
    )
    return int(total or 0)


async def _locked(session: AsyncSession, refund_id: UUID) -> Refund:
    query = select(Refund).where(Refund.id == refund_id).with_for_update(key_share=True)
    return (await session.scalars(query.execution_options(populate_existing=True))).one()


async def retry(session: AsyncSession, refund_id: UUID) -> Refund:
    """Try a failed refund once more, under a new key; raises NotFound, or Conflict when it has not failed."""
    if await session.get(Refund, refund_id) is None:
        raise NotFound
    refund = await _locked(session, refund_id)
    if refund.state != "failed":
        raise Conflict
    refund.state, refund.error, refund.finished_at, refund.tries = "requested", "", None, refund.tries + 1
    await session.flush()
    await _enqueue(session, refund)
    return refund
