"""What accounts tell the slices above them."""

from dataclasses import dataclass
from uuid import UUID

from kit.events import Event


@dataclass(frozen=True, slots=True)
class PersonRegistered(Event):
    """Somebody signed up by themselves."""

    user_id: UUID


@dataclass(frozen=True, slots=True)
class RefreshTokenReused(Event):
    """A replaced refresh token was used again; the session is over. ``device`` is its user agent."""

    user_id: UUID
    session_id: UUID
    device: str
