"""The process that catches mail in demo mode: an SMTP server that delivers to nobody and keeps every letter."""

import asyncio
from collections.abc import Callable
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

from kit import mailbox
from kit.settings import Settings

LARGEST_LETTER = 25 * 1024 * 1024


class Catcher:
    """What is done with a letter: it becomes a file; the sender hears 250 only once it is on disk."""

    def __init__(self, data_dir: Path) -> None:
        self.data_dir = data_dir

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Answer the end of a letter."""
        content = envelope.content
        raw = content if isinstance(content, bytes) else (content or "").encode()
        try:
            await asyncio.to_thread(mailbox.store, self.data_dir, raw, envelope.rcpt_tos)
        except OSError as problem:
            return f"452 The letter could not be kept: {problem.strerror}"
        return "250 Kept"


async def serve(settings: Settings, ready: Callable[[], None]) -> None:
    """Catch letters on ``smtp_host:smtp_port`` until cancelled."""
    catcher = Catcher(settings.data_dir)

    def connection() -> SMTP:
        return SMTP(catcher, data_size_limit=LARGEST_LETTER, enable_SMTPUTF8=True, ident="Lazo caught mail")

    server = await asyncio.get_running_loop().create_server(connection, settings.smtp_host, settings.smtp_port)
    async with server:
        ready()
        await server.serve_forever()
