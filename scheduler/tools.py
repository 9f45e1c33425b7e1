"""What the scheduler works with, opened once."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

import aiohttp
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from domain import reactions
from domain.booking import policy as booking_policy
from domain.correspondence.letters import Composer
from domain.escrow import policy as escrow_policy
from domain.notifications.sending import Compose
from domain.payments.gateways.port import Gateway
from domain.payments.gateways.sandbox import SandboxGateway
from kit import events, realtime
from kit.db import Database
from kit.mail import MailTransport, SmtpTransport
from kit.settings import Settings

POST_SECONDS = 10


@dataclass(frozen=True, slots=True)
class Tools:
    """Passed to every job."""

    db: Database
    transport: MailTransport
    compose: Compose
    gateways: Mapping[str, Gateway]
    http: aiohttp.ClientSession

    async def post(self, url: str, headers: Mapping[str, str], body: bytes) -> int:
        """Send ``body`` and return the status; redirects are not followed."""
        async with self.http.post(url, headers=headers, data=body, allow_redirects=False) as response:
            return response.status


@asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[Tools]:
    """Open all of it; close it at the end."""
    _install(settings)
    db = Database(settings.database_url, pool_size=settings.database_pool)
    redis: Redis = Redis.from_url(
        settings.redis_url, socket_timeout=0.3, socket_connect_timeout=0.3, retry=Retry(NoBackoff(), 0)
    )
    realtime.install(redis)
    gateways = {"sandbox": SandboxGateway(db, settings.secret_key, settings.public_url)} if settings.is_demo else {}
    try:
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=POST_SECONDS)) as http:
            yield Tools(db, SmtpTransport(settings), Composer(settings.public_url, settings.mail_from), gateways, http)
    finally:
        realtime.install(None)
        await redis.aclose()
        await db.close()


def _install(settings: Settings) -> None:
    events.install(reactions.REACTIONS)
    booking_policy.install(
        booking_policy.BookingPolicy(
            hold=timedelta(minutes=settings.hold_minutes),
            join_early=timedelta(minutes=settings.join_early_minutes),
            join_late=timedelta(minutes=settings.join_late_minutes),
        )
    )
    escrow_policy.install(escrow_policy.EscrowPolicy(confirm_hours=settings.confirm_hours))
