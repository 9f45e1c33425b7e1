"""Attempts that nobody told us about: ask the provider, again and again, at growing distances.

Silence is never "failed". Only the provider's own answer ends an attempt; one that it has never heard of a day later
is cancelled, because then nothing can be paid on it.
"""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import Interval, func, literal, select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.payments import attempts
from domain.payments.gateways.port import Gateway, GatewayError, Gateways, PaymentSnapshot, UnknownPaymentError
from domain.payments.models import AttemptStatus, PaymentAttempt
from kit import clock
from kit.db import Database, Scope

OPEN = (AttemptStatus.CREATED, AttemptStatus.REDIRECTED, AttemptStatus.PENDING, AttemptStatus.UNKNOWN)
PATIENCE = timedelta(seconds=60)
FORGET_AFTER = timedelta(days=30)
NEVER_OPENED_AFTER = timedelta(days=1)
CALL_SECONDS = 15


async def recheck(db: Database, gateways: Gateways, limit: int = 50) -> int:
    """Ask about up to ``limit`` attempts that are open past a minute; returns how many were asked about.

    The distance doubles with the age of the attempt. Two of these at once ask about different attempts.
    """
    async with db.begin(Scope.system()) as session:
        waiting = await _claim(session, list(gateways), limit)
    for attempt in waiting:
        try:
            async with asyncio.timeout(CALL_SECONDS):
                found = await _ask(gateways[attempt.gateway], attempt)
        except (GatewayError, TimeoutError, OSError):
            continue
        async with db.begin(Scope.system()) as session:
            for snapshot in found:
                await attempts.apply(session, attempt.gateway, snapshot)
            if not found:
                await _never_opened(session, attempt.id)
    return len(waiting)


async def _claim(session: AsyncSession, gateways: Sequence[str], limit: int) -> list[PaymentAttempt]:
    last = func.coalesce(PaymentAttempt.checked_at, PaymentAttempt.created_at)
    pause = func.greatest(literal(PATIENCE, Interval), last - PaymentAttempt.created_at)
    rows = (
        await session.scalars(
            select(PaymentAttempt)
            .where(
                PaymentAttempt.status.in_(OPEN),
                PaymentAttempt.quarantine == "",
                PaymentAttempt.gateway.in_(gateways),
                PaymentAttempt.created_at > clock.now() - FORGET_AFTER,
                last + pause <= clock.now(),
            )
            .order_by(PaymentAttempt.created_at)
            .limit(limit)
            .with_for_update(skip_locked=True, key_share=True)
        )
    ).all()
    for attempt in rows:
        attempt.checked_at = clock.now()
    return list(rows)


async def _ask(gateway: Gateway, attempt: PaymentAttempt) -> Sequence[PaymentSnapshot]:
    found = list(await gateway.find(str(attempt.id)))
    if attempt.gateway_payment_id and all(s.gateway_payment_id != attempt.gateway_payment_id for s in found):
        try:
            found.append(await gateway.fetch(attempt.gateway_payment_id))
        except UnknownPaymentError:
            return found
    return found


async def _never_opened(session: AsyncSession, attempt_id: UUID) -> None:
    attempt = await attempts.locked(session, attempt_id)
    if (
        attempt is not None
        and attempt.status in {AttemptStatus.CREATED, AttemptStatus.UNKNOWN}
        and attempt.created_at < clock.now() - NEVER_OPENED_AFTER
    ):
        attempt.status = AttemptStatus.CANCELLED
