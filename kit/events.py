"""Past-tense facts that slices publish upwards; who listens stands on one screen in ``domain/reactions.py``.

A reaction runs in the same transaction and its failure fails the whole: nothing is half-done.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession


class Event:
    """The parent of every fact."""


Reaction = Callable[[AsyncSession, Any], Awaitable[None]]

_reactions: Mapping[type[Event], Sequence[Reaction]] | None = None


def install(reactions: Mapping[type[Event], Sequence[Reaction]]) -> None:
    """Say who listens; each process does so once, at its start."""
    global _reactions  # noqa: PLW0603
    _reactions = reactions


async def publish(session: AsyncSession, event: Event) -> None:
    """Tell every listener, in order, now."""
    if _reactions is None:
        raise RuntimeError("no reactions installed: an event would be lost")
    for reaction in _reactions.get(type(event), ()):
        await reaction(session, event)
