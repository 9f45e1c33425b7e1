"""The media process: the demo vet who answers in demonstrations, and in time the relay and the recorder."""

import asyncio
import logging
import socket
from collections.abc import Awaitable, Callable
from contextlib import suppress

from aiohttp import web
from pydantic import ValidationError
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from domain import wiring
from kit.settings import Settings
from media import drawing, ice_filter
from media.calls import QUEUE, Call
from media.record import Record
from media.seat import Seat
from media.visit import Visit

log = logging.getLogger(__name__)

MOST_CALLS = 8
WAIT_SECONDS = 2


class Reception:
    """Takes calls from the list, a few at a time; the rest wait in Valkey for whoever is free.

    What is taken stands on a list of this process until its visit is over: killed in the middle, the next process at
    this place goes back into the same rooms.
    """

    def __init__(
        self, settings: Settings, redis: Redis, record: Callable[[Call], Callable[[], Awaitable[bool]]]
    ) -> None:
        self._settings, self._redis, self._record = settings, redis, record
        self._places = asyncio.Semaphore(MOST_CALLS)
        self._taken = f"{QUEUE}:taken:{socket.gethostname()}:{settings.media_port}"
        self.visits: dict[asyncio.Task[None], Visit] = {}

    async def answer(self) -> None:
        """Answer until cancelled; then hang up everywhere."""
        try:
            await self._take_up_again()
            while True:
                await self._places.acquire()
                item, call = await self._next()
                visit = Visit(Seat(self._settings, call), call, self._record(call))
                task = asyncio.get_running_loop().create_task(self._attend(visit, item))
                self.visits[task] = visit
                task.add_done_callback(self._over)
        finally:
            for task in tuple(self.visits):
                task.cancel()
            await asyncio.gather(*self.visits, return_exceptions=True)

    async def _take_up_again(self) -> None:
        """Put back what an earlier process at this place had taken and did not end."""
        with suppress(RedisError):
            while await self._redis.lmove(self._taken, QUEUE, "RIGHT", "LEFT"):
                pass

    async def _next(self) -> tuple[str, Call]:
        while True:
            item = ""
            try:
                item = str(await self._redis.blmove(QUEUE, self._taken, WAIT_SECONDS, "LEFT", "RIGHT") or "")
                if item:
                    return item, Call.model_validate_json(item)
            except RedisError:
                await asyncio.sleep(0.5)
            except ValidationError:
                log.exception("a call of the wrong shape was dropped")
                await self._forget(item)

    async def _attend(self, visit: Visit, item: str) -> None:
        try:
            await visit.run()
        except Exception:
            log.exception("a demonstration visit failed")
        await self._forget(item)  # not when we are stopped in the middle: then it is taken up again

    async def _forget(self, item: str) -> None:
        with suppress(RedisError):
            await self._redis.lrem(self._taken, 1, item)

    def _over(self, task: asyncio.Task[None]) -> None:
        self.visits.pop(task, None)
        self._places.release()


def create_app(reception: Reception) -> web.Application:
    """Health, for whoever supervises."""

    async def health(_: web.Request) -> web.Response:
        frames = [visit.peer.frames for visit in reception.visits.values() if visit.peer is not None]
        return web.json_response(
            {"status": "ok", "calls": len(reception.visits), "filter": ice_filter.is_installed(), "frames": frames}
        )

    app = web.Application()
    app.router.add_get("/healthz", health)
    return app


def prepare() -> None:
    """What the first call would otherwise wait for: the filter, and every drawing."""
    ice_filter.install()
    drawing.background()
    for mouth in range(drawing.MOUTHS):
        for blinking in (False, True):
            drawing.head(mouth, blinking=blinking)
    for step in range(drawing.WAVES):
        drawing.arm(step)


def open_redis(url: str) -> Redis:
    """A client whose patience is a little longer than a wait on the list."""
    return Redis.from_url(url, socket_timeout=WAIT_SECONDS + 3, retry=Retry(NoBackoff(), 0), decode_responses=True)


async def serve(settings: Settings, ready: Callable[[], None]) -> None:
    """Answer calls until cancelled; health on ``media_port``. Raises OSError when the port is busy."""
    await asyncio.to_thread(prepare)
    async with wiring.resources(settings) as found:
        redis = open_redis(settings.redis_url)
        reception = Reception(settings, redis, lambda call: Record(found.database, call).write)
        runner = web.AppRunner(create_app(reception), access_log=None)
        try:
            await runner.setup()
            await web.TCPSite(runner, "127.0.0.1", settings.media_port).start()
            ready()
            await reception.answer()
        finally:
            await runner.cleanup()
            await redis.aclose()
