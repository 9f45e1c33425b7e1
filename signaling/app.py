"""The signaling process as one aiohttp application."""

import asyncio
import secrets
from collections.abc import AsyncIterator
from urllib.parse import urlsplit

import socketio
from aiohttp import web
from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from kit.settings import Settings
from signaling.bus import Bus
from signaling.facts import Facts
from signaling.janitor import Janitor
from signaling.live import LiveNamespace
from signaling.packets import LARGEST_PACKET, GuardedPacket
from signaling.room import RoomNamespace
from signaling.seats import Background
from signaling.store import Store

LOCAL_NAMES = ("127.0.0.1", "localhost", "[::1]")


def open_redis(url: str) -> Redis:
    """A client that gives up in half a second and never retries by itself: we have our own copy to go on with."""
    pool = BlockingConnectionPool.from_url(
        url, max_connections=32, timeout=1, socket_timeout=0.5, socket_connect_timeout=0.5,
        retry=Retry(NoBackoff(), 0), decode_responses=True,
    )  # fmt: skip
    return Redis(connection_pool=pool)


def origins(settings: Settings) -> list[str]:
    """Pages that may open a socket: our own address, and on a demonstration machine its other local names."""
    allowed = [settings.public_url.rstrip("/")]
    public = urlsplit(settings.public_url)
    if settings.is_demo and f"{public.hostname}" in {"127.0.0.1", "localhost", "::1"}:
        allowed += [f"{public.scheme}://{name}:{public.port}" for name in LOCAL_NAMES]
    return sorted(set(allowed))


def create_app(settings: Settings, redis: Redis, facts: Facts, node: str = "") -> web.Application:
    """Everything wired; background work starts and stops with the application."""
    server = socketio.AsyncServer(
        async_mode="aiohttp", transports=["websocket"], serializer=GuardedPacket, async_handlers=False,
        cors_allowed_origins=origins(settings), ping_interval=10, ping_timeout=10,
        max_http_buffer_size=2 * LARGEST_PACKET, namespaces=["/room", "/live"], logger=False, engineio_logger=False,
    )  # fmt: skip
    store = Store(redis)
    bus = Bus(server, store, redis, node or secrets.token_hex(6))
    background = Background()
    janitor = Janitor(store, bus, facts, background)
    room = RoomNamespace(settings.secret_key, store, bus, facts, background)
    server.register_namespace(room)
    server.register_namespace(LiveNamespace(settings.secret_key))

    async def health(_: web.Request) -> web.Response:
        return web.json_response({"status": "ok", "valkey": bus.is_hearing, "sockets": len(room.seats)})

    async def chores(_: web.Application) -> AsyncIterator[None]:
        loop = asyncio.get_running_loop()
        tasks = [loop.create_task(work) for work in (bus.listen(), bus.beat(), janitor.run())]
        yield
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    app = web.Application()
    server.attach(app)
    app.router.add_get("/healthz", health)
    app.cleanup_ctx.append(chores)
    return app
