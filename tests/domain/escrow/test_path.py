"""The money's path from the held time to the vet's balance, and the ways off it."""

from datetime import timedelta

import pytest

from domain.booking import holds as booking_holds
from domain.booking.errors import HoldExpired
from domain.escrow import due, rulings, timeline
from domain.escrow.errors import AlreadyPaid, ConsultationNotEnded, PaymentReturned
from domain.payments.ledger import AccountRef
from kit import clock
from kit.db import Database, Scope
from kit.errors import Forbidden, InvalidRequest, NotFound
from tests.factories import money
from tests.factories.money import World


@pytest.fixture
async def world(db: Database) -> World:
    return await money.open_world(db)


class TestThePath:
    async def test_pay_meet_confirm_release(self, world: World) -> None:
        booked = await world.paid(10_001)
        assert (await world.get(booked)).status == "booked"
        assert (await world.balance()).held == 10_001
        await world.meet(booked)
        assert (await world.balance()).releasable == 10_001
        await world.confirm(world.pet_owner, booked)
        assert (await world.escrow(booked)).state == "awaiting_confirmation"
        released = await world.confirm(world.vet, booked)
        assert (released.state, released.commission_minor, released.net_minor) == ("released", 2000, 8001)
        assert (await world.get(booked)).status == "completed"
        assert (await world.balance()).available == 8001
        assert await world.total(AccountRef.commission("ARS")) == 2000
        assert await world.total(world.clearing) == -10_001
        assert (await world.books()).holds

    async def test_each_side_confirms_once_and_pressing_again_changes_nothing(self, world: World) -> None:
        booked = await world.paid()
        await world.meet(booked)
        first = await world.confirm(world.vet, booked)
        again = await world.confirm(world.vet, booked)
        assert again.practitioner_confirmed_at == first.practitioner_confirmed_at
        assert again.state == "awaiting_confirmation"
        await world.confirm(world.pet_owner, booked)
        assert (await world.confirm(world.pet_owner, booked)).state == "released"
        assert (await world.balance()).available == 8000

    async def test_confirming_before_the_end_is_refused(self, world: World) -> None:
        booked = await world.paid()
        for actor in (world.pet_owner, world.vet):
            with pytest.raises(ConsultationNotEnded):
                await world.confirm(actor, booked)

    async def test_a_stranger_finds_nothing(self, world: World, db: Database) -> None:
        booked = await world.paid()
        await world.meet(booked)
        other = await money.open_world(db)
        for actor in (other.pet_owner, other.vet, other.admin):
            with pytest.raises(NotFound):
                await world.confirm(actor, booked)

    async def test_nothing_to_pay_is_booked_at_once_and_released_without_a_journal(self, world: World) -> None:
        booked = await world.appointment(0)
        assert (await world.get(booked)).status == "booked"
        with pytest.raises(AlreadyPaid):
            await world.charge(booked)
        await world.meet(booked)
        await world.confirm(world.vet, booked)
        assert (await world.confirm(world.pet_owner, booked)).state == "released"
        assert (await world.books()).sums == {}

    async def test_the_timeline_tells_it_all(self, world: World) -> None:
        booked = await world.paid()
        await world.meet(booked)
        with clock.at((await world.get(booked)).ends_at + timedelta(hours=1)):
            await world.confirm(world.pet_owner, booked)
            await world.confirm(world.vet, booked)
        async with world.db.begin(Scope.pet_owner(world.pet_owner.person)) as session:
            told = await timeline.money_events(session, booked)
        assert [event.kind for event in told] == [
            "payment_started", "payment_approved", "held", "commission_frozen", "confirmed", "confirmed", "released",
            "commission_taken",
        ]  # fmt: skip
        assert told[1].reference.startswith("sb_")
        assert [event.actor for event in told if event.kind == "confirmed"] == ["pet_owner", "practitioner"]


class TestCommission:
    @pytest.mark.parametrize(("plan", "fee"), [("free", 2000), ("pro", 1200), ("premium", 800)])
    async def test_the_rate_is_the_plans(self, world: World, plan: str, fee: int) -> None:
        await world.switch(plan)
        booked = await world.paid(10_000)
        await world.meet(booked)
        await world.confirm(world.vet, booked)
        assert (await world.confirm(world.pet_owner, booked)).commission_minor == fee

    async def test_an_upgrade_before_the_call_counts_and_a_change_after_it_does_not(self, world: World) -> None:
        booked = await world.paid(10_000)
        await world.switch("premium")
        with clock.at((await world.get(booked)).starts_at):
            await world.start(booked)
        with clock.at((await world.get(booked)).ends_at):
            await world.switch("free")
            await world.finish(booked)
            await world.confirm(world.vet, booked)
            released = await world.confirm(world.pet_owner, booked)
        assert (released.plan_code, released.commission_bp, released.commission_minor) == ("premium", 800, 800)


class TestSilence:
    async def test_both_present_for_a_minute_speaks_for_the_silent(self, world: World) -> None:
        booked = await world.paid()
        await world.meet(booked, seconds=61)
        due_at = (await world.escrow(booked)).due_at
        assert due_at is not None
        with clock.at(due_at - timedelta(seconds=1)):
            assert await due.release_due(world.db) == 0
        with clock.at(due_at):
            assert await due.release_due(world.db) == 1
            assert await due.release_due(world.db) == 0
        escrow = await world.escrow(booked)
        assert (escrow.state, escrow.confirmed_by_silence) == ("released", True)

    async def test_too_short_a_meeting_goes_to_review_and_an_admin_decides(self, world: World) -> None:
        booked = await world.paid()
        await world.meet(booked, seconds=20)
        await world.confirm(world.vet, booked)
        with clock.at(clock.now() + timedelta(days=4)):
            assert await due.release_due(world.db) == 1
        assert (await world.escrow(booked)).state == "review"
        assert (await world.balance()).held == 10_000
        async with world.db.begin(Scope.platform(world.admin.person)) as session:
            with pytest.raises(InvalidRequest):
                await rulings.release(session, world.admin, booked, " ")
            with pytest.raises(Forbidden):
                await rulings.release(session, world.vet, booked, "mine")
        async with world.db.begin(Scope.platform(world.admin.person)) as session:
            await rulings.refund(session, world.admin, booked, "the call broke down")
        await world.settle()
        assert (await world.escrow(booked)).state == "refunded"
        assert (await world.books()).holds


class TestRefunds:
    async def test_cancelling_returns_everything(self, world: World) -> None:
        booked = await world.paid()
        with clock.at((await world.get(booked)).starts_at - timedelta(hours=3)):
            await world.cancel(world.pet_owner, booked)
        assert (await world.escrow(booked)).state == "refunding"
        await world.settle()
        assert (await world.escrow(booked)).state == "refunded"
        assert await world.total(world.clearing) == 0
        with pytest.raises(PaymentReturned):
            await world.confirm(world.pet_owner, booked)

    async def test_a_late_payment_takes_the_time_again(self, world: World) -> None:
        booked = await world.appointment()
        attempt = await world.charge(booked)
        await _expire(world)
        assert (await world.escrow(booked)).state == "expired"
        with pytest.raises(HoldExpired):
            await world.charge(booked)
        await world.gateway.decide(attempt.gateway_payment_id or "", "approve")
        await world.settle()
        assert (await world.get(booked)).status == "booked"
        assert (await world.escrow(booked)).state == "held"

    async def test_a_late_payment_for_a_time_that_is_gone_goes_back(self, world: World) -> None:
        booked = await world.appointment()
        attempt = await world.charge(booked)
        await _expire(world)
        await world.appointment(starts_at=(await world.get(booked)).starts_at)
        await world.gateway.decide(attempt.gateway_payment_id or "", "approve")
        await world.settle()
        assert (await world.get(booked)).status == "expired"
        assert (await world.escrow(booked)).state == "refunded"
        assert (await world.attempt(attempt.id)).status == "refunded"
        assert await world.total(world.clearing) == 0

    async def test_a_failed_refund_stays_visible_until_it_is_tried_again(self, world: World) -> None:
        booked = await world.paid()
        attempt_id = (await world.escrow(booked)).attempt_id
        assert attempt_id is not None
        payment_id = (await world.attempt(attempt_id)).gateway_payment_id or ""
        await _set_sandbox_status(world, payment_id, "pending")
        await world.cancel(world.vet, booked)
        await world.settle()
        assert (await world.escrow(booked)).state == "refund_failed"
        assert await world.total(AccountRef.refund_due(attempt_id, "ARS")) == 10_000
        await _set_sandbox_status(world, payment_id, "approved")
        async with world.db.begin(Scope.platform(world.admin.person)) as session:
            await rulings.retry_refund(session, world.admin, booked)
        await world.settle()
        assert (await world.escrow(booked)).state == "refunded"
        assert await world.total(world.clearing) == 0


async def _expire(world: World) -> None:
    with clock.at(clock.now() + timedelta(minutes=16)):
        async with world.db.begin(Scope.system()) as session:
            await booking_holds.expire_due(session)


async def _set_sandbox_status(world: World, payment_id: str, status: str) -> None:
    from domain.payments.models import SandboxPayment

    async with world.db.begin(Scope.system()) as session:
        (await session.get_one(SandboxPayment, payment_id)).status = status
