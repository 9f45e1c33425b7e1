"""What payments tell the slices above them."""

from dataclasses import dataclass
from uuid import UUID

from kit.events import Event


@dataclass(frozen=True, slots=True)
class PaymentApproved(Event):
    """The provider itself says that this attempt was paid, in full and in our currency."""

    attempt_id: UUID
    appointment_id: UUID


@dataclass(frozen=True, slots=True)
class PaymentRefused(Event):
    """The provider says that this attempt was rejected or cancelled."""

    attempt_id: UUID
    appointment_id: UUID


@dataclass(frozen=True, slots=True)
class PaymentReversed(Event):
    """The provider took money of an approved attempt back without our asking."""

    attempt_id: UUID
    appointment_id: UUID


@dataclass(frozen=True, slots=True)
class RefundFinished(Event):
    """The provider answered about a refund; ``succeeded`` says how."""

    refund_id: UUID
    attempt_id: UUID
    appointment_id: UUID
    succeeded: bool
