"""Provider notifications: stored once, answered at once, worked off later by asking the provider itself."""

import asyncio
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from domain.payments import attempts
from domain.payments.gateways.port import Gateway, Gateways, Notification, PaymentSnapshot, UnknownPaymentError
from domain.payments.models import GatewayEvent
from kit import clock, ids, outbox
from kit.db import Database, Scope

PROCESS = "payment.event"
CALL_SECONDS = 15


async def receive(session: AsyncSession, gateway: Gateway, notification: Notification, raw_body: bytes) -> bool:
    """Keep a verified notification and promise to look; False for one that was kept before. Scope: system."""
    event_id = await session.scalar(
        insert(GatewayEvent).values(
            id=ids.new_id(), created_at=clock.now(), gateway=gateway.code, event_id=notification.event_id[:120],
            gateway_payment_id=notification.gateway_payment_id[:120], body=raw_body, outcome="",
        ).on_conflict_do_nothing(index_elements=["gateway", "event_id"]).returning(GatewayEvent.id)
    )  # fmt: skip
    if event_id is None:
        return False
    await outbox.enqueue(session, PROCESS, f"{PROCESS}:{event_id}", {"event_id": str(event_id)})
    return True


async def process(db: Database, gateways: Gateways, event_id: UUID) -> str:
    """Ask the provider how the payment stands, then apply it; returns the outcome in one word.

    Raises OutcomeUnknownError or TimeoutError when the provider does not answer: the outbox comes back.
    """
    async with db.begin(Scope.system()) as session:
        event = await session.get_one(GatewayEvent, event_id)
    if event.processed_at is not None:
        return event.outcome
    snapshot: PaymentSnapshot | None = None
    try:
        async with asyncio.timeout(CALL_SECONDS):
            snapshot = await gateways[event.gateway].fetch(event.gateway_payment_id)
    except UnknownPaymentError:
        snapshot = None
    async with db.begin(Scope.system()) as session:
        event = (await session.scalars(select(GatewayEvent).where(GatewayEvent.id == event_id).with_for_update())).one()
        if event.processed_at is None:
            outcome = "unknown_payment"
            if snapshot is not None:
                outcome = await attempts.apply(session, event.gateway, snapshot)
            event.processed_at, event.outcome = clock.now(), outcome
        return event.outcome
