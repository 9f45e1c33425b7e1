"""The ticker: APScheduler calls, we work. A job runs in its lanes, missed ticks are one tick, a stop waits."""

import asyncio
import logging
import time
from collections.abc import Sequence
from datetime import UTC, timedelta

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from kit import clock
from scheduler import runs
from scheduler.jobs import Job
from scheduler.tools import Tools

log = structlog.get_logger(__name__)
PATIENCE_SECONDS = 4.0


class Clockwork:
    """Runs a timetable until stopped."""

    def __init__(self, tools: Tools, timetable: Sequence[Job]) -> None:
        logging.getLogger("apscheduler").setLevel(logging.ERROR)  # a tick that finds the last one at work is no news
        self._tools = tools
        self._ticker = AsyncIOScheduler(timezone=UTC, job_defaults={"coalesce": True, "misfire_grace_time": None})
        self._stopping = asyncio.Event()
        self._busy: set[asyncio.Task[object]] = set()
        self._tallies = {job.name: runs.Tally(job.name, job.every_seconds) for job in timetable}
        first = clock.wall()  # the ticker's own clock is the machine's
        for job in timetable:
            self._ticker.add_job(
                self._tick, "interval", args=[job], seconds=job.every_seconds, id=job.name, next_run_time=first,
                max_instances=job.lanes,
            )  # fmt: skip

    def start(self) -> None:
        """Begin to tick, with a first run of everything now."""
        self._ticker.start()

    async def stop(self) -> None:
        """No new ticks; what is being done is finished, or given up after ``PATIENCE_SECONDS`` (its leases run out)."""
        self._stopping.set()
        self._ticker.pause()
        if self._busy:
            _, late = await asyncio.wait(self._busy, timeout=PATIENCE_SECONDS)
            for task in late:
                task.cancel()
        self._ticker.shutdown(wait=False)

    async def _tick(self, job: Job) -> None:
        if self._stopping.is_set():
            return
        task = asyncio.current_task()
        assert task is not None  # noqa: S101  # a coroutine always runs in one
        self._busy.add(task)
        try:
            await self._run(job)
        finally:
            self._busy.discard(task)

    async def _run(self, job: Job) -> None:
        tally = self._tallies[job.name]
        started_at, begun = clock.wall(), time.monotonic()
        error = ""
        handled = 0
        try:
            handled = await job.work(self._tools, self._stopping.is_set)
        except Exception as failure:  # the next tick tries again; the run says what went wrong
            error = f"{type(failure).__name__}: {failure}"
            if error != tally.last_error:
                log.exception("job failed", job=job.name)
        tally.add(started_at, timedelta(seconds=time.monotonic() - begun), handled, error)
        try:
            await tally.write(self._tools.db)
        except Exception as failure:  # noqa: BLE001  # the tally stays and is written with the next run
            log.warning("job run not recorded", job=job.name, error=type(failure).__name__)
