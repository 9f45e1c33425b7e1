"""The outbox: each row by its kind; what fails waits, what never works is dead, and nobody stands in the way."""

import asyncio
from collections.abc import Mapping
from datetime import timedelta

import pytest

from kit import clock, outbox
from kit.db import Scope
from kit.outbox import OutboxItem
from scheduler import dispatch
from scheduler.dispatch import InTransaction, Outside
from scheduler.tools import Tools
from tests.scheduler.conftest import Bench


async def boom(*_: object) -> str:
    raise RuntimeError("boom")


def handlers(monkeypatch: pytest.MonkeyPatch, **more: InTransaction | Outside) -> None:
    both: Mapping[str, InTransaction | Outside] = {**dispatch.HANDLERS, **more}
    monkeypatch.setattr(dispatch, "HANDLERS", both)


async def test_a_kind_nobody_knows_is_dead_with_the_reason(bench: Bench) -> None:
    await bench.enqueue("carrier.pigeon", "k")
    assert await bench.drain() == 1
    (row,) = await bench.rows()
    assert (row.state, row.last_error) == ("dead", "nobody here does 'carrier.pigeon'")
    assert await bench.drain() == 0


async def test_a_poison_row_never_blocks_the_others(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    handlers(monkeypatch, bad=Outside(boom), worse=InTransaction(boom))
    for number in range(40):
        await bench.enqueue(("bad", "worse")[number % 2], f"bad:{number}")
    booked = await bench.world.paid()
    await bench.drain()
    assert {row.state for row in await bench.rows("mail.send")} == {"done"}
    assert (await bench.world.get(booked)).status == "booked"
    failed = await bench.rows(prefix="bad:")
    assert {(row.state, row.attempts, row.last_error) for row in failed} == {("waiting", 1, "RuntimeError: boom")}


async def test_failures_wait_longer_each_time_and_end_dead(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    handlers(monkeypatch, bad=Outside(boom))
    await bench.enqueue("bad", "k")
    now, waits = clock.now(), []
    for _ in range(outbox.MAX_ATTEMPTS):
        with clock.at(now):
            await bench.drain()
        (row,) = await bench.rows()
        waits.append((row.due_at - now).total_seconds())
        now = row.due_at
    assert waits[:-1] == list(outbox.BACKOFF_SECONDS)
    assert row.state == "dead"
    assert row.finished_at is not None


async def test_a_write_that_fails_half_way_leaves_nothing(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    async def half(session: object, _payload: object) -> str:
        await outbox.enqueue(session, "never", "never", {})  # type: ignore[arg-type]
        raise RuntimeError

    handlers(monkeypatch, half=InTransaction(half))
    await bench.enqueue("half", "k")
    await bench.drain()
    assert await bench.rows("never") == []


async def test_what_somebody_else_finished_meanwhile_is_done_once(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def slow(session: object, _payload: object) -> str:
        await outbox.enqueue(session, "effect", f"effect:{id(session)}", {})  # type: ignore[arg-type]
        await asyncio.sleep(0.2)
        return ""

    handlers(monkeypatch, slow=InTransaction(slow))
    await bench.enqueue("slow", "k")
    first = asyncio.create_task(bench.drain())
    await asyncio.sleep(0.05)
    await bench.forget_leases()
    await asyncio.gather(first, bench.drain())
    assert len([row for row in await bench.rows("effect") if row.state == "dead"]) == 1


async def test_a_handler_that_hangs_is_given_up(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    async def hang(_tools: Tools, _item: OutboxItem) -> str:
        await asyncio.sleep(60)
        return ""

    handlers(monkeypatch, hang=Outside(hang))
    monkeypatch.setattr(dispatch, "HANDLER_SECONDS", 0.1)
    await bench.enqueue("hang", "k")
    await bench.drain()
    (row,) = await bench.rows()
    assert (row.state, row.attempts) == ("waiting", 1)
    assert row.last_error.startswith("TimeoutError")


async def test_a_refused_letter_is_dead_at_once(bench: Bench) -> None:
    await bench.world.paid()
    bench.office.refuse = "550 no such person"
    await bench.drain()
    assert {row.state for row in await bench.rows("mail.send")} == {"dead"}
    assert {d.state for d in await bench.deliveries()} == {"failed"}
    bench.office.refuse = ""
    for row in await bench.rows("mail.send"):
        async with bench.db.begin(Scope.system()) as session:
            await outbox.retry(session, row.id)
    await bench.drain()
    assert {d.state for d in await bench.deliveries()} == {"sent"}


async def test_a_mail_server_that_is_away_loses_nothing(bench: Bench) -> None:
    await bench.world.paid()
    bench.office.refuse = "451 come back"
    await bench.drain()
    assert bench.office.taken == []
    bench.office.refuse = ""
    with clock.at(clock.now() + timedelta(seconds=10)):
        await bench.drain()
    assert len(bench.office.taken) == 3


async def test_a_paid_booking_is_confirmed_by_the_outbox_alone(bench: Bench) -> None:
    """Page, notification, our webhook, the provider asked, booked, both told: nothing but rows coming due."""
    booked = await bench.world.appointment()
    attempt = await bench.world.charge(booked)
    await bench.world.gateway.decide(attempt.gateway_payment_id or "", "approve")
    await bench.drain()
    assert (await bench.world.get(booked)).status == "booked"
    told = {d.kind for d in await bench.deliveries() if d.state == "sent"}
    assert {"booking_confirmed_pet_owner", "booking_confirmed_vet"} <= told
