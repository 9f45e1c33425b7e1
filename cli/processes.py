"""The five processes: what each is called, where it lives, how one of them is run until it is told to stop."""

import asyncio
import os
import signal
import socket
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Protocol, cast

from kit.settings import Settings

MODULES = {
    "http": "cli.http",
    "signaling": "signaling.main",
    "media": "media.main",
    "scheduler": "scheduler.main",
    "mail": "cli.mailbox",
}
STOP_SECONDS = 5.0
HEARTBEAT_SECONDS = 5.0
EXIT_TOO_SLOW = 75


class Process(Protocol):
    """What a process package gives: ``serve`` runs until cancelled and calls ``ready`` once."""

    serve: Callable[[Settings, Callable[[], None]], Awaitable[None]]


def run(name: str, settings: Settings, ready: Callable[[], None] = lambda: None) -> None:
    """Run one process until SIGTERM or SIGINT; what it has open gets five seconds to finish."""
    import uvloop  # noqa: PLC0415  # imported by a process, not by a command

    from kit import log  # noqa: PLC0415

    log.configure()

    process = cast("Process", import_module(MODULES[name]))
    uvloop.run(_until_told(name, process, settings, ready))


async def _until_told(name: str, process: Process, settings: Settings, ready: Callable[[], None]) -> None:
    loop = asyncio.get_running_loop()
    heartbeat_file(settings.data_dir, name).parent.mkdir(parents=True, exist_ok=True)
    work = asyncio.ensure_future(process.serve(settings, ready))
    pulse = asyncio.ensure_future(_beat(heartbeat_file(settings.data_dir, name)))

    def stop() -> None:
        work.cancel()
        loop.call_later(STOP_SECONDS, os._exit, EXIT_TOO_SLOW)

    for what in (signal.SIGTERM, signal.SIGINT):
        if signal.getsignal(what) is not signal.SIG_IGN:
            loop.add_signal_handler(what, stop)
    try:
        with suppress(asyncio.CancelledError):
            await work
    finally:
        pulse.cancel()


def heartbeat_file(data_dir: Path, name: str) -> Path:
    """Return the file whose age says when the process last had a turn."""
    # The machine's name, for containers share the directory and must not vouch for each other.
    return data_dir / "run" / f"{name}-{socket.gethostname()}.alive"


def heartbeat_age(data_dir: Path, name: str) -> float | None:
    """Seconds since the process last had a turn; None when it never had one."""
    try:
        return time.time() - heartbeat_file(data_dir, name).stat().st_mtime
    except OSError:
        return None


async def _beat(file: Path) -> None:
    while True:
        file.touch()  # noqa: ASYNC240  # that it is done on this loop is the point
        await asyncio.sleep(HEARTBEAT_SECONDS)
