"""One connected socket of a room: who it is, and what it may still say."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from kit.errors import DomainError
from signaling.facts import Party
from signaling.limits import TokenBucket

log = logging.getLogger(__name__)

RECORD_PAUSES = (0.0, 0.5, 2.0, 5.0, 15.0)


@dataclass(slots=True)
class Seat:
    """The holder of a valid ticket, for as long as the socket lives."""

    sid: str
    room: str
    party: Party
    session: str
    device: str
    bucket: TokenBucket = field(default_factory=TokenBucket)


class Background:
    """Work that outlives the message that began it; kept referenced, faults logged."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()

    def start(self, work: Awaitable[None]) -> None:
        """Run ``work`` now, beside everything else."""

        async def run() -> None:
            try:
                await work
            except Exception:
                log.exception("background work failed")

        task = asyncio.get_running_loop().create_task(run())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def record(self, fact: Callable[[], Awaitable[None]]) -> None:
        """Store a fact that must not be lost for a moment's outage: tried for half a minute."""
        self.start(_insist(fact))


async def _insist(fact: Callable[[], Awaitable[None]]) -> None:
    for pause in RECORD_PAUSES:
        await asyncio.sleep(pause)
        try:
            await fact()
        except DomainError as refusal:
            log.warning("fact refused: %s", refusal.code)
            return
        except Exception as fault:  # noqa: BLE001 - any outage is retried, then given up aloud
            log.warning("fact not stored yet: %s", type(fault).__name__)
        else:
            return
    log.error("a fact was not stored")
