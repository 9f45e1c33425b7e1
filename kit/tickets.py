"""Short-lived signed capabilities: room access, live channels, signed links.

A ticket is ``base64url(json) + "." + base64url(hmac-sha256)``. It names its purpose, so that a ticket for
one thing never opens another, and it expires by the wall clock, never by the movable business clock.
"""

import base64
import hashlib
import hmac
import json
import time
from typing import Any


class TicketRefusedError(Exception):
    """The ticket is forged, malformed, for another purpose, or too old (``reason`` says which)."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def _encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _decode(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def sign(secret: bytes, purpose: str, claims: dict[str, Any], *, ttl_seconds: int) -> str:
    """Return a ticket for ``purpose`` that ends after ``ttl_seconds``."""
    body = {**claims, "purpose": purpose, "exp": int(time.time()) + ttl_seconds}
    raw = json.dumps(body, separators=(",", ":"), sort_keys=True).encode()
    return f"{_encode(raw)}.{_encode(hmac.digest(secret, raw, hashlib.sha256))}"


def verify(secret: bytes, purpose: str, ticket: str) -> dict[str, Any]:
    """Return the claims of a valid ticket; raises TicketRefusedError otherwise."""
    try:
        raw_text, mac_text = ticket.split(".")
        raw, mac = _decode(raw_text), _decode(mac_text)
    except ValueError:
        raise TicketRefusedError("malformed") from None
    if not hmac.compare_digest(mac, hmac.digest(secret, raw, hashlib.sha256)):
        raise TicketRefusedError("forged")
    claims: dict[str, Any] = json.loads(raw)
    if claims.pop("purpose", None) != purpose:
        raise TicketRefusedError("purpose")
    if claims.pop("exp", 0) < time.time():
        raise TicketRefusedError("expired")
    return claims
