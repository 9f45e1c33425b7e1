"""A payment provider of our own for development, demonstrations and tests: it behaves, it does not pretend.

It keeps its own books in its own transactions, shows a hosted page, honours idempotency keys, and notifies as real
ones do: signed, several times, out of order, again until somebody answers 2xx.
"""

import asyncio
import hashlib
import hmac
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from domain.payments.errors import SignatureRefused
from domain.payments.gateways.port import (
    Checkout,
    GatewayRefusedError,
    Notification,
    Order,
    PaymentSnapshot,
    RefundSnapshot,
    UnknownPaymentError,
)
from domain.payments.models import AttemptStatus, SandboxPayment
from kit import clock, ids, outbox
from kit.db import Database, Scope
from kit.errors import Conflict, NotFound
from kit.money import Money

CODE = "sandbox"
PAGE_PATH = "/sandbox/pay/{payment_id}"
WEBHOOK_PATH = "/api/v1/webhooks/sandbox"
SIGNATURE_HEADER = "X-Sandbox-Signature"
TOLERANCE_SECONDS = 300
NOTIFY = "sandbox.notify"

STATUS = {
    "open": AttemptStatus.REDIRECTED,
    "pending": AttemptStatus.PENDING,
    "approved": AttemptStatus.APPROVED,
    "rejected": AttemptStatus.REJECTED,
    "refunded": AttemptStatus.REFUNDED,
}
DECISIONS = {"approve": "approved", "decline": "rejected", "pend": "pending", "later": "pending"}
LATER_SECONDS = 60
# Each line is (what the notification says, seconds until it is sent): repeated, and "pending" after the outcome.
STORMS: Mapping[str, tuple[tuple[str, int], ...]] = {
    "approved": (("approved", 0), ("pending", 0), ("approved", 2), ("approved", 20)),
    "rejected": (("rejected", 0), ("pending", 0), ("rejected", 5)),
    "pending": (("pending", 0), ("pending", 3)),
    "refunded": (("refunded", 0), ("approved", 0), ("refunded", 4)),
}

Post = Callable[[str, Mapping[str, str], bytes], Awaitable[int]]


@dataclass(frozen=True, slots=True)
class SandboxPage:
    """What the hosted page shows."""

    payment_id: str
    description: str
    amount: Money
    status: str
    return_url: str


class SandboxGateway:
    """The provider and our client of it in one object; ``site_url`` is where its page and our webhook live."""

    code = CODE
    merchant_account = "lazo-demo"

    def __init__(self, db: Database, secret: bytes, site_url: str) -> None:
        self._db = db
        self._key = hmac.digest(secret, b"sandbox gateway webhooks", "sha256")
        self._site_url = site_url.rstrip("/")

    async def create_checkout(self, order: Order) -> Checkout:
        """Open a page for the order; the same attempt with another amount is refused."""
        async with self._db.begin(Scope.public()) as books:
            await books.execute(
                insert(SandboxPayment).values(
                    id=f"sb_{ids.new_id().hex}", idempotency_key=str(order.attempt_id),
                    external_reference=str(order.attempt_id), description=order.description[:200],
                    amount_minor=order.amount.amount_minor, currency=order.amount.currency, status="open",
                    return_url=order.return_url, refunded_minor=0, refund_keys={}, created_at=clock.now(),
                ).on_conflict_do_nothing(index_elements=["idempotency_key"])
            )  # fmt: skip
            payment = (
                await books.scalars(
                    select(SandboxPayment).where(SandboxPayment.idempotency_key == str(order.attempt_id))
                )
            ).one()
            if Money(payment.amount_minor, payment.currency) != order.amount:
                raise GatewayRefusedError("this idempotency key was used for another amount")
            return Checkout(self._site_url + PAGE_PATH.format(payment_id=payment.id), payment.id)

    async def fetch(self, gateway_payment_id: str) -> PaymentSnapshot:
        """The payment as the books have it."""
        async with self._db.begin(Scope.public()) as books:
            payment = await books.get(SandboxPayment, gateway_payment_id)
            if payment is None:
                raise UnknownPaymentError(gateway_payment_id)
            return self._snapshot(payment)

    async def find(self, external_reference: str) -> list[PaymentSnapshot]:
        """Payments under our reference, oldest first."""
        async with self._db.begin(Scope.public()) as books:
            rows = await books.scalars(
                select(SandboxPayment)
                .where(SandboxPayment.external_reference == external_reference)
                .order_by(SandboxPayment.created_at, SandboxPayment.id)
            )
            return [self._snapshot(payment) for payment in rows]

    async def refund(self, gateway_payment_id: str, amount: Money, idempotency_key: str) -> RefundSnapshot:
        """Send money back; refused beyond what was paid."""
        async with self._db.begin(Scope.public()) as books:
            payment = await self._locked(books, gateway_payment_id)
            if payment is None:
                raise UnknownPaymentError(gateway_payment_id)
            known = payment.refund_keys.get(idempotency_key)
            if known is not None:
                return RefundSnapshot(known["id"], succeeded=True, amount=Money(known["amount"], payment.currency))
            left = payment.amount_minor - payment.refunded_minor
            if payment.status != "approved" or amount.currency != payment.currency or amount.amount_minor > left:
                raise GatewayRefusedError(f"cannot refund {amount} of a payment that is {payment.status}")
            refund_id = f"sbr_{ids.new_id().hex}"
            payment.refunded_minor += amount.amount_minor
            payment.refund_keys = {
                **payment.refund_keys, idempotency_key: {"id": refund_id, "amount": amount.amount_minor}
            }  # fmt: skip
            if payment.refunded_minor == payment.amount_minor:
                payment.status = "refunded"
                await self._notify(books, payment, "refunded")
            return RefundSnapshot(refund_id, succeeded=True, amount=amount)

    def verify(self, headers: Mapping[str, str], query: Mapping[str, str], raw_body: bytes) -> Notification:  # noqa: ARG002
        """Accept ``t=<unix seconds>,v1=<hex HMAC-SHA256 of "t." + raw body>``, within five minutes either way."""
        given = {name.lower(): value for name, value in headers.items()}.get(SIGNATURE_HEADER.lower(), "")
        parts = dict(part.strip().split("=", 1) for part in given.split(",") if "=" in part)
        stamp, signature = parts.get("t", ""), parts.get("v1", "")
        if not (stamp.isascii() and stamp.isdecimal() and len(stamp) < 16 and signature.isascii()):
            raise SignatureRefused
        if not hmac.compare_digest(self._sign(stamp, raw_body), signature):
            raise SignatureRefused
        if abs(clock.wall().timestamp() - int(stamp)) > TOLERANCE_SECONDS:
            raise SignatureRefused
        try:
            body = json.loads(raw_body)
            return Notification(str(body["id"]), str(body["data"]["id"]))
        except (ValueError, KeyError, TypeError) as error:
            raise SignatureRefused from error

    def signed(self, raw_body: bytes, at: datetime | None = None) -> dict[str, str]:
        """The headers the provider sends with a body, signed now."""
        stamp = str(int((at or clock.wall()).timestamp()))
        return {
            "Content-Type": "application/json",
            SIGNATURE_HEADER: f"t={stamp},v1={self._sign(stamp, raw_body)}",
        }

    def _sign(self, stamp: str, raw_body: bytes) -> str:
        return hmac.new(self._key, stamp.encode() + b"." + raw_body, hashlib.sha256).hexdigest()

    # The provider's side: its hosted page, and what it sends afterwards.

    async def open_page(self, payment_id: str) -> SandboxPage:
        """What the page shows; raises NotFound."""
        async with self._db.begin(Scope.public()) as books:
            payment = await books.get(SandboxPayment, payment_id)
            if payment is None:
                raise NotFound
            amount = Money(payment.amount_minor, payment.currency)
            return SandboxPage(payment.id, payment.description, amount, payment.status, payment.return_url)

    async def decide(self, payment_id: str, decision: str) -> SandboxPage:
        """The payer pressed ``approve``, ``decline``, ``pend`` or ``later`` (approved by itself after a minute).

        Pressing again changes nothing once paid.
        """
        async with self._db.begin(Scope.public()) as books:
            payment = await self._locked(books, payment_id)
            if payment is None or decision not in DECISIONS:
                raise NotFound
            if payment.status in {"approved", "refunded"}:
                if decision != "approve":
                    raise Conflict
            else:
                payment.status = DECISIONS[decision]
                payment.paid_at = clock.now() if payment.status == "approved" else None
                await self._notify(books, payment, payment.status)
                if decision == "later":
                    await outbox.enqueue(
                        books, NOTIFY, f"{NOTIFY}:{payment.id}:later", {"approve": payment.id},
                        due_at=clock.now() + timedelta(seconds=LATER_SECONDS),
                    )  # fmt: skip
        return await self.open_page(payment_id)

    async def deliver(self, payload: Mapping[str, Any], post: Post) -> None:
        """Send one queued notification, freshly signed; anything but 2xx raises, and the outbox tries again."""
        if "approve" in payload:
            await self.decide(str(payload["approve"]), "approve")
            return
        raw_body = str(payload["body"]).encode()
        async with asyncio.timeout(10):
            status = await post(str(payload["url"]), self.signed(raw_body), raw_body)
        if not 200 <= status < 300:
            raise ConnectionError(f"the receiver answered {status}")

    async def _notify(self, books: AsyncSession, payment: SandboxPayment, outcome: str) -> None:
        round_ = ids.new_id().hex
        for number, (says, after_seconds) in enumerate(STORMS[outcome]):
            body = {
                "id": f"sbe_{round_}_{says}", "type": f"payment.{says}", "merchant": self.merchant_account,
                "data": {"id": payment.id, "status": says},
            }  # fmt: skip
            await outbox.enqueue(
                books, NOTIFY, f"{NOTIFY}:{payment.id}:{round_}:{number}",
                {"url": self._site_url + WEBHOOK_PATH, "body": json.dumps(body, separators=(",", ":"))},
                due_at=clock.now() + timedelta(seconds=after_seconds),
            )  # fmt: skip

    @staticmethod
    async def _locked(books: AsyncSession, payment_id: str) -> SandboxPayment | None:
        return await books.scalar(select(SandboxPayment).where(SandboxPayment.id == payment_id).with_for_update())

    def _snapshot(self, payment: SandboxPayment) -> PaymentSnapshot:
        return PaymentSnapshot(
            payment.id, self.merchant_account, payment.external_reference, STATUS[payment.status],
            Money(payment.amount_minor, payment.currency), payment.refunded_minor, payment.paid_at,
        )  # fmt: skip
