"""The scheduler: everything that happens by itself when it is due. Any number of them may run; nothing is kept here."""

import asyncio
from collections.abc import Callable

from kit.settings import Settings
from scheduler import tools
from scheduler.clockwork import Clockwork
from scheduler.jobs import TIMETABLE


async def serve(settings: Settings, ready: Callable[[], None]) -> None:
    """Tick until cancelled; what is being done then is finished first."""
    async with tools.opened(settings) as opened:
        clockwork = Clockwork(opened, TIMETABLE)
        clockwork.start()
        ready()
        try:
            await asyncio.Event().wait()
        finally:
            await clockwork.stop()
