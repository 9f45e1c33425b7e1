"""What a vet has, per currency, added up from the ledger's own lines: it cannot differ from the ledger."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Select, Text, cast, func, literal, select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.escrow.models import Escrow, EscrowState
from domain.payments.models import Journal, LedgerAccount, LedgerBalance, Posting
from domain.payouts.models import Payout
from kit.db import Scope, scoped


@dataclass(slots=True)
class VetBalance:
    """Minor units of one currency. ``held`` and ``releasable`` are gross: the commission is taken at the release."""

    held: int = 0
    releasable: int = 0
    available: int = 0
    requested: int = 0
    paid: int = 0


async def of_vet(session: AsyncSession, user_id: UUID) -> dict[str, VetBalance]:
    """Across every clinic the person works in: a person is paid, not a clinic.

    ``held``: paid and not yet met, or under review; ``releasable``: met, waiting for confirmation; ``available``: may
    be asked for; ``requested``: asked for; ``paid``: transferred. Check that the caller is this vet, or an admin.
    """
    found: dict[str, VetBalance] = {}
    async with scoped(session, Scope.system()):
        for state, currency, total in await session.execute(_held(user_id)):
            field = "releasable" if state == EscrowState.AWAITING_CONFIRMATION else "held"
            _add(found, currency, field, total)
        for currency, total in await session.execute(_available(user_id)):
            _add(found, currency, "available", total)
        for kind, currency, total in await session.execute(_withdrawn(user_id)):
            if kind != "payout_returned":
                _add(found, currency, "paid" if kind == "payout_paid" else "requested", abs(total))
            if kind != "payout_reserve":
                _add(found, currency, "requested", total)
    return found


def _add(found: dict[str, VetBalance], currency: str, field: str, amount: int) -> None:
    balance = found.setdefault(currency, VetBalance())
    setattr(balance, field, getattr(balance, field) + int(amount))


def _held(user_id: UUID) -> Select[str, str, int]:
    code = literal("escrow:") + cast(Escrow.appointment_id, Text)
    return (
        select(Escrow.state, Escrow.currency, func.sum(LedgerBalance.balance_minor))
        .join(LedgerAccount, LedgerAccount.code == code)
        .join(LedgerBalance, LedgerBalance.account_id == LedgerAccount.id)
        .where(
            Escrow.practitioner_user_id == user_id,
            Escrow.state.in_([EscrowState.HELD, EscrowState.AWAITING_CONFIRMATION, EscrowState.REVIEW]),
        )
        .group_by(Escrow.state, Escrow.currency)
    )


def _available(user_id: UUID) -> Select[str, int]:
    return (
        select(LedgerAccount.currency, func.sum(LedgerBalance.balance_minor))
        .join(LedgerBalance, LedgerBalance.account_id == LedgerAccount.id)
        .where(LedgerAccount.code.startswith(f"vet_payable:{user_id}:", autoescape=True))
        .group_by(LedgerAccount.currency)
    )


def _withdrawn(user_id: UUID) -> Select[str, str, int]:
    code = literal("payout_pending:") + cast(Payout.id, Text)
    return (
        select(Journal.kind, Posting.currency, func.sum(Posting.amount_minor))
        .select_from(Payout)
        .join(LedgerAccount, LedgerAccount.code == code)
        .join(Posting, Posting.account_id == LedgerAccount.id)
        .join(Journal, Journal.id == Posting.journal_id)
        .where(Payout.user_id == user_id)
        .group_by(Journal.kind, Posting.currency)
    )
