"""The room's facts through the domain's use cases, each in its own transaction."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from domain.consultations import chat, presence, rooms
from domain.consultations.models import ChatMessage
from kit.db import Database, Scope
from signaling.facts import Party


class RecordedFacts:
    """``signaling.facts.Facts`` over PostgreSQL, in the system's own scope: the ticket said who it is."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def joined(self, party: Party, device: str) -> None:
        """The party is in the room."""
        async with self._database.begin(Scope.system()) as session:
            await rooms.arrived(session, party.consultation, party.user, party.role, device=device)

    async def left(self, party: Party, seconds_ago: float = 0) -> None:
        """The party is gone, since then."""
        ago = timedelta(seconds=seconds_ago)
        async with self._database.begin(Scope.system()) as session:
            await presence.left(session, party.consultation, party.user, party.role, ago=ago)

    async def admit(self, party: Party) -> None:
        """The practitioner lets the pet owner in."""
        async with self._database.begin(Scope.system()) as session:
            await rooms.admit(session, party.consultation, party.user)

    async def finish(self, party: Party) -> None:
        """The practitioner ends the consultation."""
        async with self._database.begin(Scope.system()) as session:
            await rooms.finish(session, party.consultation, party.user)

    async def say(self, party: Party, body: str, client_id: UUID, file_id: UUID | None) -> dict[str, Any]:
        """Keep one chat line."""
        async with self._database.begin(Scope.system()) as session:
            line = await chat.post(session, party.consultation, party.user, body, str(client_id), file_id)
            return _line(line)

    async def history(self, party: Party) -> list[dict[str, Any]]:
        """Every line so far."""
        async with self._database.begin(Scope.system()) as session:
            return [_line(line) for line in await chat.history(session, party.consultation)]


def _line(line: ChatMessage) -> dict[str, Any]:
    return {
        "id": str(line.id),
        "client_id": line.client_id,
        "role": line.sender_role,
        "body": line.body,
        "file_id": str(line.file_id) if line.file_id else None,
        "at": line.created_at.isoformat(),
    }
