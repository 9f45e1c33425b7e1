"""What a vet's own data tells the slices above it."""

from dataclasses import dataclass
from uuid import UUID

from kit.events import Event


@dataclass(frozen=True, slots=True)
class PractitionerChanged(Event):
    """Profile, state, services, prices or hours are others than before."""

    practitioner_id: UUID


@dataclass(frozen=True, slots=True)
class PractitionerDecided(Event):
    """An admin approved, rejected or suspended a vet."""

    practitioner_id: UUID
    user_id: UUID
    state: str
    reason: str
