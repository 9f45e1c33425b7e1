"""The namespace /live: one-way events for pages. The ticket lists the channels; the client names none."""

import logging
from typing import Any

import socketio
from pydantic import ValidationError
from socketio.exceptions import ConnectionRefusedError as Refusal

from kit import tickets
from signaling.bus import LIVE
from signaling.messages import EnterLive

log = logging.getLogger(__name__)
MOST_CHANNELS = 50


class LiveNamespace(socketio.AsyncNamespace):  # type: ignore[misc]
    """Sockets that only listen; whatever they say is ignored."""

    def __init__(self, secret: bytes) -> None:
        super().__init__(LIVE)
        self._secret = secret

    async def trigger_event(self, event: str, *args: Any) -> Any:
        """Only connecting means anything here."""
        if event == "connect":
            await self._connect(args[0], args[2] if len(args) > 2 else None)

    async def _connect(self, sid: str, auth: Any) -> None:
        try:
            claims = tickets.verify(self._secret, "live", EnterLive.model_validate(auth).ticket)
        except ValidationError:
            raise Refusal("malformed", {"code": "malformed"}) from None
        except (tickets.TicketRefusedError, ValueError) as refusal:
            reason = refusal.reason if isinstance(refusal, tickets.TicketRefusedError) else "malformed"
            raise Refusal("ticket", {"code": f"ticket_{reason}"}) from None
        for channel in claims["channels"][:MOST_CHANNELS]:
            await self.enter_room(sid, str(channel))
