"""Any appointment: its story, its money line by line, who was in the room; and rulings. No medical content."""

from typing import Annotated, Any, Literal
from urllib.parse import urlencode
from uuid import UUID

from aiohttp import web
from pydantic import BaseModel, Field, StringConstraints

from domain.accounts import users
from domain.accounts.schemas import Input
from domain.audit import trail
from domain.booking import appointments
from domain.booking.models import AppointmentStatus
from domain.escrow import rulings
from domain.escrow.models import EscrowState
from domain.payouts import oversight
from kit import i18n
from kit.errors import DomainError
from kit.http import forms
from kit.http.keys import ACTOR, SESSION
from kit.http.policy import Admin
from kit.http.routes import Routes
from web import milestones, outlook, timeline
from web.pages.admin import desk
from web.responses import redirect

routes = Routes("admin_appointments", prefix="/admin/appointments")


class SearchQuery(BaseModel):
    """The filters, as they stand in the address."""

    q: Annotated[str, StringConstraints(strip_whitespace=True, max_length=80)] = ""
    status: AppointmentStatus | Literal[""] = ""
    money: EscrowState | Literal[""] = ""
    page: Annotated[int, Field(ge=1, le=10_000)] = 1

    def href(self, **changes: Any) -> str:
        """The same search with other filters, from its first page."""
        values = {"q": self.q, "status": self.status, "money": self.money} | changes
        return "/admin/appointments?" + urlencode({name: str(value) for name, value in values.items() if value})


class Rule(Input):
    """A decision about a hold under review, and why."""

    decision: Literal["release", "refund"]
    reason: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]


@routes.get("", auth=Admin)
async def show_list(request: web.Request, query: SearchQuery) -> web.Response:
    """Find one."""
    found, total = await oversight.search(
        request[SESSION], text=query.q, status=query.status, money_state=query.money, page=query.page
    )
    return await desk.page(
        request, "admin/appointments.html", query=query, found=found, total=total, page_size=oversight.PAGE,
        zone=request[ACTOR].time_zone, statuses=list(AppointmentStatus), money_states=list(EscrowState),
    )  # fmt: skip


@routes.get("/{appointment_id}", auth=Admin)
async def show(request: web.Request, appointment_id: UUID) -> web.Response:
    """One appointment with everything that decides."""
    return await _page(request, appointment_id, None)


async def _page(request: web.Request, appointment_id: UUID, form: forms.Form[Any] | None) -> web.Response:
    session, actor = request[SESSION], request[ACTOR]
    facts = await oversight.facts(session, appointment_id)
    story = await timeline.tell(session, actor, await appointments.get(session, actor, appointment_id))
    acts = await trail.about(
        session, [("appointment", appointment_id)] + ([("escrow", facts.escrow.id)] if facts.escrow else [])
    )
    return await desk.page(
        request, "admin/appointment.html", status=422 if form else 200, errors=form.errors if form else {},
        values=form.typed if form else {}, facts=facts, steps=milestones.steps(story),
        next=outlook.next_sentence(story), zone=actor.time_zone, acts=acts,
        names=await users.names(session, [act.actor_id for act in acts]),
        preview=await rulings.preview(session, appointment_id) if facts.escrow else None,
    )  # fmt: skip


@routes.post("/{appointment_id}/rule", auth=Admin)
async def rule(request: web.Request, appointment_id: UUID) -> web.Response:
    """Release to the vet, or refund to the pet owner."""
    session, actor = request[SESSION], request[ACTOR]
    form = await forms.read(request, Rule)
    if form.value is not None:
        act, done = {"release": (rulings.release, "released"), "refund": (rulings.refund, "refunded")}[form.value.decision]
        try:
            await act(session, actor, appointment_id, form.value.reason)
            return redirect(f"/admin/appointments/{appointment_id}?done={done}")
        except DomainError as error:
            form.reject(error)
            await session.rollback()
    return await _page(request, appointment_id, form)


@routes.post("/{appointment_id}/retry-refund", auth=Admin)
async def retry_refund(request: web.Request, appointment_id: UUID) -> web.Response:
    """Ask the provider once more."""
    try:
        await rulings.retry_refund(request[SESSION], request[ACTOR], appointment_id)
    except DomainError as error:
        await request[SESSION].rollback()
        return await _page(request, appointment_id, forms.Form(None, {}, {"": i18n.gettext(error.title)}))
    return redirect(f"/admin/appointments/{appointment_id}?done=retried")
