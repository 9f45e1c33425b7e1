"""Paying: open the provider's page, and the provider's signed word about it."""

from typing import Annotated
from uuid import UUID

from aiohttp import web
from pydantic import BaseModel, StringConstraints

from domain.accounts.schemas import Input
from domain.booking.errors import HoldExpired
from domain.escrow import charges
from domain.escrow.errors import AlreadyPaid
from domain.payments import inbox
from domain.payments.errors import PaymentNotAccepted, SignatureRefused
from kit.db import Scope
from kit.errors import NotFound
from kit.http.keys import ACTOR, DATABASE, GATEWAYS, SETTINGS
from kit.http.policy import PetOwner, Public
from kit.http.routes import Routes

routes = Routes("payments", prefix="/api/v1")


class Charge(Input):
    """Pay for a held appointment through one of the installation's gateways."""

    appointment_id: UUID
    gateway: Annotated[str, StringConstraints(pattern=r"^[a-z]{2,20}$")]


class ChargeOut(BaseModel):
    """Send the payer to ``redirect_url``; the appointment is booked by the provider's word, not by their return."""

    payment_id: UUID
    status: str
    redirect_url: str


@routes.post(
    "/payments/charge", auth=PetOwner, transaction=False,
    problems=(HoldExpired, AlreadyPaid, PaymentNotAccepted, NotFound),
)  # fmt: skip
async def charge(request: web.Request, body: Charge) -> ChargeOut:
    """Open the payment page of a held appointment; asking again gives the same page."""
    if body.gateway not in request.app[GATEWAYS]:
        raise NotFound
    back = f"{request.app[SETTINGS].public_url}/appointments/{body.appointment_id}?paid=1"
    attempt = await charges.charge(
        request.app[DATABASE], request.app[GATEWAYS], request[ACTOR], body.appointment_id, body.gateway, back
    )
    return ChargeOut(payment_id=attempt.id, status=attempt.status, redirect_url=attempt.redirect_url)


@routes.post("/webhooks/{gateway}", auth=Public, transaction=False, csrf="exempt", problems=(SignatureRefused,))
async def notification(request: web.Request, gateway: str) -> web.Response:
    """A provider's notification: verified over the raw bytes, stored once, answered; looked into afterwards."""
    provider = request.app[GATEWAYS].get(gateway)
    if provider is None:
        raise NotFound
    raw = await request.read()
    told = provider.verify(request.headers, request.query, raw)
    async with request.app[DATABASE].begin(Scope.system()) as session:
        await inbox.receive(session, provider, told, raw)
    return web.Response(status=200)
