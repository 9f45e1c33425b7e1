"""Places nobody came back to: a process that died, a page that was closed a minute ago."""

import asyncio
import logging
import time
from uuid import UUID

from redis.exceptions import RedisError

from signaling import state
from signaling.bus import Bus, alive_key
from signaling.facts import Facts, Party
from signaling.seats import Background
from signaling.state import RefusedError, Role, Room
from signaling.store import ROOM_TTL_MS, ROOMS, ContendedError, Store

log = logging.getLogger(__name__)
SWEEP_SECONDS = 2.0


class Janitor:
    """Every process sweeps every room; the compare-and-set lets exactly one of them say so."""

    def __init__(self, store: Store, bus: Bus, facts: Facts, background: Background) -> None:
        self._store, self._bus, self._facts, self._background = store, bus, facts, background

    async def run(self) -> None:
        """Sweep until cancelled."""
        while True:
            await asyncio.sleep(SWEEP_SECONDS)
            try:
                await self.sweep()
            except Exception as fault:  # noqa: BLE001 - the next sweep is two seconds away
                log.warning("sweep failed: %s", type(fault).__name__)

    async def sweep(self) -> None:
        """Look at every known room once."""
        try:
            old = time.time() - ROOM_TTL_MS / 1000
            await self._store.redis.zremrangebyscore(ROOMS, "-inf", old)
            rooms = [str(room) for room in await self._store.redis.zrange(ROOMS, 0, -1)]
        except RedisError:
            rooms = list(self._store.mirror)
        for room in rooms:
            await self._look(room)

    async def _look(self, room_id: str) -> None:
        room, _ = await self._store.load(room_id)
        if room is None:
            return
        for role, peer in tuple(room.peers.items()):
            if peer.status == "in" and not await self._lives(room_id, peer.node, peer.sid):
                await self._lose(room_id, role, peer.sid)
            elif peer.status == "away" and time.time() - peer.since >= state.GRACE_SECONDS:
                await self._expire(room_id, role)

    async def _lives(self, room: str, node: str, sid: str) -> bool:
        if node == self._bus.node:
            return self._bus.holds(room, sid)
        try:
            return bool(await self._store.redis.exists(alive_key(node)))
        except RedisError:
            return True

    async def _lose(self, room_id: str, role: Role, sid: str) -> None:
        def step(room: Room | None) -> tuple[Room, None]:
            if room is None or not state.lose(room, role, sid, time.time()):
                raise RefusedError("gone")
            return room, None

        try:
            await self._store.change(room_id, step)
        except (RefusedError, ContendedError):
            return
        until = {"until": time.time() + state.GRACE_SECONDS}
        await self._bus.deliver(room_id, state.other(role), "peer.away", until)

    async def _expire(self, room_id: str, role: Role) -> None:
        def step(room: Room | None) -> tuple[Room, None]:
            if room is None or not state.expire(room, role, time.time()):
                raise RefusedError("gone")
            return room, None

        try:
            room, _ = await self._store.change(room_id, step)
        except (RefusedError, ContendedError):
            return
        party = Party(UUID(room.consultation), UUID(room.peers[role].user), role)
        if room.phase != "finished":
            self._background.record(lambda: self._facts.left(party, state.GRACE_SECONDS))
        await self._bus.deliver(room_id, state.other(role), "peer.left", {"reason": "lost"})
