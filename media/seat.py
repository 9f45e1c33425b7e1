"""The demo vet's place in a room: a socket that comes back, events in order, messages acknowledged."""

import asyncio
import logging
import secrets
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any

import socketio
from socketio.exceptions import SocketIOError

from kit import tickets
from kit.settings import Settings
from media.calls import Call

log = logging.getLogger(__name__)
ROOM = "/room"
PAUSES = (0.0, 0.3, 1.0, 2.0, 2.0, 3.0, 5.0, 5.0, 5.0, 5.0)
FINAL = {"finished", "replaced", "role_taken"}


class LostError(Exception):
    """The room is closed to us, or signaling stayed away for half a minute."""


class Seat:
    """Iterate over ``events()``; ``say`` waits for the acknowledgement."""

    def __init__(self, settings: Settings, call: Call) -> None:
        self._settings, self._call = settings, call
        self._url = call.signaling_url or settings.signaling_url
        self._session = secrets.token_urlsafe(12)
        self._inbox: asyncio.Queue[tuple[str, dict[str, Any]] | None] = asyncio.Queue()
        self._socket: socketio.AsyncClient | None = None
        self._generation, self._last = "", 0
        self._refused = ""
        self._closed = False

    async def connect(self) -> None:
        """Enter, or come back; raises LostError."""
        ticket = self._call.ticket
        for pause in PAUSES:
            await asyncio.sleep(pause)
            if await self._attempt(ticket or self._mint()):
                return
            ticket = ""
            if self._refused in FINAL:
                break
        raise LostError(self._refused or "signaling does not answer")

    async def events(self) -> AsyncIterator[tuple[str, dict[str, Any]]]:
        """Everything heard, in order, over any number of sockets; ends when the room is closed to us."""
        while True:
            item = await self._inbox.get()
            if item is not None:
                yield item
            elif self._closed:
                return
            else:
                try:
                    await self.connect()
                except LostError:
                    return

    async def say(self, name: str, data: dict[str, Any] | None = None) -> dict[str, Any]:
        """Say it; ``{"ok": False}`` when it was refused or the socket is away."""
        if self._socket is None:
            return {"ok": False, "code": "offline"}
        try:
            answer: dict[str, Any] = await self._socket.call(name, data or {}, namespace=ROOM, timeout=5)
        except (SocketIOError, TimeoutError):
            return {"ok": False, "code": "offline"}
        return answer

    async def close(self) -> None:
        """Leave for good."""
        self._closed = True
        if self._socket is not None:
            with suppress(SocketIOError):
                await self._socket.disconnect()
        self._inbox.put_nowait(None)

    def _mint(self) -> str:
        call = self._call
        claims = {
            "room": call.room, "consultation": str(call.consultation), "user": str(call.user), "role": "practitioner",
            "name": call.name, "locale": call.locale,
        }  # fmt: skip
        return tickets.sign(self._settings.secret_key, "room", claims, ttl_seconds=60)

    async def _attempt(self, ticket: str) -> bool:
        socket = socketio.AsyncClient(reconnection=False)
        socket.on("*", self._hear, namespace=ROOM)
        socket.on("connect_error", self._refusal, namespace=ROOM)
        socket.on("disconnect", lambda *_: self._lost(socket), namespace=ROOM)
        auth: dict[str, Any] = {"ticket": ticket, "session": self._session, "device": "computer"}
        if self._generation:
            auth["resume"] = {"generation": self._generation, "last": self._last}
        self._socket = socket
        try:
            await socket.connect(self._url, auth=auth, namespaces=[ROOM], transports=["websocket"], wait_timeout=5)
        except SocketIOError:
            self._socket = None
            return False
        return True

    async def _hear(self, name: str, data: dict[str, Any] | None = None) -> None:
        body = data or {}
        if name == "welcome":
            self._generation, self._last = body["generation"], body["seq"]
        elif "seq" in body:
            if body["seq"] <= self._last:
                return
            self._last = body["seq"]
        if name == "replaced":
            self._closed = True
        self._inbox.put_nowait((name, body))

    async def _refusal(self, data: Any) -> None:
        inner = data.get("data") if isinstance(data, dict) else None
        self._refused = inner.get("code", "") if isinstance(inner, dict) else ""

    def _lost(self, socket: socketio.AsyncClient) -> None:
        if socket is self._socket:
            self._socket = None
            self._inbox.put_nowait(None)
