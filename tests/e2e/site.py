"""The whole of Lazo, started as its user starts it: its address, its clock, its letters, its books, its processes."""

import asyncio
import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import asyncpg

from cli.embedded import places, postgres, valkey
from kit import mailbox
from tests.factories.running import Running, free_port

COLD_START_SECONDS = 240.0
BACK_SECONDS = 60.0
ISOLATES = {0x2068: None, 0x2069: None}  # they stand around names in subjects of either direction


class Site:
    """A running Lazo on data and ports of its own."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.running = Running(data, free_port(), "cli", "dev")

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.running.port}"

    async def clock(self, advance: timedelta = timedelta()) -> datetime:
        """Move business time by so much; returns what time it is then."""
        async with aiohttp.ClientSession() as session:
            body = {"advance": advance.total_seconds()}
            async with session.post(f"{self.url}/dev/clock", json=body) as answer:
                assert answer.status == 200, await answer.text()
                return datetime.fromisoformat((await answer.json())["now"])

    async def clock_to(self, instant: datetime) -> None:
        """Let business time be ``instant``, when it is not past it already."""
        ahead = instant - await self.clock()
        if ahead > timedelta():
            await self.clock(ahead)

    async def ask(self, question: str, *values: object) -> list[dict[str, Any]]:
        """Rows of the database, read beside the application."""
        connection = await asyncpg.connect(postgres.launch(self.data).url_of("lazo"))
        try:
            return [dict(row) for row in await connection.fetch(question, *values)]
        finally:
            await connection.close()

    async def letter(self, to: str, subject: str, seconds: float = 60) -> mailbox.Letter:
        """The caught letter to somebody whose subject has these words; waits for it."""
        deadline = time.monotonic() + seconds
        while True:
            found = mailbox.letters(self.data, to=to)
            for one in found:
                if subject in one.subject.translate(ISOLATES):
                    return one
            assert time.monotonic() < deadline, f"{to} got {[one.subject for one in found]}, nothing like {subject!r}"
            await asyncio.sleep(0.2)

    def pid(self, name: str) -> int:
        """The process number of one of the five, of ``Valkey``, or of ``PostgreSQL``'s first process."""
        if name == "Valkey":
            found = self._valkey()
            assert found is not None
            return found
        if name != "PostgreSQL":
            return self.running.children()[name]
        state = postgres._state(self.data / "postgres")
        assert state is not None
        return state[0]

    async def kill(self, name: str) -> None:
        """``kill -9``; nothing is done to bring it back."""
        before = len(self.running.said())
        pid = self.pid(name)
        os.kill(pid, signal.SIGKILL)
        deadline = time.monotonic() + BACK_SECONDS
        while f"{name} ended" not in self.running.said()[before:]:
            assert time.monotonic() < deadline, self.running.said()
            await asyncio.sleep(0.02)

    async def comes_back(self, name: str) -> None:
        """Wait until what was killed runs again."""
        deadline = time.monotonic() + BACK_SECONDS
        while not self._runs(name):
            assert time.monotonic() < deadline, self.running.said()
            await asyncio.sleep(0.05)

    def _valkey(self) -> int | None:
        return valkey._running(places.socket_dir(self.data, "vk") / "s")

    def _runs(self, name: str) -> bool:
        if name == "Valkey":
            return self._valkey() is not None
        if name != "PostgreSQL":
            return name in self.running.children()
        state = postgres._state(self.data / "postgres")
        return state is not None and state[1] == "ready" and places.is_alive(state[0])

    @contextmanager
    def standing_still(self, name: str) -> Iterator[None]:
        """One process neither works nor dies inside the block; whoever is killed there has nothing to let go of."""
        pid = self.pid(name)
        os.kill(pid, signal.SIGSTOP)
        try:
            yield
        finally:
            if places.is_alive(pid):
                os.kill(pid, signal.SIGCONT)


@contextmanager
def started(data: Path) -> Iterator[Site]:
    """Start everything on ``data``, demo data included, and stop it cleanly."""
    site = Site(data)
    try:
        site.running.wait_for("Ctrl-C stops everything", COLD_START_SECONDS)
        yield site
    finally:
        if site.running.process.poll() is None:
            site.running.interrupt()
    assert site.running.process.returncode == 0, site.running.said()
    assert "Traceback" not in site.running.said()
