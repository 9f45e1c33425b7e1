"""Appointments: take a time, see it, change its status, confirm that it took place, review it."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from aiohttp import web
from pydantic import BaseModel, StringConstraints

from domain.booking import appointments, holds
from domain.booking.errors import AppointmentChanged, CancelTooLate, PetBusy, RedFlag, SlotTaken
from domain.booking.schemas import AppointmentOut, BookAppointment, ChangeStatus, appointment_out
from domain.escrow import confirmations
from domain.escrow.errors import ConsultationNotEnded
from domain.reviews import reviews
from domain.reviews.schemas import ReviewOut, WriteReview
from kit.errors import InvalidTransition, NotFound, field_error
from kit.http.keys import ACTOR, SESSION
from kit.http.policy import Admin, PetOwner, Practitioner
from kit.http.routes import Routes
from kit.i18n import N_

routes = Routes("appointments", prefix="/api/v1/appointments")

KEY_LENGTH = 80


class AppointmentList(BaseModel):
    """Somebody's appointments."""

    items: list[AppointmentOut]


class ListQuery(BaseModel):
    """``past=true`` for those that are over."""

    past: bool = False


class HoldOut(BaseModel):
    """The held payment of an appointment."""

    state: str
    amount_minor: int
    currency: str
    commission_bp: int | None
    commission_minor: int | None
    net_minor: int | None
    pet_owner_confirmed_at: datetime | None
    practitioner_confirmed_at: datetime | None
    due_at: datetime | None
    released_at: datetime | None


Key = Annotated[str, StringConstraints(min_length=1, max_length=KEY_LENGTH)]


def _idempotency_key(request: web.Request) -> str | None:
    key = request.headers.get("Idempotency-Key")
    if key is not None and not 1 <= len(key) <= KEY_LENGTH:
        raise field_error("Idempotency-Key", "length", N_("The key has 1 to 80 characters"))
    return key


@routes.post("", auth=PetOwner, status=201, problems=(SlotTaken, PetBusy, RedFlag, NotFound))
async def book(request: web.Request, body: BookAppointment) -> AppointmentOut:
    """Hold a free time for some minutes, in which it is to be paid.

    The same Idempotency-Key gives the same appointment. A time that is gone is 409 slot_taken with alternatives.
    """
    appointment = await holds.take(
        request[SESSION], request[ACTOR], body, idempotency_key=_idempotency_key(request)
    )
    return appointment_out(appointment)


@routes.get("", auth=PetOwner)
async def list_appointments(request: web.Request, query: ListQuery) -> AppointmentList:
    """The caller's appointments: what is to come, or what is over."""
    found = await appointments.of_pet_owner(request[SESSION], request[ACTOR], upcoming=not query.past)
    return AppointmentList(items=[appointment_out(row) for row in found])


@routes.get("/{appointment_id}", auth=PetOwner | Practitioner | Admin)
async def get_appointment(request: web.Request, appointment_id: UUID) -> AppointmentOut:
    """One appointment, to its pet owner, its clinic, or an admin."""
    return appointment_out(await appointments.get(request[SESSION], request[ACTOR], appointment_id))


@routes.route(
    "PATCH", "/{appointment_id}/status", auth=PetOwner | Practitioner,
    problems=(InvalidTransition, AppointmentChanged, CancelTooLate),
)  # fmt: skip
async def change_status(request: web.Request, appointment_id: UUID, body: ChangeStatus) -> AppointmentOut:
    """Ask for a step; only ``cancelled`` can be asked for, the others follow from what happens."""
    return appointment_out(await appointments.change_status(request[SESSION], request[ACTOR], appointment_id, body))


@routes.post("/{appointment_id}/confirm", auth=PetOwner | Practitioner, problems=(ConsultationNotEnded,))
async def confirm(request: web.Request, appointment_id: UUID) -> HoldOut:
    """Say that the visit took place; the second side's word releases the money."""
    escrow = await confirmations.confirm(request[SESSION], request[ACTOR], appointment_id)
    return HoldOut.model_validate(escrow, from_attributes=True)


@routes.post("/{appointment_id}/review", auth=PetOwner, status=201, problems=(reviews.NotReviewableYet,))
async def review(request: web.Request, appointment_id: UUID, body: WriteReview) -> ReviewOut:
    """Review a completed appointment once; within two weeks the same call edits it."""
    written = await reviews.write(request[SESSION], request[ACTOR], appointment_id, body)
    return ReviewOut.model_validate(written, from_attributes=True)
