"""A real SMTP server on loopback that keeps what it is given, and can be slow, deaf or strict."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any, cast

from aiosmtpd.smtp import SMTP, Envelope, Session


@dataclass
class PostOffice:
    """``refuse`` answers each RCPT with its reply; ``pause`` seconds pass before a letter is taken."""

    port: int = 0
    pause: float = 0
    refuse: str = ""
    taken: list[EmailMessage] = field(default_factory=list)

    async def handle_RCPT(self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _o: Any) -> str:  # noqa: N802
        if self.refuse:
            return self.refuse
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        await asyncio.sleep(self.pause)
        raw = cast("bytes", envelope.content)
        self.taken.append(message_from_bytes(raw, policy=policy.default))
        return "250 Kept"

    @property
    def ids(self) -> list[str]:
        return [str(letter["Message-ID"]) for letter in self.taken]

    @property
    def subjects(self) -> list[str]:
        return [str(letter["Subject"]) for letter in self.taken]


@asynccontextmanager
async def opened(office: PostOffice | None = None, port: int = 0) -> AsyncIterator[PostOffice]:
    """It listens inside the block."""
    office = office or PostOffice()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(office, enable_SMTPUTF8=True), "127.0.0.1", port)
    office.port = server.sockets[0].getsockname()[1]
    async with server:
        yield office
