"""What every payment provider is to us: a hosted page, a status to ask for, a refund, a signed notification.

A notification is only a hint; what counts is what ``fetch`` answers. Each call that changes something carries our own
row id as its idempotency key, so that asking again after a time-out is the same effect.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from domain.payments.models import AttemptStatus
from kit.money import Money


class GatewayError(Exception):
    """The parent of what a provider call may raise."""


class OutcomeUnknownError(GatewayError):
    """No answer, or one that says nothing (time-out, 5xx): it may or may not have happened. Ask again."""


class GatewayRefusedError(GatewayError):
    """The provider said no, for certain; nothing happened."""


class UnknownPaymentError(GatewayRefusedError):
    """The provider knows no payment by that id."""


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be paid; ``attempt_id`` is idempotency key and external reference at once."""

    attempt_id: UUID
    amount: Money
    description: str
    return_url: str
    payer_email: str = ""


@dataclass(frozen=True, slots=True)
class Checkout:
    """Where to send the payer; some providers name the payment only once somebody has tried to pay."""

    redirect_url: str
    gateway_payment_id: str | None = None


@dataclass(frozen=True, slots=True)
class PaymentSnapshot:
    """A payment as its provider sees it now."""

    gateway_payment_id: str
    merchant_account: str
    external_reference: str
    status: AttemptStatus
    amount: Money
    refunded_minor: int = 0
    occurred_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class RefundSnapshot:
    """A refund as its provider sees it now; not ``succeeded`` means still under way."""

    gateway_refund_id: str
    succeeded: bool
    amount: Money


@dataclass(frozen=True, slots=True)
class Notification:
    """Something happened to a payment; ``event_id`` is the same for every repetition."""

    event_id: str
    gateway_payment_id: str


class Gateway(Protocol):
    """One provider, one merchant account. Every method but ``verify`` may raise OutcomeUnknownError."""

    @property
    def code(self) -> str:
        """Our short name for it (``sandbox``)."""

    @property
    def merchant_account(self) -> str:
        """Whose account collects; a payment to another account is not ours."""

    async def create_checkout(self, order: Order) -> Checkout:
        """Open a hosted page; twice for one attempt is one page. Raises GatewayRefusedError."""

    async def fetch(self, gateway_payment_id: str) -> PaymentSnapshot:
        """The payment as it stands; raises UnknownPaymentError."""

    async def find(self, external_reference: str) -> Sequence[PaymentSnapshot]:
        """Every payment the provider has under our reference."""

    async def refund(self, gateway_payment_id: str, amount: Money, idempotency_key: str) -> RefundSnapshot:
        """Send ``amount`` back; the same key twice is one refund. Raises GatewayRefusedError."""

    def verify(self, headers: Mapping[str, str], query: Mapping[str, str], raw_body: bytes) -> Notification:
        """Read a notification whose signature over the raw bytes holds; raises SignatureRefused otherwise."""


Gateways = Mapping[str, Gateway]
