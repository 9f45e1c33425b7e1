"""The ledger on a real PostgreSQL: what it does, and what it refuses to the application itself."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from domain.payments import chain, ledger
from domain.payments.errors import InsufficientFunds, LedgerKeyReusedError
from domain.payments.ledger import AccountRef
from kit import ids
from kit.db import Database, Scope

BANK, INCOME = AccountRef.bank("JOD"), AccountRef.commission("JOD")
HELD = AccountRef.escrow_of(ids.new_id(), "JOD")
OTHER = AccountRef.escrow_of(ids.new_id(), "JOD")
CLEARING = AccountRef.gateway_clearing("sandbox", "lazo-demo", "JOD")


async def move(db: Database, key: str, *lines: tuple[AccountRef, int]) -> int:
    async with db.begin(Scope.system()) as session:
        return (await ledger.post(session, key, "test", ("thing", 1), lines)).id


async def balance(db: Database, ref: AccountRef) -> int:
    async with db.begin(Scope.system()) as session:
        return await ledger.balance(session, ref)


class TestPosting:
    async def test_the_same_effect_twice_is_one_effect(self, db: Database) -> None:
        first = await move(db, "hold:1", (CLEARING, -1005), (HELD, 1005))
        assert await move(db, "hold:1", (HELD, 1005), (CLEARING, -1005)) == first
        assert await balance(db, HELD) == 1005

    async def test_the_same_key_for_something_else_is_a_fault(self, db: Database) -> None:
        await move(db, "hold:1", (CLEARING, -1005), (HELD, 1005))
        with pytest.raises(LedgerKeyReusedError):
            await move(db, "hold:1", (CLEARING, -1006), (HELD, 1006))
        assert await balance(db, HELD) == 1005

    async def test_below_zero_is_refused_and_leaves_nothing(self, db: Database) -> None:
        await move(db, "hold:1", (CLEARING, -10), (HELD, 10))
        with pytest.raises(InsufficientFunds):
            await move(db, "take:1", (HELD, -11), (BANK, 11))
        assert await balance(db, HELD) == 10
        await move(db, "take:1", (HELD, -10), (BANK, 10))

    @pytest.mark.parametrize(
        "lines",
        [
            [(CLEARING, -5), (HELD, 4)],
            [(CLEARING, 0), (HELD, 0)],
            [(CLEARING, -5), (AccountRef.bank("USD"), 5)],
            [],
            [(CLEARING, -1.5), (HELD, 1.5)],
        ],
    )
    async def test_what_is_not_a_journal_is_refused(self, db: Database, lines: list[tuple[AccountRef, int]]) -> None:
        with pytest.raises(ValueError, match=r"journal|minor units"):
            await move(db, "odd", *lines)

    async def test_an_account_keeps_its_currency(self, db: Database) -> None:
        await move(db, "hold:1", (CLEARING, -10), (HELD, 10))
        dollars = AccountRef(HELD.code, "USD", HELD.kind, floor_zero=True)
        with pytest.raises(ValueError, match="another currency"):
            await move(db, "hold:2", (AccountRef.bank("USD"), -10), (dollars, 10))

    @pytest.mark.race
    async def test_one_effect_asked_for_by_many_at_once(self, db: Database) -> None:
        got = await asyncio.gather(*(move(db, "hold:1", (CLEARING, -10), (HELD, 10)) for _ in range(20)))
        assert len(set(got)) == 1
        assert await balance(db, HELD) == 10

    @pytest.mark.race
    async def test_many_spend_one_balance_in_both_directions_and_it_stays_whole(self, db: Database) -> None:
        await move(db, "fill", (CLEARING, -100), (HELD, 50), (OTHER, 50))

        async def swap(number: int) -> int:
            one, two = (HELD, OTHER) if number % 2 else (OTHER, HELD)
            try:
                return await move(db, f"swap:{number}", (one, -20), (two, 20))
            except InsufficientFunds:
                return 0

        await asyncio.gather(*(swap(number) for number in range(40)))
        assert await balance(db, HELD) + await balance(db, OTHER) == 100
        async with db.begin(Scope.system()) as session:
            assert (await ledger.trial_balance(session)).holds


NEW_JOURNAL = (
    "with j as (insert into ledger_journal (effect_key, payload_sha256, kind, subject_type, subject_id, occurred_at)"
    " values ('mine', sha256('a'), 'x', 'x', 'x', now()) returning id) insert into ledger_posting"
)
REFUSALS = (
    "permission denied|must be owner|is closed|fewer than two|sum to zero|a seal is|ck_ledger_account_floor"
    "|ck_ledger_balance_floor|ck_ledger_posting_amount|fk_ledger_posting_account_id_currency"
)
ATTACKS = {
    "change a line": "update ledger_posting set amount_minor = amount_minor * 2",
    "delete lines": "delete from ledger_posting",
    "truncate lines": "truncate ledger_posting",
    "delete a journal": "delete from ledger_journal",
    "truncate everything": "truncate ledger_journal cascade",
    "rewrite a journal": "update ledger_journal set kind = 'gift'",
    "rewrite its key": "update ledger_journal set effect_key = 'mine'",
    "set a balance": "update ledger_balance set balance_minor = 99999",
    "add a balance": "insert into ledger_balance (account_id, balance_minor, version) values (99, 99999, 0)",
    "delete a balance": "delete from ledger_balance",
    "empty journal": "insert into ledger_journal (effect_key, payload_sha256, kind, subject_type, subject_id,"
    " occurred_at) values ('a1', sha256('a'), 'x', 'x', 'x', now())",
    "late lines on a closed journal": "insert into ledger_posting select j.id, 8 + n, a.id, a.currency, n from"
    " ledger_journal j, ledger_account a, (values (-5), (5)) v(n) where a.code like 'bank:%' limit 2",
    "unbalanced journal": NEW_JOURNAL + " select j.id, a.id, a.id, a.currency, a.id from j, ledger_account a",
    "line in another currency": NEW_JOURNAL + " select j.id, a.id, a.id, 'USD', (case a.id when 1 then 5 else -5 end)"
    " from j, ledger_account a where a.id in (1, 2)",
    "lines of nothing": NEW_JOURNAL + " select j.id, a.id, a.id, a.currency, 0 from j, ledger_account a",
    "overdraw": NEW_JOURNAL
    + " select j.id, a.id, a.id, a.currency, case when a.code like 'escrow:%' then -5 else 5 end"
    " from j, ledger_account a where a.code like 'escrow:%' or a.code like 'bank:%'",
    "forge the transaction": "insert into ledger_journal (effect_key, payload_sha256, kind, subject_type, subject_id,"
    " occurred_at, txid) values ('a3', sha256('a'), 'x', 'x', 'x', now(), '1')",
    "choose an id": "insert into ledger_journal (id, effect_key, payload_sha256, kind, subject_type, subject_id,"
    " occurred_at) overriding system value values (1, 'a4', sha256('a'), 'x', 'x', 'x', now())",
    "an escrow without a floor": "insert into ledger_account (code, currency, kind, floor_zero)"
    " values ('escrow:x', 'JOD', 'liability', false)",
    "lower a floor": "update ledger_account set floor_zero = false",
    "rename an account": "update ledger_account set code = 'bank:mine'",
    "seal without a hash": "update ledger_journal set chain_position = 5",
    "switch the triggers off": "alter table ledger_posting disable trigger all",
    "pretend to replicate": "set session_replication_role = replica",
    "drop the guard": "drop trigger ledger_posting_open on ledger_posting",
}


class TestAttacks:
    @pytest.fixture
    async def books(self, db: Database) -> AsyncIterator[Database]:
        await move(db, "hold:1", (CLEARING, -1005), (HELD, 1005))
        await move(db, "release:1", (HELD, -1005), (BANK, 804), (INCOME, 201))
        yield db
        assert await balance(db, BANK) == 804
        async with db.begin(Scope.system()) as session:
            assert (await ledger.trial_balance(session)).holds

    @pytest.mark.parametrize("attack", ATTACKS)
    async def test_the_application_cannot(self, books: Database, attack: str) -> None:
        with pytest.raises(DBAPIError, match=REFUSALS):
            async with books.begin(Scope.system()) as session:
                await session.execute(text(ATTACKS[attack]))

    async def test_a_savepoint_does_not_open_a_closed_journal(self, books: Database) -> None:
        with pytest.raises(DBAPIError, match="closed"):
            async with books.begin(Scope.system()) as session, session.begin_nested():
                await session.execute(text(ATTACKS["late lines on a closed journal"]))


class TestTheChain:
    async def test_every_journal_is_sealed_once_and_the_walk_agrees(self, db: Database) -> None:
        for number in range(5):
            await move(db, f"hold:{number}", (CLEARING, -10), (HELD, 10))
        async with db.begin(Scope.system()) as session:
            assert await chain.seal(session, limit=3) == 3
        async with db.begin(Scope.system()) as session:
            assert await chain.seal(session) == 2
            assert await chain.seal(session) == 0
            report = await chain.verify_chain(session)
        assert (report.sealed, report.broken_at) == (5, None)

    @pytest.mark.race
    async def test_two_sealers_and_writers_at_once_make_one_chain(self, db: Database) -> None:
        async def write(number: int) -> None:
            await move(db, f"hold:{number}", (CLEARING, -10), (HELD, 10))

        async def seal() -> None:
            async with db.begin(Scope.system()) as session:
                await chain.seal(session)

        await asyncio.gather(*(work for number in range(15) for work in (write(number), seal())))
        await seal()
        async with db.begin(Scope.system()) as session:
            report = await chain.verify_chain(session)
        assert (report.sealed, report.broken_at) == (15, None)

    @pytest.mark.parametrize(
        "forgery",
        [
            "update ledger_posting set amount_minor = amount_minor + sign(amount_minor)::int where line = 1",
            "update ledger_journal set occurred_at = occurred_at + interval '1 microsecond' where chain_position = 2",
            "update ledger_account set code = 'bank:JOE' where code like 'gateway%'",
            "update ledger_journal set chain_sha256 = sha256('x') where chain_position = 3",
        ],
    )
    async def test_a_forgery_by_the_owner_of_the_tables_is_found(self, db: Database, forgery: str) -> None:
        for number in range(4):
            await move(db, f"hold:{number}", (CLEARING, -10), (HELD, 10))
        async with db.begin(Scope.system()) as session:
            await chain.seal(session)
        async with db.engine.begin() as owner:
            await owner.execute(text("set local session_replication_role = replica"))
            assert (await owner.execute(text(forgery))).rowcount > 0
        async with db.begin(Scope.system()) as session:
            assert (await chain.verify_chain(session)).broken_at is not None
