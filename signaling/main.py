"""The signaling process: sockets of rooms and of live pages. It decides nothing about money."""

import asyncio
from collections.abc import Callable

from aiohttp import web

from domain import wiring
from kit.settings import Settings
from signaling.app import create_app, open_redis
from signaling.recorded import RecordedFacts


async def serve(settings: Settings, ready: Callable[[], None]) -> None:
    """Accept sockets on ``signaling_host:signaling_port`` until cancelled; raises OSError when the port is busy."""
    async with wiring.resources(settings) as found:
        redis = open_redis(settings.redis_url)
        runner = web.AppRunner(create_app(settings, redis, RecordedFacts(found.database)), access_log=None)
        try:
            await runner.setup()
            await web.TCPSite(runner, settings.signaling_host, settings.signaling_port).start()
            ready()
            await asyncio.Event().wait()
        finally:
            await runner.cleanup()
            await redis.aclose()
