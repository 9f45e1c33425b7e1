"""What a room leaves in PostgreSQL: attendance, admission, the end, and the chat. Nothing about money.

The rest of signaling knows only this protocol; ``recorded.py`` is the one place that calls the domain.
"""

from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

from signaling.state import Role


@dataclass(frozen=True, slots=True)
class Party:
    """One side of one consultation, as its ticket says."""

    consultation: UUID
    user: UUID
    role: Role


class Facts(Protocol):
    """Each call is one transaction; each may raise kit.errors.DomainError (the answer is no)."""

    async def joined(self, party: Party, device: str) -> None:
        """The party is in the room; closes a presence that a killed process left open."""

    async def left(self, party: Party, seconds_ago: float = 0) -> None:
        """The party hung up, or did not come back within the grace; ``seconds_ago`` is when it was last there."""

    async def admit(self, party: Party) -> None:
        """The practitioner lets the pet owner in."""

    async def finish(self, party: Party) -> None:
        """The practitioner ends the consultation."""

    async def say(self, party: Party, body: str, client_id: UUID, file_id: UUID | None) -> dict[str, Any]:
        """Keep one chat line; the same ``client_id`` twice is the same line."""

    async def history(self, party: Party) -> list[dict[str, Any]]:
        """Every line so far, oldest first."""
