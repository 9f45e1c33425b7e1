"""Tickets with which an open page listens for what happens meanwhile (docs/SIGNALING.md, the namespace /live)."""

from collections.abc import Iterable

from aiohttp import web

from kit import tickets
from kit.http.keys import SETTINGS

LASTS_SECONDS = 6 * 3600


def ticket(request: web.Request, channels: Iterable[str]) -> str:
    """May listen to ``channels`` for some hours: ``provider:{id}`` is for anybody, ``user:{id}`` for that person."""
    claims = {"channels": list(channels)}
    return tickets.sign(request.app[SETTINGS].secret_key, "live", claims, ttl_seconds=LASTS_SECONDS)
