"""What the held payment tells the slices above it."""

from dataclasses import dataclass
from uuid import UUID

from kit.events import Event


@dataclass(frozen=True, slots=True)
class HoldReleased(Event):
    """The money is the vet's; ``by_silence`` if the written rule confirmed for somebody who did not answer."""

    escrow_id: UUID
    appointment_id: UUID
    by_silence: bool


@dataclass(frozen=True, slots=True)
class HoldRefunded(Event):
    """The money is back with the pet owner."""

    escrow_id: UUID
    appointment_id: UUID


@dataclass(frozen=True, slots=True)
class HoldNeedsReview(Event):
    """Nobody can tell from the facts who is right; an admin looks."""

    escrow_id: UUID
    appointment_id: UUID


@dataclass(frozen=True, slots=True)
class PaymentCameTooLate(Event):
    """The payment arrived when the time was no longer free; it is on its way back to the pet owner."""

    escrow_id: UUID
    appointment_id: UUID


@dataclass(frozen=True, slots=True)
class ExtraPaymentReturned(Event):
    """The appointment was paid more than once; what came on top is on its way back."""

    appointment_id: UUID
    attempt_id: UUID
