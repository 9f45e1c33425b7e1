"""Who listens to what, on one screen. Each runs in the transaction of the event, in this order."""

from collections.abc import Mapping, Sequence

from kit.events import Event, Reaction

REACTIONS: Mapping[type[Event], Sequence[Reaction]] = {}
