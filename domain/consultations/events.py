"""What a consultation tells the slices above it."""

from dataclasses import dataclass
from uuid import UUID

from kit.events import Event


@dataclass(frozen=True, slots=True)
class ConsultationStarted(Event):
    """Both are in and the vet has admitted the pet owner: the commission is frozen now."""

    appointment_id: UUID
    consultation_id: UUID
    practitioner_user_id: UUID


@dataclass(frozen=True, slots=True)
class ConsultationEnded(Event):
    """The visit is over; both may confirm from now on."""

    appointment_id: UUID
    consultation_id: UUID
