"""Getting an event to a party, whichever process holds its socket; and the subscription that listens for others.

Events inside one process never leave it. To another process goes one targeted message. Every process hears
itself through Valkey every two seconds; when it does not, it subscribes anew.
"""

import asyncio
import json
import logging
import time
from collections import defaultdict
from typing import Any

import socketio
from redis.asyncio import Redis
from redis.exceptions import RedisError

from kit import realtime
from signaling.state import Peer, Role
from signaling.store import Store

log = logging.getLogger(__name__)

ROOM, LIVE = "/room", "/live"
BEAT_SECONDS = 2.0
ALIVE_MS = 10_000
SILENCE_SECONDS = 6.0


def alive_key(node: str) -> str:
    """Present while the process ``node`` lives."""
    return f"rtc:node:{node}:alive"


class Bus:
    """Delivery by room and role, and this process's ear."""

    def __init__(self, server: socketio.AsyncServer, store: Store, redis: Redis, node: str) -> None:
        self._server, self._store, self._redis, self.node = server, store, redis, node
        self._inbox = f"rtc:node:{node}"
        self._seats: dict[str, set[str]] = defaultdict(set)
        self._heard = 0.0

    @property
    def is_hearing(self) -> bool:
        """The subscription has carried our own heartbeat lately."""
        return time.monotonic() - self._heard < SILENCE_SECONDS

    def seat(self, room: str, sid: str) -> None:
        """A socket of this process is in the room."""
        self._seats[room].add(sid)

    def unseat(self, room: str, sid: str) -> None:
        """It is gone; the last one takes the process's copy of the room with it."""
        self._seats[room].discard(sid)
        if not self._seats[room]:
            del self._seats[room]
            self._store.forget(room)

    def holds(self, room: str, sid: str) -> bool:
        """True when that socket is here."""
        return sid in self._seats.get(room, ())

    async def deliver(self, room: str, role: Role, name: str, data: dict[str, Any]) -> None:
        """Number, keep and send one event to the party in ``role``, if it has a socket now."""
        async with self._store.lock(room):
            event, state = await self._store.append(room, role, name, data)
            peer = state.peer(role) if state else None
            if peer is not None and peer.status == "in":
                await self.send(peer, name, {**data, "seq": event.seq})

    async def send(self, peer: Peer, name: str, data: dict[str, Any], *, close: bool = False) -> None:
        """Send to a party's socket, here or in another process; unnumbered events come this way too."""
        if peer.node == self.node:
            await self._emit(peer.sid, name, data, close=close)
            return
        try:
            message = json.dumps({"sid": peer.sid, "event": name, "data": data, "close": close}, default=str)
            await self._redis.publish(f"rtc:node:{peer.node}", message)
        except RedisError:
            log.warning("event %s kept for later: valkey is away", name)

    async def _emit(self, sid: str, name: str, data: dict[str, Any], *, close: bool) -> None:
        await self._server.emit(name, data, to=sid, namespace=ROOM)
        if close:
            await self._server.disconnect(sid, namespace=ROOM)

    async def listen(self) -> None:
        """Hear other processes until cancelled; subscribes again after any silence."""
        while True:
            try:
                await self._hear()
            except (RedisError, OSError) as fault:
                log.warning("subscription lost (%s); trying again", type(fault).__name__)
                await asyncio.sleep(0.5)

    async def _hear(self) -> None:
        async with self._redis.pubsub(ignore_subscribe_messages=True) as channel:
            await channel.subscribe(self._inbox, realtime.TOPIC)
            await self._store.write_back()
            self._heard = time.monotonic()
            while self.is_hearing:
                message = await channel.get_message(timeout=1.0)
                if message is not None:
                    await self._receive(message["channel"], json.loads(message["data"]))
            log.warning("nothing heard for %s s; subscribing again", SILENCE_SECONDS)

    async def _receive(self, channel: str, body: dict[str, Any]) -> None:
        if channel == realtime.TOPIC:
            await self._broadcast(body)
        elif "ping" in body:
            self._heard = time.monotonic()
        else:
            await self._emit(body["sid"], body["event"], body["data"], close=bool(body.get("close")))

    async def _broadcast(self, body: dict[str, Any]) -> None:
        target: str = body["channel"]
        if target.startswith("room:"):
            for sid in tuple(self._seats.get(target.removeprefix("room:"), ())):
                await self._emit(sid, body["event"], body["data"], close=False)
        else:
            data = {"channel": target, **body["data"]}
            await self._server.emit(body["event"], data, room=target, namespace=LIVE)

    async def beat(self) -> None:
        """Say that this process lives, and speak to itself, until cancelled."""
        while True:
            try:
                await self._redis.set(alive_key(self.node), "1", px=ALIVE_MS)
                await self._redis.publish(self._inbox, json.dumps({"ping": time.time()}))
            except RedisError:
                log.debug("no heartbeat: valkey is away")
            await asyncio.sleep(BEAT_SECONDS)
