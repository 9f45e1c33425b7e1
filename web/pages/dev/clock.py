"""Moving the business clock: demo mode and loopback only."""

from datetime import datetime, timedelta

from aiohttp import web
from pydantic import BaseModel, ConfigDict

from domain.directory import offers
from kit import clock, timeshift
from kit.db import Scope
from kit.http import forms
from kit.http.keys import DATABASE
from kit.http.policy import Public
from kit.http.routes import Routes
from kit.i18n import N_
from web.pages.dev.login import only_from_here
from web.responses import page, redirect

routes = Routes("dev", prefix="/dev")
STEPS = (
    ("PT10M", N_("10 minutes")), ("PT1H", N_("1 hour")), ("PT24H", N_("24 hours")), ("P2D", N_("2 days")),
    ("P7D", N_("a week")), ("-PT1H", N_("back 1 hour")),
)  # fmt: skip
ZONES = ("America/Argentina/Buenos_Aires", "America/Guayaquil", "Asia/Amman", "Asia/Manila")


class Advance(BaseModel):
    """An ISO 8601 duration, such as ``PT24H``; a negative one moves back."""

    model_config = ConfigDict(extra="forbid")

    advance: timedelta


class Now(BaseModel):
    """The business instant."""

    now: datetime


@routes.get("/clock", auth=Public)
async def read(request: web.Request) -> web.Response:
    """What time it is for the business: a page with buttons for people, JSON for scripts."""
    only_from_here(request)
    if "text/html" not in request.headers.get("Accept", ""):
        return web.json_response(Now(now=clock.now()).model_dump(mode="json"))
    shift = clock.now() - clock.wall()
    return await page(request, "dev/clock.html", steps=STEPS, zones=ZONES, is_moved=abs(shift.total_seconds()) > 1)


@routes.post("/clock", auth=Public, transaction=False, csrf="exempt")
async def advance(request: web.Request, body: Advance) -> Now:
    """Move the clock for every process; what comes due is done by the scheduler at once."""
    only_from_here(request)
    await _move(request, body.advance)
    return Now(now=clock.now())


@routes.post("/clock/move", auth=Public, transaction=False)
async def move(request: web.Request) -> web.Response:
    """The same, from the page's buttons."""
    only_from_here(request)
    form = await forms.read(request, Advance)
    if form.value is not None:
        await _move(request, form.value.advance)
    return redirect("/dev/clock")


async def _move(request: web.Request, by: timedelta) -> None:
    async with request.app[DATABASE].begin(Scope.system()) as session:
        await timeshift.advance(session, int(by.total_seconds()))
        while await offers.refresh_stale(session):
            pass
