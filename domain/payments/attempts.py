"""Payment attempts: opened by the payer, decided by what the provider reports, in whatever order it arrives.

Rows are locked in the order attempt, appointment, hold, ledger balance, everywhere; nothing waits in a circle.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from domain.audit import trail
from domain.payments import ledger, refunds
from domain.payments.events import PaymentApproved, PaymentRefused, PaymentReversed
from domain.payments.gateways.port import Checkout, Gateway, PaymentSnapshot
from domain.payments.ledger import AccountRef
from domain.payments.models import NEWER, OPEN_ATTEMPT, AttemptStatus, PaymentAttempt
from kit import clock, events, ids
from kit.actor import Actor
from kit.money import Money

PROVIDER = Actor.system("payments")
PAID = frozenset({AttemptStatus.APPROVED, AttemptStatus.REFUNDED})
REFUSED = frozenset({AttemptStatus.REJECTED, AttemptStatus.CANCELLED})


async def open_attempt(
    session: AsyncSession, appointment_id: UUID, payer_id: UUID, amount: Money, gateway: Gateway
) -> PaymentAttempt:
    """The one open attempt of this appointment with this provider; made if there is none."""
    await session.execute(
        insert(PaymentAttempt).values(
            id=ids.new_id(), created_at=clock.now(), appointment_id=appointment_id, payer_id=payer_id,
            gateway=gateway.code, merchant_account=gateway.merchant_account, amount_minor=amount.amount_minor,
            currency=amount.currency, status=AttemptStatus.CREATED, redirect_url="", quarantine="",
        ).on_conflict_do_nothing(index_elements=["appointment_id", "gateway"], index_where=text(OPEN_ATTEMPT))
    )  # fmt: skip
    query = select(PaymentAttempt).where(
        PaymentAttempt.appointment_id == appointment_id, PaymentAttempt.gateway == gateway.code, text(OPEN_ATTEMPT)
    )
    return (await session.scalars(query)).one()


async def locked(session: AsyncSession, attempt_id: UUID) -> PaymentAttempt | None:
    """The attempt, read anew and held until the transaction ends."""
    return await session.scalar(
        select(PaymentAttempt).where(PaymentAttempt.id == attempt_id).with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )  # fmt: skip


async def redirected(session: AsyncSession, attempt_id: UUID, checkout: Checkout) -> PaymentAttempt:
    """The provider has a page for it; a notification may have been faster, and then stands."""
    attempt = await locked(session, attempt_id)
    if attempt is None:
        raise LookupError(f"no attempt {attempt_id}")
    attempt.redirect_url = checkout.redirect_url
    attempt.gateway_payment_id = attempt.gateway_payment_id or checkout.gateway_payment_id
    _step(attempt, AttemptStatus.REDIRECTED)
    return attempt


async def settle_call(session: AsyncSession, attempt_id: UUID, status: AttemptStatus) -> PaymentAttempt:
    """How a call without a page ended: ``unknown`` after a time-out, ``rejected`` only after a certain no."""
    attempt = await locked(session, attempt_id)
    if attempt is None:
        raise LookupError(f"no attempt {attempt_id}")
    _step(attempt, status)
    return attempt


def _step(attempt: PaymentAttempt, to: AttemptStatus) -> bool:
    if to not in NEWER[AttemptStatus(attempt.status)]:
        return False
    attempt.status = to
    return True


async def apply(session: AsyncSession, gateway_code: str, snapshot: PaymentSnapshot) -> str:
    """Fold what the provider reports into the attempt it belongs to; returns the outcome in one word.

    Any order and any number of repetitions end in the same place. Money that does not match what was asked (amount,
    currency, merchant account) books nothing: it is put aside, audited and left to an admin. A second payment of one
    appointment is sent back.
    """
    attempt = await _owner_of(session, gateway_code, snapshot)
    if attempt is None:
        return await _put_aside(session, gateway_code, snapshot, "unknown_reference")
    attempt.checked_at = clock.now()
    mismatch = _mismatch(attempt, snapshot)
    if mismatch:
        return await _quarantine(session, attempt, snapshot, mismatch)
    if attempt.status in PAID and attempt.gateway_payment_id != snapshot.gateway_payment_id:
        return await _paid_again(session, attempt, snapshot)
    return await _fold(session, attempt, snapshot)


async def _fold(session: AsyncSession, attempt: PaymentAttempt, snapshot: PaymentSnapshot) -> str:
    if snapshot.refunded_minor > await refunds.asked_for(session, attempt.id):
        if attempt.status == AttemptStatus.APPROVED:
            await _reversed(session, attempt, snapshot)
        elif snapshot.status == AttemptStatus.APPROVED:
            return await _quarantine(session, attempt, snapshot, "refunded")
    if not _step(attempt, snapshot.status):
        return "no_news"
    attempt.gateway_payment_id = snapshot.gateway_payment_id
    status = AttemptStatus(attempt.status)
    if status == AttemptStatus.APPROVED:
        attempt.approved_at = _when(snapshot)
        await session.flush()
        await events.publish(session, PaymentApproved(attempt.id, attempt.appointment_id))
    elif status in REFUSED:
        await events.publish(session, PaymentRefused(attempt.id, attempt.appointment_id))
    return str(status)


async def _owner_of(session: AsyncSession, gateway_code: str, snapshot: PaymentSnapshot) -> PaymentAttempt | None:
    known = await session.scalar(
        select(PaymentAttempt.id).where(
            PaymentAttempt.gateway == gateway_code,
            PaymentAttempt.merchant_account == snapshot.merchant_account,
            PaymentAttempt.gateway_payment_id == snapshot.gateway_payment_id,
        )
    )
    try:
        attempt = await locked(session, known or UUID(snapshot.external_reference))
    except ValueError:
        return None
    return attempt if attempt is not None and attempt.gateway == gateway_code else None


def _mismatch(attempt: PaymentAttempt, snapshot: PaymentSnapshot) -> str:
    if snapshot.merchant_account != attempt.merchant_account:
        return "merchant_account"
    if snapshot.amount.currency != attempt.currency:
        return "currency"
    if snapshot.amount.amount_minor != attempt.amount_minor:
        return "amount"
    return ""


async def _quarantine(session: AsyncSession, attempt: PaymentAttempt, snapshot: PaymentSnapshot, why: str) -> str:
    if not attempt.quarantine:
        attempt.quarantine = why
        await trail.record(
            session, PROVIDER, "payment.quarantined", ("payment_attempt", attempt.id), why=why,
            asked=[attempt.amount_minor, attempt.currency],
            reported=[snapshot.amount.amount_minor, snapshot.amount.currency, snapshot.merchant_account],
        )  # fmt: skip
    return await _put_aside(session, attempt.gateway, snapshot, f"mismatch_{why}", ours=why != "merchant_account")


async def _put_aside(
    session: AsyncSession, gateway_code: str, snapshot: PaymentSnapshot, outcome: str, *, ours: bool = True
) -> str:
    paid = snapshot.amount.amount_minor - snapshot.refunded_minor
    if ours and snapshot.status == AttemptStatus.APPROVED and paid > 0:
        currency = snapshot.amount.currency
        clearing = AccountRef.gateway_clearing(gateway_code, snapshot.merchant_account, currency)
        await ledger.post(
            session, f"suspense:{gateway_code}:{snapshot.gateway_payment_id}", "payment_put_aside",
            ("gateway_payment", snapshot.gateway_payment_id[:60]),
            [(clearing, -paid), (AccountRef.suspense(gateway_code, currency), paid)], snapshot.occurred_at,
        )  # fmt: skip
    if outcome == "unknown_reference":
        await trail.record(
            session, PROVIDER, "payment.unknown_reference", ("gateway_payment", snapshot.gateway_payment_id[:60]),
            reference=snapshot.external_reference[:80], status=snapshot.status,
        )  # fmt: skip
    return outcome


async def _paid_again(session: AsyncSession, attempt: PaymentAttempt, snapshot: PaymentSnapshot) -> str:
    """One page was paid twice: the second payment becomes an attempt of its own, so that it can be sent back."""
    if snapshot.status != AttemptStatus.APPROVED:
        return "no_news"
    extra = PaymentAttempt(
        appointment_id=attempt.appointment_id, payer_id=attempt.payer_id, gateway=attempt.gateway,
        merchant_account=attempt.merchant_account, gateway_payment_id=snapshot.gateway_payment_id,
        amount_minor=attempt.amount_minor, currency=attempt.currency, status=AttemptStatus.APPROVED,
        approved_at=_when(snapshot), checked_at=clock.now(),
    )  # fmt: skip
    session.add(extra)
    await session.flush()
    await refunds.send_back(session, extra, "paid_twice")
    return "paid_twice"


async def _reversed(session: AsyncSession, attempt: PaymentAttempt, snapshot: PaymentSnapshot) -> None:
    """Money went back that we never sent back: freeze, audit, and let an admin look."""
    if attempt.quarantine:
        return
    attempt.quarantine = "reversed"
    await trail.record(
        session, PROVIDER, "payment.reversed", ("payment_attempt", attempt.id), refunded_minor=snapshot.refunded_minor
    )
    await events.publish(session, PaymentReversed(attempt.id, attempt.appointment_id))


def _when(snapshot: PaymentSnapshot) -> datetime:
    return snapshot.occurred_at or clock.now()
