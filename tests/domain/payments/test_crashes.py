"""A process dies after the provider has acted and before we wrote it down: asking again finds out, exactly once."""

import asyncio
import sys
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from domain.escrow import charges
from domain.escrow.models import Escrow
from domain.payments import inbox, janitor
from domain.payments.gateways import sandbox
from domain.payments.gateways.port import OutcomeUnknownError
from domain.payments.models import GatewayEvent, Refund
from kit import clock, outbox
from kit.db import Database, Scope
from tests.factories import money
from tests.factories.money import SITE, World


@pytest.fixture
async def world(db: Database) -> World:
    return await money.open_world(db)


async def kill_after_the_call(url: str, what: str, subject: object, person: object = "") -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.domain.payments.crashing", url, what, str(subject), str(person),
        stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout is not None
    line = await asyncio.wait_for(process.stdout.readline(), 30)
    process.kill()
    await process.wait()
    assert line == b"reached\n"


@pytest.mark.kill
class TestKilledBetweenTheCallAndTheBooks:
    async def test_opening_the_page(self, world: World, fresh_url: str) -> None:
        booked = await world.appointment()
        await kill_after_the_call(fresh_url, "charge", booked, world.pet_owner.person)
        with clock.at(clock.now() + timedelta(minutes=2)):
            assert await janitor.recheck(world.db, world.gateways) == 1
            assert await janitor.recheck(world.db, world.gateways) == 0
        attempt = await world.charge(booked)
        assert attempt.status == "redirected"
        assert len(await world.gateway.find(str(attempt.id))) == 1
        await world.gateway.decide(attempt.gateway_payment_id or "", "approve")
        await world.settle()
        assert (await world.get(booked)).status == "booked"

    async def test_reading_a_notification(self, world: World, fresh_url: str) -> None:
        booked = await world.appointment()
        attempt = await world.charge(booked)
        await world.gateway.decide(attempt.gateway_payment_id or "", "approve")
        await _deliver(world)
        async with world.db.begin(Scope.system()) as session:
            event_id = (await session.scalars(select(GatewayEvent.id))).first()
        await kill_after_the_call(fresh_url, "process", event_id)
        assert (await world.get(booked)).status == "held"
        await world.settle()
        assert (await world.get(booked)).status == "booked"
        assert await world.total(world.clearing) == -10_000

    async def test_sending_money_back(self, world: World, fresh_url: str) -> None:
        booked = await world.paid()
        await world.cancel(world.vet, booked)
        (refund,) = await world.refunds()
        await kill_after_the_call(fresh_url, "refund", refund.id)
        assert (await world.escrow(booked)).state == "refunding"
        await world.settle()
        assert (await world.escrow(booked)).state == "refunded"
        (snapshot,) = await world.gateway.find(str(refund.attempt_id))
        assert snapshot.refunded_minor == 10_000
        assert await world.total(world.clearing) == 0


class Flaky:
    """The sandbox gateway, whose named call takes effect and then does not answer (or never arrives)."""

    def __init__(self, world: World, call: str, *, takes_effect: bool) -> None:
        self._real, self._call, self._takes_effect, self.failures = world.gateway, call, takes_effect, 1

    def __getattr__(self, name: str) -> Any:
        real = getattr(self._real, name)
        if name != self._call or not self.failures:
            return real

        async def silent(*args: Any) -> None:
            self.failures -= 1
            if self._takes_effect:
                await real(*args)
            raise OutcomeUnknownError

        return silent


class TestNoAnswer:
    @pytest.mark.parametrize("takes_effect", [True, False])
    async def test_a_time_out_is_unknown_and_never_failed(self, world: World, takes_effect: bool) -> None:
        booked = await world.appointment()
        gateways: Mapping[str, Any] = {sandbox.CODE: Flaky(world, "create_checkout", takes_effect=takes_effect)}
        attempt = await charges.charge(world.db, gateways, world.pet_owner, booked, sandbox.CODE, f"{SITE}/back")
        assert attempt.status == "unknown"
        with clock.at(clock.now() + timedelta(minutes=2)):
            await janitor.recheck(world.db, world.gateways)
        assert (await world.attempt(attempt.id)).status == ("redirected" if takes_effect else "unknown")
        again = await world.charge(booked)
        assert (again.id, again.status) == (attempt.id, "redirected")

    async def test_only_the_provider_ends_an_attempt_it_never_heard_of(self, world: World) -> None:
        booked = await world.appointment()
        silent: Mapping[str, Any] = {sandbox.CODE: Flaky(world, "create_checkout", takes_effect=False)}
        attempt = await charges.charge(world.db, silent, world.pet_owner, booked, sandbox.CODE, f"{SITE}/back")
        down: Mapping[str, Any] = {sandbox.CODE: Flaky(world, "find", takes_effect=False)}
        with clock.at(clock.now() + timedelta(hours=25)):
            await janitor.recheck(world.db, down)
            assert (await world.attempt(attempt.id)).status == "unknown"
        with clock.at(clock.now() + timedelta(hours=51)):
            await janitor.recheck(world.db, world.gateways)
        assert (await world.attempt(attempt.id)).status == "cancelled"

    async def test_a_payment_nobody_told_us_about_is_found(self, world: World) -> None:
        booked = await world.appointment()
        attempt = await world.charge(booked)
        await world.gateway.decide(attempt.gateway_payment_id or "", "approve")
        with clock.at(clock.now() + timedelta(minutes=2)):
            await janitor.recheck(world.db, world.gateways)
        assert (await world.get(booked)).status == "booked"
        await world.settle()
        assert await world.total(world.clearing) == -10_000

    async def test_a_refund_without_an_answer_is_asked_for_again_with_the_same_key(self, world: World) -> None:
        booked = await world.paid()
        await world.cancel(world.vet, booked)
        world.gateways = {sandbox.CODE: Flaky(world, "refund", takes_effect=True)}
        with pytest.raises(OutcomeUnknownError):
            await world.settle()
        assert (await world.escrow(booked)).state == "refunding"
        await world.settle()
        async with world.db.begin(Scope.system()) as session:
            escrow = (await session.scalars(select(Escrow))).one()
            refund = (await session.scalars(select(Refund))).one()
        assert (escrow.state, refund.state, refund.tries) == ("refunded", "succeeded", 1)
        (snapshot,) = await world.gateway.find(str(refund.attempt_id))
        assert snapshot.refunded_minor == 10_000


class TestTheInbox:
    @pytest.mark.race
    async def test_fifty_repetitions_are_one_event_and_one_effect(self, world: World) -> None:
        booked = await world.appointment()
        attempt = await world.charge(booked)
        await world.gateway.decide(attempt.gateway_payment_id or "", "approve")
        (first, *_) = await _waiting(world, sandbox.NOTIFY)
        await asyncio.gather(*(world.gateway.deliver(first.payload, world.webhook) for _ in range(50)))
        async with world.db.begin(Scope.system()) as session:
            (event,) = (await session.scalars(select(GatewayEvent))).all()
        outcomes = await asyncio.gather(*(inbox.process(world.db, world.gateways, event.id) for _ in range(10)))
        assert set(outcomes) == {"approved"}
        await world.settle()
        assert await world.total(world.clearing) == -10_000
        assert (await world.get(booked)).status == "booked"

    async def test_a_notification_about_nothing_is_kept_and_changes_nothing(self, world: World) -> None:
        body = b'{"id":"e1","data":{"id":"sb_nonesuch","status":"approved"}}'
        await world.webhook("", world.gateway.signed(body), body)
        await world.settle()
        async with world.db.begin(Scope.system()) as session:
            (event,) = (await session.scalars(select(GatewayEvent))).all()
        assert (event.outcome, event.body) == ("unknown_payment", body)

    async def test_a_lie_about_the_status_is_only_a_hint_to_ask(self, world: World) -> None:
        booked = await world.appointment()
        attempt = await world.charge(booked)
        body = b'{"id":"e1","data":{"id":"%s","status":"approved"}}' % (attempt.gateway_payment_id or "").encode()
        await world.webhook("", world.gateway.signed(body), body)
        await world.settle()
        assert (await world.get(booked)).status == "held"


async def _waiting(world: World, kind: str) -> list[outbox.OutboxItem]:
    async with world.db.begin(Scope.system()) as session:
        query = select(outbox.OutboxItem).where(outbox.OutboxItem.kind == kind, outbox.OutboxItem.state == "waiting")
        return list(await session.scalars(query.order_by(outbox.OutboxItem.due_at)))


async def _deliver(world: World) -> None:
    for row in await _waiting(world, sandbox.NOTIFY):
        await world.gateway.deliver(row.payload, world.webhook)
