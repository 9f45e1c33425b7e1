"""Telling open pages what just happened: published on Valkey after the commit, at most once.

Nothing rests on it: a page that missed an event finds the truth at its next request. The rooms are named by the
server; sockets join them by signed tickets (``signaling/``).
"""

import json
from typing import Any

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError
from sqlalchemy.ext.asyncio import AsyncSession

from kit.db import after_commit

log = structlog.get_logger(__name__)
TOPIC = "lazo:live"

_redis: Redis | None = None


def install(redis: Redis | None) -> None:
    """Say where this process publishes; each process does so once, at its start."""
    global _redis  # noqa: PLW0603
    _redis = redis


async def publish(redis: Redis, channel: str, event: str, data: dict[str, Any]) -> None:
    """Send ``event`` to the sockets that listen on ``channel`` (``provider:{id}``, ``user:{id}``, ``room:{id}``)."""
    await redis.publish(TOPIC, json.dumps({"channel": channel, "event": event, "data": data}))


def emit(session: AsyncSession, channel: str, event: str, data: dict[str, Any]) -> None:
    """Publish once ``session`` has committed; a store that is down costs the event, never the commit."""

    async def send() -> None:
        if _redis is None:
            return
        try:
            await publish(_redis, channel, event, data)
        except (RedisError, OSError) as error:
            log.warning("realtime event lost", event=event, error=type(error).__name__)

    after_commit(session, send)
