"""Everybody at once, each on a connection of their own: the money goes one way, once.

The floors of the ledger are the last guard; these tests also require that it was never they who caught it.
"""

import asyncio
from collections.abc import Awaitable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from domain.escrow import confirmations, due, rulings
from domain.payments import inbox
from domain.payments.gateways.port import Notification
from domain.payments.ledger import AccountRef
from kit import clock
from kit.db import Database, Scope
from kit.errors import Conflict, DomainError
from tests.factories import money
from tests.factories.money import World

pytestmark = pytest.mark.race


@pytest.fixture
async def world(db: Database) -> World:
    return await money.open_world(db)


async def all_at_once(*work: Awaitable[Any]) -> list[DomainError]:
    """Do it all; a refusal is an answer, anything else is a failure."""
    answers = await asyncio.gather(*work, return_exceptions=True)
    for answer in answers:
        if isinstance(answer, BaseException) and not isinstance(answer, Conflict):
            raise answer
    refusals = [answer for answer in answers if isinstance(answer, DomainError)]
    assert not [refusal for refusal in refusals if refusal.code == "insufficient_funds"]
    return refusals


async def rule_refund(world: World, appointment_id: UUID) -> None:
    async with world.db.begin(Scope.platform(world.admin.person)) as session:
        await rulings.refund(session, world.admin, appointment_id, "test")


async def rule_release(world: World, appointment_id: UUID) -> None:
    async with world.db.begin(Scope.platform(world.second_admin.person)) as session:
        await rulings.release(session, world.second_admin, appointment_id, "test")


class TestReleaseAgainstRefund:
    async def test_one_of_them_wins_and_the_other_is_told(self, world: World) -> None:
        booked = [await world.paid() for _ in range(12)]
        for appointment_id in booked:
            await world.meet(appointment_id)
            await world.confirm(world.pet_owner, appointment_id)
        with clock.at(clock.now() + timedelta(days=5)):
            for appointment_id in booked:
                await all_at_once(
                    world.confirm(world.vet, appointment_id),
                    rule_refund(world, appointment_id),
                    rule_release(world, appointment_id),
                    due.release_due(world.db, 1),
                    due.release_due(world.db, 1),
                )
        await world.settle()
        states = [(await world.escrow(appointment_id)).state for appointment_id in booked]
        assert set(states) <= {"released", "refunded"}
        assert (await world.balance()).available == 8000 * states.count("released")
        assert await world.total(world.clearing) == -10_000 * states.count("released")
        assert (await world.books()).holds

    async def test_both_sides_press_at_the_same_moment(self, world: World) -> None:
        for _ in range(10):
            booked = await world.paid()
            await world.meet(booked)
            await all_at_once(
                *(world.confirm(actor, booked) for actor in (world.vet, world.pet_owner) for _ in range(3))
            )
            assert (await world.escrow(booked)).state == "released"
        assert (await world.balance()).available == 80_000


class TestCancelAgainstPayment:
    async def test_a_payment_that_meets_a_cancellation_is_held_or_returned(self, world: World) -> None:
        for _ in range(10):
            booked = await world.appointment()
            attempt = await world.charge(booked)
            await world.gateway.decide(attempt.gateway_payment_id or "", "approve")
            async with world.db.begin(Scope.system()) as session:
                notification = Notification(f"e-{booked}", attempt.gateway_payment_id or "")
                await inbox.receive(session, world.gateway, notification, b"{}")
            await all_at_once(world.settle(), world.cancel(world.vet, booked))
            await world.settle()
            state = ((await world.get(booked)).status, (await world.escrow(booked)).state)
            assert state in {("cancelled", "refunded"), ("booked", "held")}
        assert (await world.books()).holds


class TestTwoSchedulers:
    async def test_they_share_the_work_and_nothing_is_done_twice(self, world: World) -> None:
        booked = [await world.paid() for _ in range(15)]
        for appointment_id in booked:
            await world.meet(appointment_id)
        with clock.at(clock.now() + timedelta(days=5)):
            done = await asyncio.gather(*(due.release_due(world.db, 50) for _ in range(4)))
        assert sum(done) == 15
        assert (await world.balance()).available == 15 * 8000
        assert await world.total(AccountRef.commission("ARS")) == 15 * 2000

    async def test_one_hold_that_fails_does_not_keep_the_others_waiting(
        self, world: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        booked = [await world.paid() for _ in range(3)]
        for appointment_id in booked:
            await world.meet(appointment_id)
        real = confirmations.confirm_by_silence

        async def poisoned(session: Any, appointment: Any, escrow: Any) -> None:
            if appointment.id == booked[0]:
                raise RuntimeError("bad row")
            await real(session, appointment, escrow)

        monkeypatch.setattr(confirmations, "confirm_by_silence", poisoned)
        with clock.at(clock.now() + timedelta(days=5)), pytest.raises(ExceptionGroup):
            await due.release_due(world.db)
        states = [(await world.escrow(appointment_id)).state for appointment_id in booked]
        assert states == ["awaiting_confirmation", "released", "released"]
