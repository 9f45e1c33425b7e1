"""Paying for an appointment: write the intent, call the provider with no transaction open, write the answer."""

import asyncio
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from domain.booking.errors import HoldExpired
from domain.booking.models import Appointment, AppointmentStatus
from domain.escrow import queries
from domain.escrow.errors import AlreadyPaid
from domain.escrow.models import EscrowState
from domain.payments import attempts
from domain.payments.errors import PaymentNotAccepted
from domain.payments.gateways.port import (
    Checkout,
    Gateway,
    GatewayRefusedError,
    Gateways,
    Order,
    OutcomeUnknownError,
)
from domain.payments.models import AttemptStatus, PaymentAttempt
from kit import clock
from kit.actor import Actor
from kit.db import Database, Scope
from kit.errors import NotFound, field_error
from kit.i18n import N_

CALL_SECONDS = 10
LAPSED = frozenset({AppointmentStatus.EXPIRED, AppointmentStatus.CANCELLED})


@dataclass(frozen=True, slots=True)
class Prepared:
    """An attempt on disk, and what the provider is to be asked."""

    attempt: PaymentAttempt
    order: Order


async def charge(
    db: Database, gateways: Gateways, actor: Actor, appointment_id: UUID, gateway_code: str, return_url: str
) -> PaymentAttempt:
    """Open (or find again) the provider's page for a held appointment; ``redirect_url`` is where to send the payer.

    After a time-out the attempt is ``unknown``, never failed: the janitor asks the provider, and trying again here
    reaches the same page. Raises what ``prepare`` raises, and PaymentNotAccepted (409) after a certain no.
    """
    scope = Scope.pet_owner(actor.person)
    async with db.begin(scope) as session:
        prepared = await prepare(session, actor, appointment_id, gateways, gateway_code, return_url)
    if prepared.attempt.redirect_url:
        return prepared.attempt
    checkout: Checkout | None = None
    status = AttemptStatus.REDIRECTED
    try:
        async with asyncio.timeout(CALL_SECONDS):
            checkout = await gateways[gateway_code].create_checkout(prepared.order)
    except GatewayRefusedError:
        status = AttemptStatus.REJECTED
    except (OutcomeUnknownError, TimeoutError, OSError):
        status = AttemptStatus.UNKNOWN
    async with db.begin(scope) as session:
        if checkout is not None:
            return await attempts.redirected(session, prepared.attempt.id, checkout)
        attempt = await attempts.settle_call(session, prepared.attempt.id, status)
    if status == AttemptStatus.REJECTED:
        raise PaymentNotAccepted
    return attempt


async def prepare(
    session: AsyncSession, actor: Actor, appointment_id: UUID, gateways: Gateways, gateway_code: str, return_url: str
) -> Prepared:
    """The intent: one open attempt per appointment and provider, of exactly what the appointment costs.

    Raises NotFound unless it is the actor's own, InvalidRequest for an unknown provider, HoldExpired (409) when the
    time is no longer kept, AlreadyPaid (409).
    """
    gateway: Gateway | None = gateways.get(gateway_code)
    if gateway is None:
        raise field_error("gateway", "unknown_gateway", N_("Choose one of the ways to pay"))
    appointment = await session.get(Appointment, appointment_id)
    escrow = await queries.of_appointment(session, appointment_id)
    if appointment is None or escrow is None or appointment.pet_owner_id != actor.person:
        raise NotFound
    if appointment.status in LAPSED:
        raise HoldExpired
    if appointment.status != AppointmentStatus.HELD or escrow.state != EscrowState.AWAITING_PAYMENT:
        raise AlreadyPaid
    if appointment.hold_expires_at is None or appointment.hold_expires_at <= clock.now():
        raise HoldExpired
    attempt = await attempts.open_attempt(session, appointment.id, actor.person, escrow.amount, gateway)
    description = f"{appointment.service_name} · {appointment.reference}"
    return Prepared(attempt, Order(attempt.id, escrow.amount, description, return_url))
