"""Withdrawals: reserved when asked for, paid or returned when an admin decides. It never goes below zero."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from domain.audit import trail
from domain.payments import ledger
from domain.payments.ledger import AccountRef
from domain.payouts.errors import BankReferenceUsed, OwnPayout, PayoutDecidedAlready
from domain.payouts.events import PayoutDecided
from domain.payouts.models import Payout, PayoutState
from kit import clock, events, ids
from kit.actor import Actor, Role
from kit.errors import Forbidden, NotFound, field_error
from kit.i18n import N_
from kit.money import Money


async def request(session: AsyncSession, actor: Actor, amount: Money, destination: str) -> Payout:
    """Ask for released money; it is reserved at once, so that two requests cannot spend it twice.

    Raises InsufficientFunds (409) beyond what is available, InvalidRequest for an amount or destination that is none.
    """
    if amount.amount_minor <= 0:
        raise field_error("amount", "too_small", N_("Enter an amount above zero"))
    if not destination.strip():
        raise field_error("destination", "required", N_("Enter the account the money should go to"))
    payout = Payout(
        user_id=actor.person, clinic_id=actor.clinic, reference=ids.reference(), amount_minor=amount.amount_minor,
        currency=amount.currency, destination=destination.strip()[:120],
    )  # fmt: skip
    session.add(payout)
    await session.flush()
    await _transfer(session, payout, "reserve", _payable(payout), _pending(payout))
    await trail.record(session, actor, "payout.requested", ("payout", payout.id), clinic_id=payout.clinic_id)
    return payout


def _payable(payout: Payout) -> AccountRef:
    return AccountRef.vet_payable(payout.user_id, payout.currency)


def _pending(payout: Payout) -> AccountRef:
    return AccountRef.payout_pending(payout.id, payout.currency)


async def _transfer(session: AsyncSession, payout: Payout, step: str, source: AccountRef, target: AccountRef) -> None:
    await ledger.post(
        session, f"payout:{payout.id}:{step}", f"payout_{step}", ("payout", payout.id),
        [(source, -payout.amount_minor), (target, payout.amount_minor)],
    )  # fmt: skip


async def approve(session: AsyncSession, actor: Actor, payout_id: UUID, bank_reference: str) -> Payout:
    """The transfer was made; ``bank_reference`` names it. The same decision again is the same decision.

    Raises Forbidden, OwnPayout (403), NotFound, PayoutDecidedAlready and BankReferenceUsed (409), InvalidRequest.
    """
    reference = bank_reference.strip()
    if not reference:
        raise field_error("bank_reference", "required", N_("Enter the bank's reference of the transfer"))
    payout = await _for_decision(session, actor, payout_id)
    if payout.state == PayoutState.PAID and payout.bank_reference == reference:
        return payout
    try:
        async with session.begin_nested():
            _decide(payout, actor, PayoutState.PAID)
            payout.bank_reference = reference[:80]
    except IntegrityError as error:
        if "uq_payout_bank_reference" not in str(error.orig):
            raise
        raise BankReferenceUsed from error
    await _transfer(session, payout, "paid", _pending(payout), AccountRef.bank(payout.currency))
    await _tell(session, actor, payout, paid=True)
    return payout


async def reject(session: AsyncSession, actor: Actor, payout_id: UUID, reason: str) -> Payout:
    """The money goes back to what the vet may ask for. Raises as ``approve``."""
    if not reason.strip():
        raise field_error("reason", "required", N_("Write down the reason; the vet will read it"))
    payout = await _for_decision(session, actor, payout_id)
    _decide(payout, actor, PayoutState.REJECTED)
    payout.reason = reason.strip()
    await session.flush()
    await _transfer(session, payout, "returned", _pending(payout), _payable(payout))
    await _tell(session, actor, payout, paid=False)
    return payout


async def _for_decision(session: AsyncSession, actor: Actor, payout_id: UUID) -> Payout:
    if actor.role != Role.ADMIN:
        raise Forbidden
    payout = await session.scalar(
        select(Payout).where(Payout.id == payout_id).with_for_update().execution_options(populate_existing=True)
    )
    if payout is None:
        raise NotFound
    if payout.user_id == actor.person:
        raise OwnPayout
    return payout


def _decide(payout: Payout, actor: Actor, state: PayoutState) -> None:
    if payout.state != PayoutState.REQUESTED:
        raise PayoutDecidedAlready(state=payout.state)
    payout.state, payout.decided_by, payout.decided_at = state, actor.person, clock.now()


async def _tell(session: AsyncSession, actor: Actor, payout: Payout, *, paid: bool) -> None:
    await trail.record(
        session, actor, "payout.paid" if paid else "payout.rejected", ("payout", payout.id),
        clinic_id=payout.clinic_id, bank_reference=payout.bank_reference, reason=payout.reason,
    )  # fmt: skip
    await events.publish(session, PayoutDecided(payout.id, payout.user_id, paid))


async def of_vet(session: AsyncSession, actor: Actor, limit: int = 50) -> Sequence[Payout]:
    """The caller's own withdrawals, latest first."""
    query = select(Payout).where(Payout.user_id == actor.person).order_by(Payout.created_at.desc()).limit(limit)
    return (await session.scalars(query)).all()


async def waiting(session: AsyncSession, limit: int = 100) -> Sequence[Payout]:
    """What admins have to decide, oldest first. Platform scope."""
    query = select(Payout).where(Payout.state == PayoutState.REQUESTED).order_by(Payout.created_at).limit(limit)
    return (await session.scalars(query)).all()
