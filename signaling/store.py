"""Rooms in Valkey, with a copy in the process.

A room is one JSON value changed by compare-and-set, so two processes never both believe they were first. When
Valkey is away the process goes on with its own copy and writes it back later; of two copies the newer wins.
Events for a party are numbered and kept in a stream, so that a page that lost its socket reads what it missed.
"""

import asyncio
import json
import logging
import time
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, TypeVar, cast

from redis.asyncio import Redis
from redis.exceptions import RedisError

from signaling.state import Role, Room

log = logging.getLogger(__name__)
T = TypeVar("T")

ROOM_TTL_MS = 12 * 3600 * 1000
LOG_TTL_MS = 3600 * 1000
LOG_KEPT = 200
ATTEMPTS = 20
ROOMS = "rtc:rooms"

SAVE = """
local now = redis.call('GET', KEYS[1])
local version = 0
if now then version = cjson.decode(now).version end
if version ~= tonumber(ARGV[1]) then return 0 end
redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
return 1
"""

APPEND = """
local last = tonumber(redis.call('GET', KEYS[1]) or '0')
local seq = math.max(last, tonumber(ARGV[1])) + 1
redis.call('SET', KEYS[1], seq, 'PX', ARGV[4])
redis.call('XADD', KEYS[2], 'MAXLEN', '~', ARGV[5], seq .. '-0', 'e', ARGV[2], 'd', ARGV[3])
redis.call('PEXPIRE', KEYS[2], ARGV[4])
return {seq, redis.call('GET', KEYS[3])}
"""


class ContendedError(Exception):
    """Other processes kept changing the room; the caller may try again."""


@dataclass(frozen=True, slots=True)
class Event:
    """One numbered event for one party."""

    seq: int
    name: str
    data: dict[str, Any]


def _key(room: str, part: str = "state") -> str:
    return f"rtc:{{{room}}}:{part}"


class Store:
    """The rooms this process knows, and the truth in Valkey they mirror."""

    def __init__(self, redis: Redis) -> None:
        self.redis = redis
        self._save = redis.register_script(SAVE)
        self._append = redis.register_script(APPEND)
        self.mirror: dict[str, Room] = {}
        self.unwritten: set[str] = set()
        self._floor: dict[tuple[str, Role], int] = defaultdict(int)
        self._recent: dict[tuple[str, Role], deque[Event]] = defaultdict(lambda: deque(maxlen=LOG_KEPT))
        self._locks: dict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    def lock(self, room: str) -> asyncio.Lock:
        """Held by whoever changes a room or delivers to it, in this process."""
        return self._locks[room]

    async def load(self, room: str) -> tuple[Room | None, int | None]:
        """The newest known state, and the version in Valkey (None when it is away)."""
        mine = self.mirror.get(room)
        try:
            raw = await self.redis.get(_key(room))
        except RedisError:
            return mine, None
        remote = Room.model_validate_json(raw) if raw else None
        held = remote.version if remote else 0
        if mine is not None and mine.version > held and (remote is None or mine.generation == remote.generation):
            return mine.model_copy(deep=True), held
        return remote, held

    async def change(self, room: str, step: Callable[[Room | None], tuple[Room, T]]) -> tuple[Room, T]:
        """Apply ``step`` to the room and keep the result; ``step`` may raise to leave it as it was."""
        for attempt in range(ATTEMPTS):
            before, held = await self.load(room)
            version = before.version if before else 0
            after, answer = step(before.model_copy(deep=True) if before else None)
            after.version = version + 1
            if await self._keep(after, held):
                return after, answer
            await asyncio.sleep(0.002 * attempt)
        raise ContendedError(room)

    async def _keep(self, after: Room, held: int | None) -> bool:
        if held is None:
            self.mirror[after.id] = after
            self.unwritten.add(after.id)
            return True
        try:
            await self.redis.zadd(ROOMS, {after.id: time.time()})
            saved = await cast(
                "Awaitable[int]",
                self._save(keys=[_key(after.id)], args=[held, after.model_dump_json(), ROOM_TTL_MS]),
            )
        except RedisError:
            self.unwritten.add(after.id)
            saved = 1
        if saved:
            self.mirror[after.id] = after
        return bool(saved)

    async def append(self, room: str, role: Role, name: str, data: dict[str, Any]) -> tuple[Event, Room | None]:
        """Number and keep one event for ``role``; also says the room's state as of then."""
        floor = self._floor[room, role]
        state = self.mirror.get(room)
        try:
            seq, raw = await cast(
                "Awaitable[list[Any]]",
                self._append(
                    keys=[_key(room, f"seq:{role}"), _key(room, f"to:{role}"), _key(room)],
                    args=[floor, name, json.dumps(data, default=str), LOG_TTL_MS, LOG_KEPT],
                ),
            )
            remote = Room.model_validate_json(raw) if raw else None
            if remote is not None and (state is None or remote.version >= state.version):
                state = remote
        except RedisError:
            seq = floor + 1
        self._floor[room, role] = int(seq)
        event = Event(int(seq), name, data)
        self._recent[room, role].append(event)
        return event, state

    async def position(self, room: str, role: Role) -> int:
        """The number of the last event for ``role``."""
        floor = self._floor[room, role]
        try:
            return max(floor, int(await self.redis.get(_key(room, f"seq:{role}")) or 0))
        except RedisError:
            return floor

    async def missed(self, room: str, role: Role, last: int) -> list[Event]:
        """Everything for ``role`` after number ``last``, oldest first."""
        found = {e.seq: e for e in self._recent[room, role] if e.seq > last}
        try:
            rows = await self.redis.xrange(_key(room, f"to:{role}"), min=f"({last}-0")
        except RedisError:
            rows = []
        for row_id, fields in cast("list[tuple[str, dict[str, str]]]", rows):
            seq = int(row_id.split("-")[0])
            found[seq] = Event(seq, fields["e"], json.loads(fields["d"]))
        return [found[seq] for seq in sorted(found)]

    async def write_back(self) -> None:
        """Valkey is back: write every room that changed meanwhile, unless a newer one is there."""
        for room in list(self.unwritten):
            mine = self.mirror.get(room)
            self.unwritten.discard(room)
            if mine is None:
                continue
            raw = await self.redis.get(_key(room))
            held = Room.model_validate_json(raw).version if raw else 0
            if held < mine.version:
                await self._keep(mine, held)

    def forget(self, room: str) -> None:
        """Nobody in this process is in the room any more."""
        self.mirror.pop(room, None)
        self.unwritten.discard(room)
        roles: tuple[Role, ...] = ("pet_owner", "practitioner")
        for role in roles:
            self._recent.pop((room, role), None)
            self._floor.pop((room, role), None)
        lock = self._locks.get(room)
        if lock is not None and not lock.locked():
            del self._locks[room]
