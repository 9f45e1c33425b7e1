"""A pet owner's word about a vet; no payment is read or written here."""

from uuid import UUID

from aiohttp import web

from domain.booking import appointments
from domain.booking.models import AppointmentStatus
from domain.practitioners.models import Practitioner
from domain.reviews import reviews
from domain.reviews.schemas import WriteReview
from kit.errors import DomainError, NotFound
from kit.http import forms
from kit.http.keys import ACTOR, SESSION
from kit.http.policy import PetOwner
from kit.http.routes import Routes
from web.responses import page, redirect

routes = Routes("my_reviews", prefix="/appointments/{appointment_id}/review")


@routes.get("", auth=PetOwner)
async def show(request: web.Request, appointment_id: UUID) -> web.Response:
    """One to five, and words if one likes; what was written before is there."""
    written = await reviews.of_appointment(request[SESSION], appointment_id)
    values = {"rating": written.rating, "body": written.body} if written else {}
    return await _page(request, appointment_id, values, {})


@routes.post("", auth=PetOwner)
async def write(request: web.Request, appointment_id: UUID) -> web.Response:
    """Publish it, or edit what was published."""
    form = await forms.read(request, WriteReview)
    if form.value is not None:
        try:
            await reviews.write(request[SESSION], request[ACTOR], appointment_id, form.value)
            return redirect(f"/appointments/{appointment_id}")
        except NotFound:
            raise
        except DomainError as error:
            form.reject(error)
    return await _page(request, appointment_id, form.typed, form.errors, status=422)


async def _page(
    request: web.Request, appointment_id: UUID, values: dict[str, object], errors: dict[str, str], status: int = 200
) -> web.Response:
    appointment = await appointments.get(request[SESSION], request[ACTOR], appointment_id)
    if appointment.status != AppointmentStatus.COMPLETED and not errors:
        return redirect(f"/appointments/{appointment_id}")
    vet = await request[SESSION].get_one(Practitioner, appointment.practitioner_id)
    signs_as = reviews.short_name(request[ACTOR].name)
    return await page(
        request, "pet_owner/review.html", status=status, appointment=appointment, vet=vet, values=values,
        errors=errors, signs_as=signs_as,
    )  # fmt: skip
