"""What withdrawals tell the slices above them."""

from dataclasses import dataclass
from uuid import UUID

from kit.events import Event


@dataclass(frozen=True, slots=True)
class PayoutDecided(Event):
    """An admin approved or rejected a withdrawal."""

    payout_id: UUID
    user_id: UUID
    paid: bool
