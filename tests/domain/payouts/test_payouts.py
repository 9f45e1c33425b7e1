"""Withdrawals: reserved at once, decided once, by somebody else."""

import asyncio
from dataclasses import replace
from uuid import UUID

import pytest
from sqlalchemy import select

from domain.audit.models import AuditEntry
from domain.payments.errors import InsufficientFunds
from domain.payments.ledger import AccountRef
from domain.payouts import payouts
from domain.payouts.errors import BankReferenceUsed, OwnPayout, PayoutDecidedAlready
from domain.payouts.models import Payout
from kit.actor import Actor
from kit.db import Database, Scope
from kit.errors import Forbidden, InvalidRequest, NotFound
from kit.money import Money
from tests.factories import money
from tests.factories.money import World, scope_of


@pytest.fixture
async def world(db: Database) -> World:
    """A vet with 8,000 centavos available."""
    made = await money.open_world(db)
    booked = await made.paid(10_000)
    await made.meet(booked)
    await made.confirm(made.vet, booked)
    await made.confirm(made.pet_owner, booked)
    return made


async def ask(world: World, amount: int, currency: str = "ARS") -> Payout:
    async with world.db.begin(scope_of(world.vet)) as session:
        return await payouts.request(session, world.vet, Money(amount, currency), "CBU 0170099220000067797370")


async def approve(world: World, payout_id: UUID, reference: str, actor: Actor | None = None) -> Payout:
    admin = actor or world.admin
    async with world.db.begin(Scope.platform(admin.person)) as session:
        return await payouts.approve(session, admin, payout_id, reference)


async def reject(world: World, payout_id: UUID, reason: str = "the account is closed") -> Payout:
    async with world.db.begin(Scope.platform(world.second_admin.person)) as session:
        return await payouts.reject(session, world.second_admin, payout_id, reason)


class TestRequest:
    async def test_it_is_reserved_at_once(self, world: World) -> None:
        await ask(world, 5000)
        balance = await world.balance()
        assert (balance.available, balance.requested, balance.paid) == (3000, 5000, 0)

    async def test_not_more_than_is_available(self, world: World) -> None:
        with pytest.raises(InsufficientFunds):
            await ask(world, 8001)
        with pytest.raises(InsufficientFunds):
            await ask(world, 1, "USD")
        assert (await world.balance()).available == 8000

    @pytest.mark.parametrize("amount", [0, -1])
    async def test_nothing_is_not_an_amount(self, world: World, amount: int) -> None:
        with pytest.raises(InvalidRequest):
            await ask(world, amount)

    @pytest.mark.race
    async def test_twenty_at_once_cannot_spend_one_balance_twice(self, world: World) -> None:
        answers = await asyncio.gather(*(ask(world, 1500) for _ in range(20)), return_exceptions=True)
        assert sum(isinstance(answer, Payout) for answer in answers) == 5
        assert all(isinstance(answer, Payout | InsufficientFunds) for answer in answers)
        balance = await world.balance()
        assert (balance.available, balance.requested) == (500, 7500)
        assert (await world.books()).holds


class TestDecision:
    async def test_approved_with_the_banks_reference(self, world: World) -> None:
        payout = await ask(world, 8000)
        paid = await approve(world, payout.id, " TRX-1 ")
        assert (paid.state, paid.bank_reference, paid.decided_by) == ("paid", "TRX-1", world.admin.person)
        balance = await world.balance()
        assert (balance.available, balance.requested, balance.paid) == (0, 0, 8000)
        assert await world.total(AccountRef.bank("ARS")) == 8000
        assert await _audited(world) == ["payout.requested", "payout.paid"]

    async def test_the_same_decision_again_is_the_same_decision(self, world: World) -> None:
        payout = await ask(world, 8000)
        await approve(world, payout.id, "TRX-1")
        assert (await approve(world, payout.id, "TRX-1")).state == "paid"
        with pytest.raises(PayoutDecidedAlready):
            await approve(world, payout.id, "TRX-2")
        assert (await world.balance()).paid == 8000

    async def test_rejected_with_a_reason_it_is_available_again(self, world: World) -> None:
        payout = await ask(world, 8000)
        assert (await reject(world, payout.id)).reason == "the account is closed"
        balance = await world.balance()
        assert (balance.available, balance.requested, balance.paid) == (8000, 0, 0)
        await ask(world, 8000)

    async def test_one_transfer_pays_one_withdrawal(self, world: World) -> None:
        one, two = await ask(world, 1000), await ask(world, 1000)
        await approve(world, one.id, "TRX-1")
        with pytest.raises(BankReferenceUsed):
            await approve(world, two.id, "TRX-1")
        assert (await world.balance()).requested == 1000

    async def test_four_eyes(self, world: World) -> None:
        payout = await ask(world, 1000)
        with pytest.raises(Forbidden):
            await approve(world, payout.id, "TRX-1", world.vet)
        with pytest.raises(OwnPayout):
            await approve(world, payout.id, "TRX-1", replace(world.admin, user_id=world.vet.user_id))

    async def test_reasons_and_references_are_required(self, world: World) -> None:
        payout = await ask(world, 1000)
        with pytest.raises(InvalidRequest):
            await approve(world, payout.id, "  ")
        with pytest.raises(InvalidRequest):
            await reject(world, payout.id, "")
        with pytest.raises(NotFound):
            await approve(world, world.vet.clinic, "TRX-1")

    @pytest.mark.race
    async def test_of_two_admins_one_wins(self, world: World) -> None:
        for number in range(8):
            payout = await ask(world, 1000)
            answers = await asyncio.gather(
                approve(world, payout.id, f"TRX-{number}"),
                approve(world, payout.id, f"TRX-{number}-b", world.second_admin),
                reject(world, payout.id),
                return_exceptions=True,
            )
            assert sum(isinstance(answer, Payout) for answer in answers) == 1
            assert sum(isinstance(answer, PayoutDecidedAlready) for answer in answers) == 2
        balance = await world.balance()
        assert (balance.requested, balance.available + balance.paid) == (0, 8000)
        assert (await world.books()).holds


class TestWhoSees:
    async def test_another_vet_sees_nothing(self, world: World, db: Database) -> None:
        await ask(world, 1000)
        other = await money.open_world(db)
        async with db.begin(scope_of(other.vet)) as session:
            assert list(await session.scalars(select(Payout))) == []
        assert (await other.balance()).requested == 0


async def _audited(world: World) -> list[str]:
    async with world.db.begin(Scope.system()) as session:
        query = select(AuditEntry.action).where(AuditEntry.target_type == "payout").order_by(AuditEntry.sequence)
        return list(await session.scalars(query))
