"""What reviews tell the slices above them."""

from dataclasses import dataclass
from uuid import UUID

from kit.events import Event


@dataclass(frozen=True, slots=True)
class ReviewsChanged(Event):
    """A vet's published reviews are others than before."""

    practitioner_id: UUID
