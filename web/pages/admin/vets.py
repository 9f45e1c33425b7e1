"""Vets: who waits to be approved, with the licence's facts side by side; the decision, with its reason."""

from typing import Any, Literal
from uuid import UUID

from aiohttp import web
from pydantic import BaseModel

from domain.catalog import words
from domain.practitioners import vetting
from domain.practitioners.vetting import DecideVet
from kit.errors import DomainError
from kit.http import forms
from kit.http.keys import ACTOR, LOCALE, SESSION
from kit.http.policy import Admin
from kit.http.routes import Routes
from web.pages.admin import desk
from web.responses import redirect

routes = Routes("admin_vets", prefix="/admin/vets")


class VetQuery(BaseModel):
    """Which vets."""

    state: Literal["pending", "approved", "suspended", "rejected"] = "pending"


@routes.get("", auth=Admin)
async def show(request: web.Request, query: VetQuery) -> web.Response:
    """Vets in one state, the longest waiting first."""
    return await _page(request, query.state)


async def _page(
    request: web.Request, state: str, *, open_id: UUID | None = None, form: forms.Form[Any] | None = None
) -> web.Response:
    session = request[SESSION]
    return await desk.page(
        request, "admin/vets.html", status=422 if form else 200, state=state, open_id=open_id,
        vets=await vetting.queue(session, state), errors=form.errors if form else {},
        reason=form.typed.get("reason", "") if form else "", zone=request[ACTOR].time_zone,
        allowed=sorted(vetting.ALLOWED[vetting.P(state)]), fields=dict(await words.specialties(session, request[LOCALE])),
        kinds=dict(await words.species(session, request[LOCALE])),
    )  # fmt: skip


@routes.post("/{practitioner_id}", auth=Admin)
async def decide(request: web.Request, practitioner_id: UUID) -> web.Response:
    """Approve, reject or suspend."""
    form = await forms.read(request, DecideVet)
    if form.value is not None:
        try:
            await vetting.decide(request[SESSION], request[ACTOR], practitioner_id, form.value)
            return redirect("/admin/vets?done=decided")
        except DomainError as error:
            form.reject(error)
            await request[SESSION].rollback()
    state = VetQuery.model_validate({"state": request.query.get("from", "pending")}).state
    return await _page(request, state, open_id=practitioner_id, form=form)
