"""The vet's appointments: the list, one of them, and what can be done there."""

from typing import Annotated, Any, Literal
from urllib.parse import urlencode
from uuid import UUID

from aiohttp import web
from pydantic import BaseModel, Field, StringConstraints

from domain.accounts.schemas import Input
from domain.booking import agenda, appointments, photos
from domain.booking.models import AppointmentStatus
from domain.booking.schemas import ChangeStatus
from domain.catalog import red_flags
from domain.consultations import waiting
from domain.escrow import confirmations
from kit import i18n
from kit.errors import DomainError
from kit.http import forms
from kit.http.keys import ACTOR, SESSION
from kit.http.policy import Practitioner
from kit.http.routes import Routes
from web import milestones, outlook, timeline
from web.pages.vet import desk
from web.responses import redirect

routes = Routes("vet_appointments", prefix="/vet/appointments")
S = AppointmentStatus
SHOWN = (S.BOOKED, S.IN_PROGRESS, S.AWAITING_CONFIRMATION, S.COMPLETED, S.CANCELLED, S.NO_SHOW)


class ListQuery(BaseModel):
    """The filters, as they stand in the address."""

    when: Literal["today", "upcoming", "past", "all"] = "upcoming"
    status: Literal["", "booked", "in_progress", "awaiting_confirmation", "completed", "cancelled", "no_show"] = ""
    page: Annotated[int, Field(ge=1, le=1000)] = 1

    def href(self, **changes: Any) -> str:
        """The same list with other filters, from its first page."""
        values = {"when": self.when, "status": self.status} | changes
        return "/vet/appointments?" + urlencode({name: value for name, value in values.items() if value})


class Cancel(Input):
    """Cancelling, on the version that was read."""

    version: Annotated[int, Field(ge=1)]
    reason: Annotated[str, StringConstraints(strip_whitespace=True, max_length=60)] = ""


@routes.get("", auth=Practitioner)
async def show_list(request: web.Request, query: ListQuery) -> web.Response:
    """The caller's appointments, filtered."""
    session, actor = request[SESSION], request[ACTOR]
    found = await agenda.of_vet(
        session, actor, actor.time_zone, when=query.when, status=query.status, page=query.page
    )
    return await desk.page(request, "vet/appointments.html", query=query, found=found, zone=actor.time_zone, statuses=SHOWN)


@routes.get("/{appointment_id}", auth=Practitioner)
async def show(request: web.Request, appointment_id: UUID) -> web.Response:
    """One appointment: what happens next, its whole story, and the facts to prepare by."""
    return await _show(request, appointment_id)


async def _show(
    request: web.Request, appointment_id: UUID, errors: dict[str, str] | None = None, status: int = 200
) -> web.Response:
    session, actor = request[SESSION], request[ACTOR]
    entry = await agenda.one(session, actor, appointment_id)
    story = await timeline.tell(session, actor, entry.appointment)
    sitting = [one for one in await waiting.in_room(session, actor) if one.appointment_id == appointment_id]
    return await desk.page(
        request, "vet/appointment.html", status=status, errors=errors or {}, entry=entry, story=story,
        next=outlook.next_sentence(story), steps=milestones.steps(story), money=outlook.money_line(story),
        waits_since=sitting[0].since if sitting else None, zone=actor.time_zone,
        photos=await photos.of(session, appointment_id), triage=_triage(entry),
    )  # fmt: skip


def _triage(entry: agenda.Entry) -> list[tuple[str, bool | None]]:
    """The red-flag questions as they were answered; None for one that was not asked."""
    answers = entry.appointment.triage.get("answers", {})
    questions = red_flags.for_species(entry.pet.species)
    return [(q.text[i18n.current()], answers.get(q.code)) for q in questions] if answers else []


@routes.post("/{appointment_id}/confirm", auth=Practitioner)
async def confirm(request: web.Request, appointment_id: UUID) -> web.Response:
    """The visit took place as agreed."""
    try:
        await confirmations.confirm(request[SESSION], request[ACTOR], appointment_id)
    except DomainError as error:
        return await _refused(request, appointment_id, error)
    return redirect(f"/vet/appointments/{appointment_id}?done=confirmed")


@routes.get("/{appointment_id}/cancel", auth=Practitioner)
async def ask_cancel(request: web.Request, appointment_id: UUID) -> web.Response:
    """What cancelling does, before it is done."""
    return await _cancel_page(request, appointment_id)


async def _cancel_page(
    request: web.Request, appointment_id: UUID, form: forms.Form[Cancel] | None = None
) -> web.Response:
    entry = await agenda.one(request[SESSION], request[ACTOR], appointment_id)
    story = await timeline.tell(request[SESSION], request[ACTOR], entry.appointment)
    return await desk.page(
        request, "vet/cancel.html", status=422 if form else 200, entry=entry, story=story,
        zone=request[ACTOR].time_zone, errors=form.errors if form else {}, values=form.typed if form else {},
    )  # fmt: skip


@routes.post("/{appointment_id}/cancel", auth=Practitioner)
async def cancel(request: web.Request, appointment_id: UUID) -> web.Response:
    """Cancel: the pet owner gets everything back."""
    form = await forms.read(request, Cancel)
    if form.value is None:
        return await _cancel_page(request, appointment_id, form)
    data = ChangeStatus(status=S.CANCELLED, version=form.value.version, reason=form.value.reason)
    await agenda.one(request[SESSION], request[ACTOR], appointment_id)
    try:
        await appointments.change_status(request[SESSION], request[ACTOR], appointment_id, data)
    except DomainError as error:
        return await _refused(request, appointment_id, error)
    return redirect(f"/vet/appointments/{appointment_id}?done=cancelled")


async def _refused(request: web.Request, appointment_id: UUID, error: DomainError) -> web.Response:
    await request[SESSION].rollback()
    words = i18n.gettext(error.detail or error.title)
    return await _show(request, appointment_id, {"": words}, error.status)
