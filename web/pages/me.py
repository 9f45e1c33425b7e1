"""One's own data: name, phone, language, zone, theme; and the way out."""

from collections.abc import Mapping

from aiohttp import web

from domain.accounts import users
from domain.accounts.schemas import EditPerson
from kit.actor import CLINIC_ROLES, Role
from kit.db import Scope
from kit.errors import DomainError
from kit.http import forms
from kit.http.keys import ACTOR, DATABASE
from kit.http.policy import SignedIn
from kit.http.routes import Routes
from web import regions
from web.responses import page, redirect

routes = Routes("me", prefix="/me")
LAYOUTS = {Role.ADMIN: "layouts/admin.html"} | dict.fromkeys(CLINIC_ROLES, "layouts/vet.html")


@routes.get("", auth=SignedIn, transaction=False)
async def show(request: web.Request) -> web.Response:
    """What we know of the person."""
    async with request.app[DATABASE].begin(Scope.system()) as session:
        user = await users.get(session, request[ACTOR].person)
    values = {"name": user.name, "phone": user.phone, "time_zone": user.time_zone}
    return await _page(request, values, user.email, {}, saved=request.query.get("saved") == "1")


@routes.post("", auth=SignedIn, transaction=False)
async def save(request: web.Request) -> web.Response:
    """Change it."""
    form = await forms.read(request, EditPerson)
    try:
        async with request.app[DATABASE].begin(Scope.system()) as session:
            user = await users.get(session, request[ACTOR].person)
            if form.value is not None:
                await users.edit(session, user.id, form.value)
                return redirect("/me?saved=1")
    except DomainError as error:
        form.reject(error)
    return await _page(request, form.typed, user.email, form.errors, status=422)


async def _page(
    request: web.Request, values: Mapping[str, object], email: str, errors: dict[str, str], *, status: int = 200,
    saved: bool = False,
) -> web.Response:  # fmt: skip
    layout = LAYOUTS.get(request[ACTOR].role, "layouts/pet_owner.html")
    return await page(
        request, "me.html", status=status, layout=layout, values=values, email=email, errors=errors, saved=saved,
        zones=regions.zones(),
    )  # fmt: skip
