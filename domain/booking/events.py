"""What booking tells the slices above it."""

from dataclasses import dataclass
from uuid import UUID

from kit.events import Event


@dataclass(frozen=True, slots=True)
class AppointmentHeld(Event):
    """A pet owner took a time and has until the hold expires to pay."""

    appointment_id: UUID


@dataclass(frozen=True, slots=True)
class AppointmentBooked(Event):
    """The payment was verified; the time is theirs."""

    appointment_id: UUID


@dataclass(frozen=True, slots=True)
class AppointmentExpired(Event):
    """The hold ran out unpaid; the time is free again."""

    appointment_id: UUID


@dataclass(frozen=True, slots=True)
class AppointmentCancelled(Event):
    """Somebody cancelled; ``was_booked`` says whether money is involved."""

    appointment_id: UUID
    was_booked: bool


@dataclass(frozen=True, slots=True)
class AppointmentUnattended(Event):
    """The time passed without a consultation; ``absent`` is ``pet_owner``, ``practitioner`` or ``both``."""

    appointment_id: UUID
    absent: str
