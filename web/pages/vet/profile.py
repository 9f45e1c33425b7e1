"""The words of a vet's public page, the licence as we have it, and the plan."""

from typing import Annotated, Any

from aiohttp import web
from pydantic import StringConstraints

from domain.accounts.schemas import Input
from domain.catalog import words
from domain.practitioners import schedules
from domain.practitioners.schemas import EditProfile
from domain.subscriptions import plans
from kit import clock
from kit.errors import NotFound
from kit.http import forms
from kit.http.keys import ACTOR, LOCALE, SESSION
from kit.http.policy import Practitioner
from kit.http.routes import Routes
from web.pages.vet import desk
from web.responses import redirect

routes = Routes("vet_profile", prefix="/vet/profile")


class SwitchPlan(Input):
    """The plan from now on."""

    plan: Annotated[str, StringConstraints(pattern=r"^[a-z]{2,20}$")]


@routes.get("", auth=Practitioner)
async def show(request: web.Request) -> web.Response:
    """What stands."""
    return await _page(request, None)


async def _page(request: web.Request, form: forms.Form[Any] | None) -> web.Response:
    session, actor = request[SESSION], request[ACTOR]
    vet = await schedules.mine(session, actor)
    fields = dict(await words.specialties(session, request[LOCALE]))
    kinds = dict(await words.species(session, request[LOCALE]))
    return await desk.page(
        request, "vet/profile.html", status=422 if form else 200, errors=form.errors if form else {}, vet=vet,
        values=form.typed if form else {"headline": vet.headline, "bio": vet.bio},
        licences=await schedules.licences(session, vet), plans=await plans.offered(session),
        current=await plans.active_plan(session, actor.person, clock.now()), locale_words=words.word,
        fields=[fields.get(code, code) for code in vet.specialties], kinds=[kinds.get(code, code) for code in vet.species],
    )  # fmt: skip


@routes.post("", auth=Practitioner)
async def save(request: web.Request) -> web.Response:
    """Change the public words."""
    form = await forms.read(request, EditProfile)
    if form.value is None:
        return await _page(request, form)
    await schedules.edit_profile(request[SESSION], request[ACTOR], form.value)
    return redirect("/vet/profile?done=saved")


@routes.post("/plan", auth=Practitioner)
async def switch(request: web.Request) -> web.Response:
    """Be on another plan; consultations that have begun keep their rate."""
    await schedules.mine(request[SESSION], request[ACTOR])
    form = await forms.read(request, SwitchPlan)
    if form.value is None:
        raise NotFound
    await plans.switch(request[SESSION], request[ACTOR].person, form.value.plan)
    return redirect("/vet/profile?done=plan#plan")
