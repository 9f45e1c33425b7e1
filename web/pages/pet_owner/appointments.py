"""A pet owner's appointments: the list, one with its whole story, and what can be done about it."""

from typing import Any
from uuid import UUID

from aiohttp import web
from pydantic import BaseModel

from domain.booking import appointments, photos
from domain.booking.schemas import ChangeStatus
from domain.consultations import chat
from domain.correspondence import facts, invitation, words
from domain.escrow import charges, confirmations
from kit.db import Scope
from kit.errors import DomainError, NotFound
from kit.http import forms
from kit.http.keys import ACTOR, DATABASE, GATEWAYS, SESSION, SETTINGS
from kit.http.policy import PetOwner
from kit.http.routes import Routes
from web import milestones, outlook, rows, timeline
from web.responses import local, page, redirect

routes = Routes("my_appointments", prefix="/appointments")


class ListQuery(BaseModel):
    """``past=1`` for those that are over."""

    past: bool = False


class ShowQuery(BaseModel):
    """``paid=1``: back from the provider's page."""

    paid: bool = False


@routes.get("", auth=PetOwner)
async def index(request: web.Request, query: ListQuery) -> web.Response:
    """To come, or over."""
    found = await appointments.of_pet_owner(request[SESSION], request[ACTOR], upcoming=not query.past)
    return await page(
        request, "pet_owner/appointments.html", past=query.past,
        rows=await rows.of_pet_owner(request[SESSION], found),
    )  # fmt: skip


@routes.get("/{appointment_id}", auth=PetOwner)
async def show(request: web.Request, appointment_id: UUID, query: ShowQuery) -> web.Response:
    """The whole story of one."""
    story = await _story(request, appointment_id)
    return await _show(request, story, is_waiting=query.paid and story.can_pay and not story.is_refused)


async def _story(request: web.Request, appointment_id: UUID) -> timeline.Story:
    appointment = await appointments.get(request[SESSION], request[ACTOR], appointment_id)
    return await timeline.tell(request[SESSION], request[ACTOR], appointment)


async def _show(
    request: web.Request, story: timeline.Story, *, is_waiting: bool = False, status: int = 200, **more: Any
) -> web.Response:
    session, visit = request[SESSION], story.consultation
    context = {
        "story": story, "steps": milestones.steps(story), "line": outlook.money_line(story),
        "sentence": outlook.next_sentence(story, is_waiting=is_waiting), "is_waiting": is_waiting,
        "photos": await photos.of(session, story.appointment.id),
        "chat": await chat.history(session, visit.id) if visit is not None else [],
        "receipt": next((said for said in story.money if said.kind == "payment_approved"), None), "errors": {},
    }  # fmt: skip
    return await page(request, "pet_owner/appointment.html", status=status, **(context | more))


@routes.post("/{appointment_id}/pay", auth=PetOwner, transaction=False)
async def pay(request: web.Request, appointment_id: UUID) -> web.Response:
    """Off to the provider's page; it comes back to this appointment."""
    here = f"/appointments/{appointment_id}"
    gateways = request.app[GATEWAYS]
    try:
        attempt = await charges.charge(
            request.app[DATABASE], gateways, request[ACTOR], appointment_id, next(iter(gateways), ""),
            f"{request.app[SETTINGS].public_url}{here}?paid=1",
        )  # fmt: skip
    except NotFound:
        raise
    except DomainError as error:
        return await _refused(request, appointment_id, error)
    return redirect(local(request, attempt.redirect_url) if attempt.redirect_url else f"{here}?paid=1")


async def _refused(request: web.Request, appointment_id: UUID, error: DomainError) -> web.Response:
    """The page as it is now, with what stood in the way; nothing was changed."""
    failed: forms.Form[ChangeStatus] = forms.Form(None, {})
    failed.reject(error)
    async with request.app[DATABASE].begin(Scope.pet_owner(request[ACTOR].person)) as session:
        request[SESSION] = session
        return await _show(request, await _story(request, appointment_id), status=error.status, errors=failed.errors)


@routes.get("/{appointment_id}/cancel", auth=PetOwner)
async def ask_cancel(request: web.Request, appointment_id: UUID) -> web.Response:
    """What cancelling means, before it is done."""
    story = await _story(request, appointment_id)
    if not story.can_cancel:
        return redirect(f"/appointments/{appointment_id}")
    return await page(request, "pet_owner/cancel.html", story=story)


@routes.post("/{appointment_id}/cancel", auth=PetOwner, transaction=False)
async def cancel(request: web.Request, appointment_id: UUID) -> web.Response:
    """End it before it begins."""
    form = await forms.read(request, ChangeStatus, status="cancelled")
    try:
        if form.value is not None:
            async with request.app[DATABASE].begin(Scope.pet_owner(request[ACTOR].person)) as session:
                await appointments.change_status(session, request[ACTOR], appointment_id, form.value)
    except NotFound:
        raise
    except DomainError as error:
        return await _refused(request, appointment_id, error)
    return redirect(f"/appointments/{appointment_id}")


@routes.post("/{appointment_id}/confirm", auth=PetOwner, transaction=False)
async def confirm(request: web.Request, appointment_id: UUID) -> web.Response:
    """Yes, it took place as agreed."""
    try:
        async with request.app[DATABASE].begin(Scope.pet_owner(request[ACTOR].person)) as session:
            await confirmations.confirm(session, request[ACTOR], appointment_id)
    except NotFound:
        raise
    except DomainError as error:
        return await _refused(request, appointment_id, error)
    return redirect(f"/appointments/{appointment_id}")


@routes.get("/{appointment_id}/problem", auth=PetOwner)
async def problem(request: web.Request, appointment_id: UUID) -> web.Response:
    """Something went wrong: how to reach us, and until when."""
    story = await _story(request, appointment_id)
    return await page(request, "pet_owner/problem.html", story=story, contact=request.app[SETTINGS].mail_from)


@routes.get("/{appointment_id}/calendar.ics", auth=PetOwner)
async def calendar(request: web.Request, appointment_id: UUID) -> web.Response:
    """The appointment as a file for one's own calendar."""
    actor, settings = request[ACTOR], request.app[SETTINGS]
    await appointments.get(request[SESSION], actor, appointment_id)
    _, found = await facts.of(request[SESSION], appointment_id)
    file = invitation.attach(
        words.Reader(actor.name, actor.time_zone), facts.for_side(found, "pet_owner"), method="PUBLISH", recipient="",
        sender=settings.mail_from, site=settings.public_url,
    )  # fmt: skip
    return web.Response(
        body=file.content, content_type="text/calendar", charset="utf-8",
        headers={"Content-Disposition": f'attachment; filename="lazo-{found["reference"]}.ics"'},
    )  # fmt: skip
