"""What the scheduler works with, opened once."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass

import aiohttp

from domain import wiring
from domain.correspondence.letters import Composer
from domain.notifications.sending import Compose
from domain.payments.gateways.port import Gateway
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
    async with wiring.resources(settings) as found:
        timeout = aiohttp.ClientTimeout(total=POST_SECONDS)
        async with aiohttp.ClientSession(timeout=timeout) as http:
            yield Tools(
                found.database, SmtpTransport(settings), Composer(settings.public_url, settings.mail_from),
                found.gateways, http,
            )  # fmt: skip
