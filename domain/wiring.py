"""What every process needs before it works: the database, Valkey, the storage, the gateways, who listens to what."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from domain import reactions
from domain.booking import policy as booking_policy
from domain.escrow import policy as escrow_policy
from domain.payments.gateways.port import Gateway
from domain.payments.gateways.sandbox import SandboxGateway
from kit import events, realtime
from kit.db import Database
from kit.settings import Settings
from kit.storage import FolderStorage, Storage


@dataclass(frozen=True, slots=True)
class Resources:
    """Opened once per process."""

    database: Database
    redis: Redis
    storage: Storage
    gateways: Mapping[str, Gateway]


def connect_redis(url: str) -> Redis:
    """Valkey with short time-outs and no retry ladder: a store that hangs costs 0.3 seconds, not a minute."""
    client: Redis = Redis.from_url(
        url, socket_timeout=0.3, socket_connect_timeout=0.3, retry=Retry(NoBackoff(), 0), max_connections=200
    )
    return client


def gateways(settings: Settings, database: Database) -> dict[str, Gateway]:
    """The payment providers of this installation, by code; the sandbox only in demo mode."""
    if not settings.is_demo:
        return {}
    return {"sandbox": SandboxGateway(database, settings.secret_key, settings.public_url)}


def install(settings: Settings) -> None:
    """Say who listens and by which times booking turns."""
    events.install(reactions.REACTIONS)
    booking_policy.install(
        booking_policy.BookingPolicy(
            hold=timedelta(minutes=settings.hold_minutes),
            join_early=timedelta(minutes=settings.join_early_minutes),
            join_late=timedelta(minutes=settings.join_late_minutes),
        )
    )
    escrow_policy.install(escrow_policy.EscrowPolicy(confirm_hours=settings.confirm_hours))


@asynccontextmanager
async def resources(settings: Settings) -> AsyncIterator[Resources]:
    """Open everything; close it at the end."""
    install(settings)
    database = Database(settings.database_url, pool_size=settings.database_pool)
    redis = connect_redis(settings.redis_url)
    realtime.install(redis)
    try:
        yield Resources(
            database, redis, FolderStorage(settings.data_dir / "files"), gateways(settings, database)
        )
    finally:
        realtime.install(None)
        await redis.aclose()
        await database.close()
