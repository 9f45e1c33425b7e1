"""The hash chain over the ledger: each sealed journal holds a SHA-256 over itself, its lines and the seal before it.

Positions follow the order of sealing, not of ids: a transaction that commits late is sealed late. Whoever changes a
byte under a seal, or removes a sealed journal, breaks every seal after it; the last seal kept elsewhere proves the
rest.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from domain.payments.models import Journal, LedgerAccount, Posting

ONE_SEALER = text("select pg_advisory_xact_lock(hashtext('ledger_chain'))")
GENESIS = b"\0" * 32


async def seal(session: AsyncSession, limit: int = 1000) -> int:
    """Chain up to ``limit`` journals that have no seal yet, in the order of their ids; returns how many."""
    await session.execute(ONE_SEALER)
    position, before = await _head(session)
    pending = (
        await session.scalars(select(Journal).where(Journal.chain_sha256.is_(None)).order_by(Journal.id).limit(limit))
    ).all()
    lines = await _lines(session, [journal.id for journal in pending])
    for journal in pending:
        position, before = position + 1, _link(before, position + 1, journal, lines.get(journal.id, []))
        await session.execute(
            update(Journal).where(Journal.id == journal.id).values(chain_position=position, chain_sha256=before)
            .execution_options(synchronize_session=False)
        )  # fmt: skip
    return len(pending)


@dataclass(frozen=True, slots=True)
class ChainReport:
    """``sealed`` journals were walked; ``broken_at`` is the first position that does not add up, if any."""

    sealed: int
    broken_at: int | None
    head: bytes


async def verify_chain(session: AsyncSession) -> ChainReport:
    """Walk the whole chain and recompute every seal."""
    journals = (
        await session.scalars(
            select(Journal).where(Journal.chain_sha256.is_not(None)).order_by(Journal.chain_position)
            .execution_options(populate_existing=True)
        )
    ).all()  # fmt: skip
    lines = await _lines(session, [journal.id for journal in journals])
    before = GENESIS
    for position, journal in enumerate(journals, start=1):
        before = _link(before, position, journal, lines.get(journal.id, []))
        if journal.chain_position != position or before != journal.chain_sha256:
            return ChainReport(len(journals), position, before)
    return ChainReport(len(journals), None, before)


async def _head(session: AsyncSession) -> tuple[int, bytes]:
    last = await session.scalar(select(func.max(Journal.chain_position)))
    if last is None:
        return 0, GENESIS
    seal_ = await session.scalar(select(Journal.chain_sha256).where(Journal.chain_position == last))
    return last, seal_ or GENESIS


Lines = Sequence[tuple[int, str, str, int]]


async def _lines(session: AsyncSession, journal_ids: Sequence[int]) -> dict[int, list[tuple[int, str, str, int]]]:
    rows = await session.execute(
        select(Posting.journal_id, Posting.line, LedgerAccount.code, Posting.currency, Posting.amount_minor)
        .join(LedgerAccount, LedgerAccount.id == Posting.account_id)
        .where(Posting.journal_id == func.any(list(journal_ids)))
        .order_by(Posting.journal_id, Posting.line)
    )
    found: dict[int, list[tuple[int, str, str, int]]] = {}
    for journal_id, line, code, currency, amount in rows:
        found.setdefault(journal_id, []).append((line, code, currency, amount))
    return found


def _link(before: bytes, position: int, journal: Journal, lines: Lines) -> bytes:
    body = [
        position, journal.id, journal.effect_key, journal.payload_sha256.hex(), journal.kind, journal.subject_type,
        journal.subject_id, journal.occurred_at.isoformat(), journal.posted_at.isoformat(), journal.reverses_id,
        [list(line) for line in lines],
    ]  # fmt: skip
    return hashlib.sha256(before + json.dumps(body, separators=(",", ":")).encode()).digest()
