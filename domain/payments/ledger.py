"""The double-entry ledger: one business effect is one immutable journal whose lines sum to zero per currency.

Credit is positive, debit negative. The caller names the effect by a key (``release:{appointment}``); asking for it
twice is one effect, asking for something else under the same key is a fault. What PostgreSQL itself refuses, whoever
asks, stands in the migration of the guards: unbalanced journals, lines on a closed journal, any change, any balance
that does not come from lines, any floor-zero balance below zero.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, bindparam, func, literal, select, text
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.ext.asyncio import AsyncSession

from domain.payments.errors import InsufficientFunds, LedgerKeyReusedError
from domain.payments.models import Journal, LedgerAccount, LedgerBalance, Posting
from kit import clock

ASSET, LIABILITY, REVENUE = "asset", "liability", "revenue"
LOCK = text("select account_id, balance_minor from ledger_balance_lock(:accounts)").bindparams(
    bindparam("accounts", type_=ARRAY(BigInteger))
)


@dataclass(frozen=True, slots=True, order=True)
class AccountRef:
    """An account by name; it is opened by the first journal that needs it."""

    code: str
    currency: str
    kind: str
    floor_zero: bool

    @classmethod
    def gateway_clearing(cls, gateway: str, merchant: str, currency: str) -> "AccountRef":
        """What a provider has collected for us and not yet paid out: negative, because it owes us."""
        return cls(f"gateway_clearing:{gateway}:{merchant}:{currency}", currency, ASSET, floor_zero=False)

    @classmethod
    def bank(cls, currency: str) -> "AccountRef":
        """Our own bank account."""
        return cls(f"bank:{currency}", currency, ASSET, floor_zero=False)

    @classmethod
    def escrow_of(cls, appointment_id: UUID, currency: str) -> "AccountRef":
        """Held for one appointment."""
        return cls(f"escrow:{appointment_id}", currency, LIABILITY, floor_zero=True)

    @classmethod
    def refund_due(cls, attempt_id: UUID, currency: str) -> "AccountRef":
        """Owed back to the payer of one attempt."""
        return cls(f"refund_due:{attempt_id}", currency, LIABILITY, floor_zero=True)

    @classmethod
    def vet_payable(cls, user_id: UUID, currency: str) -> "AccountRef":
        """Released to a vet and not yet asked for."""
        return cls(f"vet_payable:{user_id}:{currency}", currency, LIABILITY, floor_zero=True)

    @classmethod
    def payout_pending(cls, payout_id: UUID, currency: str) -> "AccountRef":
        """Reserved for one withdrawal."""
        return cls(f"payout_pending:{payout_id}", currency, LIABILITY, floor_zero=True)

    @classmethod
    def suspense(cls, gateway: str, currency: str) -> "AccountRef":
        """Money that came and matches nothing of ours, until an admin finds out."""
        return cls(f"suspense:{gateway}:{currency}", currency, LIABILITY, floor_zero=False)

    @classmethod
    def commission(cls, currency: str) -> "AccountRef":
        """What the platform has earned."""
        return cls(f"commission:{currency}", currency, REVENUE, floor_zero=False)


Line = tuple[AccountRef, int]


async def post(
    session: AsyncSession, effect_key: str, kind: str, subject: tuple[str, object], lines: Sequence[Line],
    occurred_at: datetime | None = None,
) -> Journal:  # fmt: skip
    """Post one effect about ``subject`` ((type, id)), or return the journal that already did.

    Raises InsufficientFunds (409) when a floor-zero account would fall below zero, LedgerKeyReusedError when
    ``effect_key`` stands for different lines, ValueError for lines that are not a journal.
    """
    _check(lines)
    digest = _digest(kind, subject, lines)
    added = insert(Journal).values(
        effect_key=effect_key, payload_sha256=digest, kind=kind, subject_type=subject[0], subject_id=str(subject[1]),
        occurred_at=occurred_at or clock.now(),
    ).on_conflict_do_nothing(index_elements=["effect_key"]).returning(Journal.id)  # fmt: skip
    journal_id = await session.scalar(added)
    journal = (await session.scalars(select(Journal).where(Journal.effect_key == effect_key))).one()
    if journal_id is None:
        if bytes(journal.payload_sha256) != digest:
            raise LedgerKeyReusedError(effect_key)
        return journal
    accounts = await _open_accounts(session, sorted({ref for ref, _ in lines}))
    await _hold_still(session, accounts, lines)
    await session.execute(
        insert(Posting).values(
            [
                {
                    "journal_id": journal.id, "line": number, "account_id": accounts[ref], "currency": ref.currency,
                    "amount_minor": amount,
                }
                for number, (ref, amount) in enumerate(lines, start=1)
            ]
        )
    )  # fmt: skip
    return journal


def _check(lines: Sequence[Line]) -> None:
    sums: dict[str, int] = {}
    for ref, amount in lines:
        if type(amount) is not int or amount == 0:
            raise ValueError("a line is a whole number of minor units, not zero")
        sums[ref.currency] = sums.get(ref.currency, 0) + amount
    if len(lines) < 2 or any(sums.values()):
        raise ValueError(f"not a journal: {sums}")


def _digest(kind: str, subject: tuple[str, object], lines: Sequence[Line]) -> bytes:
    payload = [kind, subject[0], str(subject[1]), sorted([ref.code, ref.currency, amount] for ref, amount in lines)]
    return hashlib.sha256(json.dumps(payload, separators=(",", ":")).encode()).digest()


async def _open_accounts(session: AsyncSession, refs: Sequence[AccountRef]) -> dict[AccountRef, int]:
    found = await _find_accounts(session, refs)
    missing = [ref for ref in refs if ref not in found]
    if missing:
        rows = [
            {"code": ref.code, "currency": ref.currency, "kind": ref.kind, "floor_zero": ref.floor_zero}
            for ref in missing
        ]
        await session.execute(insert(LedgerAccount).values(rows).on_conflict_do_nothing(index_elements=["code"]))
        found = await _find_accounts(session, refs)
    if len(found) != len(refs):
        raise ValueError(f"an account stands in another currency: {[r.code for r in refs if r not in found]}")
    return found


async def _find_accounts(session: AsyncSession, refs: Sequence[AccountRef]) -> dict[AccountRef, int]:
    by_code = {ref.code: ref for ref in refs}
    rows = await session.execute(
        select(LedgerAccount.id, LedgerAccount.code, LedgerAccount.currency).where(LedgerAccount.code.in_(by_code))
    )
    return {by_code[code]: id_ for id_, code, currency in rows if by_code[code].currency == currency}


async def _hold_still(session: AsyncSession, accounts: Mapping[AccountRef, int], lines: Sequence[Line]) -> None:
    guarded = [accounts[ref] for ref in accounts if ref.floor_zero]
    if not guarded:
        return
    balances = {row[0]: row[1] for row in await session.execute(LOCK, {"accounts": guarded})}
    for ref, amount in lines:
        if ref.floor_zero:
            balances[accounts[ref]] += amount
    if any(balance < 0 for balance in balances.values()):
        raise InsufficientFunds


async def balance(session: AsyncSession, ref: AccountRef) -> int:
    """Credits minus debits, in minor units; 0 for an account nobody has used."""
    total = await session.scalar(
        select(func.sum(Posting.amount_minor)).join(LedgerAccount, LedgerAccount.id == Posting.account_id)
        .where(LedgerAccount.code == ref.code)
    )  # fmt: skip
    return int(total or 0)


@dataclass(frozen=True, slots=True)
class TrialBalance:
    """``sums`` per currency (each must be 0) and the accounts whose stored balance is not the sum of their lines."""

    sums: Mapping[str, int]
    drifted: Sequence[str]

    @property
    def holds(self) -> bool:
        """True when nothing was made or lost."""
        return not any(self.sums.values()) and not self.drifted


async def trial_balance(session: AsyncSession) -> TrialBalance:
    """Add everything up."""
    sums = await session.execute(select(Posting.currency, func.sum(Posting.amount_minor)).group_by(Posting.currency))
    lines = (
        select(Posting.account_id, func.sum(Posting.amount_minor).label("total")).group_by(Posting.account_id)
    ).subquery()
    drifted = await session.scalars(
        select(LedgerAccount.code)
        .join(LedgerBalance, LedgerBalance.account_id == LedgerAccount.id, isouter=True)
        .join(lines, lines.c.account_id == LedgerAccount.id, isouter=True)
        .where(
            LedgerAccount.floor_zero,
            func.coalesce(LedgerBalance.balance_minor, literal(-1)) != func.coalesce(lines.c.total, 0),
        )
        .order_by(LedgerAccount.code)
    )
    return TrialBalance({currency: int(total) for currency, total in sums}, list(drifted))


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """One line as people read it."""

    journal_id: int
    kind: str
    occurred_at: datetime
    account: str
    currency: str
    amount_minor: int


async def lines_for(session: AsyncSession, subject_type: str, subject_id: object) -> list[LedgerLine]:
    """Every line about a subject, oldest first."""
    rows = await session.execute(
        select(
            Journal.id, Journal.kind, Journal.occurred_at, LedgerAccount.code, Posting.currency, Posting.amount_minor
        )
        .join(Posting, Posting.journal_id == Journal.id)
        .join(LedgerAccount, LedgerAccount.id == Posting.account_id)
        .where(Journal.subject_type == subject_type, Journal.subject_id == str(subject_id))
        .order_by(Journal.id, Posting.line)
    )
    return [LedgerLine(*row) for row in rows]
