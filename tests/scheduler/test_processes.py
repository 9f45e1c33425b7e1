"""Real scheduler processes: two at once, one killed in the middle, one told to stop; and what they leave in JobRun."""

import asyncio
import os
import signal
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from sqlalchemy import func, select

from domain.accounts.models import User
from domain.notifications import mails
from domain.notifications.models import Delivery
from kit import ids
from kit.db import Database, Scope
from kit.outbox import JobRun, OutboxItem
from scheduler.jobs import TIMETABLE
from tests.scheduler.conftest import Bench

RUN = """
import sys
from cli import processes
from kit.settings import Settings
processes.run("scheduler", Settings.load(), lambda: print("ready", flush=True))
"""
LETTERS = 60


@pytest.fixture
def environment(fresh_url: str, redis_url: str, tmp_path: Path, bench: Bench) -> dict[str, str]:
    return {
        **os.environ, "DATABASE_URL": fresh_url, "REDIS_URL": redis_url, "LAZO_DATA_DIR": str(tmp_path),
        "LAZO_SECRET": "s" * 40, "LAZO_SMTP_PORT": str(bench.office.port), "LAZO_DATABASE_POOL": "6",
    }  # fmt: skip


@asynccontextmanager
async def scheduler(environment: dict[str, str]) -> AsyncIterator[asyncio.subprocess.Process]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", RUN, env=environment, stdout=asyncio.subprocess.PIPE
    )
    try:
        assert process.stdout is not None
        assert await asyncio.wait_for(process.stdout.readline(), 30) == b"ready\n"
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def until(truth: Callable[[], Awaitable[bool]], seconds: float = 40) -> None:
    ends = time.monotonic() + seconds
    while not await truth():
        assert time.monotonic() < ends, "it did not come true in time"
        await asyncio.sleep(0.1)


async def promise(db: Database, count: int) -> None:
    async with db.begin(Scope.system()) as session:
        person = User(email="p@example.test", name="P", locale="es", time_zone="America/Lima", country="PE")
        session.add(person)
        await session.flush()
        for number in range(count):
            await mails.tell(session, person.id, "welcome", f"letter:{number}:{ids.token()}", {})


async def sent(db: Database) -> int:
    async with db.begin(Scope.system()) as session:
        return await session.scalar(select(func.count()).where(Delivery.state == "sent")) or 0


@pytest.mark.kill
async def test_of_two_schedulers_one_is_killed_and_every_letter_arrives(
    bench: Bench, environment: dict[str, str]
) -> None:
    bench.office.pause = 0.2
    async with scheduler(environment) as doomed, scheduler(environment):
        await promise(bench.db, LETTERS)

        async def some_are_sent() -> bool:
            return len(bench.office.taken) >= 12

        await until(some_are_sent)
        doomed.send_signal(signal.SIGKILL)
        await doomed.wait()

        async def only_the_dead_ones_leases_are_left() -> bool:
            before = await sent(bench.db)
            await asyncio.sleep(1.5)
            return before == await sent(bench.db)

        await until(only_the_dead_ones_leases_are_left)
        await bench.forget_leases()

        async def all_are_sent() -> bool:
            return await sent(bench.db) == LETTERS

        await until(all_are_sent)
    assert len(set(bench.office.ids)) == LETTERS
    assert len(bench.office.ids) - LETTERS <= 8  # what was on the wire when the process died: SMTP's at-least-once
    assert {row.state for row in await bench.rows("mail.send")} == {"done"}


@pytest.mark.kill
async def test_told_to_stop_it_finishes_what_it_holds_within_five_seconds(
    bench: Bench, environment: dict[str, str]
) -> None:
    bench.office.pause = 0.3
    async with scheduler(environment) as process:
        await promise(bench.db, LETTERS)

        async def it_is_at_work() -> bool:
            return len(bench.office.taken) >= 3

        await until(it_is_at_work)
        began = time.monotonic()
        process.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(process.wait(), 5) == 0
        assert time.monotonic() - began < 5
    async with bench.db.begin(Scope.system()) as session:
        leased = await session.scalar(
            select(func.count()).where(OutboxItem.state == "waiting", OutboxItem.leased_until.is_not(None))
        )
    assert leased == 0
    assert await sent(bench.db) == len(bench.office.taken) < LETTERS


async def test_every_job_writes_down_how_it_went(bench: Bench, environment: dict[str, str]) -> None:
    async with scheduler(environment):
        await promise(bench.db, 5)

        async def all_have_run() -> bool:
            async with bench.db.begin(Scope.system()) as session:
                runs = {run.name: run for run in await session.scalars(select(JobRun))}
            return set(runs) == {job.name for job in TIMETABLE} and runs["outbox"].handled == 5

        await until(all_have_run)
    async with bench.db.begin(Scope.system()) as session:
        for run in await session.scalars(select(JobRun)):
            assert run.last_error == ""
            assert run.runs >= 1
            assert run.finished_at is not None
            assert run.next_at is not None
            assert run.started_at <= run.finished_at
            assert not run.is_late()


async def test_a_letter_leaves_in_about_a_second(bench: Bench, environment: dict[str, str]) -> None:
    async with scheduler(environment):
        began = time.monotonic()
        await promise(bench.db, 1)

        async def it_is_sent() -> bool:
            return bool(bench.office.taken)

        await until(it_is_sent)
    assert time.monotonic() - began < 3  # 0.4 s between looks, and a busy machine
