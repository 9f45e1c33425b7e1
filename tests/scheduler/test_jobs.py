"""The timetable: every line may run twice, beside another, with nothing to do, or against a wall."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.booking import timeline
from domain.booking.models import Appointment, BookingDraft
from kit import clock
from kit.actor import Actor
from kit.db import Scope
from kit.outbox import JobRun
from scheduler import clockwork
from scheduler.clockwork import Clockwork
from scheduler.jobs import TIMETABLE, Job
from scheduler.tools import Tools
from tests.factories.money import next_grid
from tests.scheduler.conftest import Bench


def never() -> bool:
    return False


async def run(bench: Bench, name: str) -> int:
    (job,) = (job for job in TIMETABLE if job.name == name)
    return await job.work(bench.tools, never)


@pytest.mark.parametrize("name", [job.name for job in TIMETABLE])
async def test_a_job_with_nothing_to_do_does_nothing(bench: Bench, name: str) -> None:
    assert await run(bench, name) == 0


async def test_holds_expire_once_however_many_look(bench: Bench) -> None:
    held = [await bench.world.appointment() for _ in range(5)]
    with clock.at(clock.now() + timedelta(minutes=16)):
        counts = await asyncio.gather(*(run(bench, "holds.expire") for _ in range(3)))
        assert sum(counts) == len(held)
        assert await run(bench, "holds.expire") == 0
    assert {(await bench.world.get(one)).status for one in held} == {"expired"}
    assert len(await bench.deliveries("hold_expired")) == len(held)


async def test_a_row_that_always_fails_keeps_no_other_waiting(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    poison, *others = [await bench.world.appointment() for _ in range(3)]
    note = timeline.note

    async def refuse(session: AsyncSession, appointment: Appointment, actor: Actor, kind: str, **data: Any) -> None:
        if appointment.id == poison:
            raise RuntimeError("poison")
        await note(session, appointment, actor, kind, **data)

    monkeypatch.setattr(timeline, "note", refuse)
    with clock.at(clock.now() + timedelta(minutes=20)), pytest.raises(ExceptionGroup, match="could not be done"):
        await run(bench, "holds.expire")
    assert [(await bench.world.get(one)).status for one in (poison, *others)] == ["held", "expired", "expired"]


async def test_a_missed_visit_is_marked_once_and_both_are_told(bench: Bench) -> None:
    missed = await bench.world.paid()
    with clock.at((await bench.world.get(missed)).ends_at + timedelta(hours=1)):
        assert await run(bench, "visits.unattended") == 1
        assert await run(bench, "visits.unattended") == 0
    told = await bench.deliveries("unattended")
    assert {d.context["absent"] for d in told} == {"both"}
    assert {d.user_id for d in told} == {bench.world.pet_owner.user_id, bench.world.vet.user_id}
    assert {d.context["money"] for d in told} == {"refund"}


async def test_a_forgotten_room_is_closed_once(bench: Bench) -> None:
    booked = await bench.world.paid()
    appointment = await bench.world.get(booked)
    with clock.at(appointment.starts_at):
        await bench.world.start(booked)
    with clock.at(appointment.ends_at + timedelta(hours=5)):
        assert await run(bench, "visits.close_forgotten") == 1
        assert await run(bench, "visits.close_forgotten") == 0
    assert len(await bench.deliveries("please_confirm")) == 2


async def test_silence_releases_once(bench: Bench) -> None:
    booked = await bench.world.paid()
    await bench.world.meet(booked)
    with clock.at(clock.now() + timedelta(days=5)):
        counts = await asyncio.gather(*(run(bench, "escrow.release") for _ in range(3)))
        assert sum(counts) == 1
    assert (await bench.world.balance()).available == 8000
    (mail,) = await bench.deliveries("funds_released")
    assert mail.context["by_silence"] is True


async def test_the_ledger_is_sealed_and_stays_so(bench: Bench) -> None:
    await bench.world.paid()
    assert await run(bench, "ledger.seal") > 0
    assert await run(bench, "ledger.seal") == 0


async def test_drafts_are_kept_for_a_week(bench: Bench) -> None:
    world = bench.world
    async with bench.db.begin(Scope.system()) as session:
        for age in (1, 6, 8, 30):
            session.add(
                BookingDraft(
                    user_id=world.pet_owner.person, practitioner_id=world.practitioner_id, service_id=world.service_id,
                    updated_at=clock.now() - timedelta(days=age),
                )
            )  # fmt: skip
    assert await run(bench, "drafts.forget") == 2
    assert await run(bench, "drafts.forget") == 0


async def test_everything_twice_beside_itself_changes_nothing_more(bench: Bench) -> None:
    world = bench.world
    await world.appointment()
    met = await world.paid()
    await world.meet(met)
    with clock.at(next_grid(clock.now() + timedelta(days=6))):
        for _ in range(3):
            await asyncio.gather(*(job.work(bench.tools, never) for job in (*TIMETABLE, *TIMETABLE)))
        again = [await job.work(bench.tools, never) for job in TIMETABLE]
    assert again == [0] * len(TIMETABLE)
    assert (await world.books()).holds
    keys = [d.dedup_key for d in await bench.deliveries()]
    assert len(keys) == len(set(keys))
    assert len(bench.office.ids) == len(set(bench.office.ids))


class TestClockwork:
    async def test_a_job_that_fails_says_so_and_runs_again(self, bench: Bench) -> None:
        calls: list[int] = []

        async def flaky(_tools: Tools, _stop: object) -> int:
            calls.append(1)
            if len(calls) < 3:
                raise RuntimeError("not yet")
            return 7

        works = Clockwork(bench.tools, [Job("flaky", 0.05, flaky)])
        works.start()
        async with asyncio.timeout(10):
            while len(calls) < 4:  # noqa: ASYNC110
                await asyncio.sleep(0.02)
        await works.stop()
        async with bench.db.begin(Scope.system()) as session:
            (kept,) = await session.scalars(select(JobRun))
        assert kept.handled >= 7
        assert kept.failed_at is not None
        assert kept.last_error == ""

    async def test_a_job_never_runs_beside_itself_and_others_do_not_wait_for_it(self, bench: Bench) -> None:
        running, most, quick = 0, 0, 0

        async def slow(_tools: Tools, _stop: object) -> int:
            nonlocal running, most
            running += 1
            most = max(most, running)
            await asyncio.sleep(0.3)
            running -= 1
            return 0

        async def fast(_tools: Tools, _stop: object) -> int:
            nonlocal quick
            quick += 1
            return 0

        works = Clockwork(bench.tools, [Job("slow", 0.02, slow), Job("fast", 0.02, fast)])
        works.start()
        await asyncio.sleep(0.7)
        await works.stop()
        assert most == 1
        assert quick > 5

    async def test_a_slow_mail_server_does_not_keep_a_payment_waiting(self, bench: Bench) -> None:
        (outbox,) = (job for job in TIMETABLE if job.name == "outbox")
        await bench.world.paid()
        bench.office.pause = 8
        works = Clockwork(bench.tools, [outbox])
        works.start()
        await asyncio.sleep(1)
        booked = await bench.world.appointment()
        attempt = await bench.world.charge(booked)
        await bench.world.gateway.decide(attempt.gateway_payment_id or "", "approve")
        async with asyncio.timeout(5):
            while (await bench.world.get(booked)).status != "booked":  # noqa: ASYNC110
                await asyncio.sleep(0.05)
        assert bench.office.taken == []
        await works.stop()

    async def test_a_stop_does_not_wait_for_ever(self, bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
        async def endless(_tools: Tools, _stop: object) -> int:
            await asyncio.sleep(60)
            return 0

        monkeypatch.setattr(clockwork, "PATIENCE_SECONDS", 0.2)
        works = Clockwork(bench.tools, [Job("endless", 1, endless)])
        works.start()
        await asyncio.sleep(0.1)
        async with asyncio.timeout(2):
            await works.stop()
