"""What the record tells the slices above it."""

from dataclasses import dataclass
from uuid import UUID

from kit.events import Event


@dataclass(frozen=True, slots=True)
class NoteSigned(Event):
    """A record was signed: the pet owner can read it now."""

    note_id: UUID
    appointment_id: UUID
    pet_owner_id: UUID
