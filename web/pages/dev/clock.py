"""Moving the business clock: demo mode and loopback only."""

from datetime import datetime, timedelta

from aiohttp import web
from pydantic import BaseModel, ConfigDict

from domain.directory import offers
from kit import clock, timeshift
from kit.db import Scope
from kit.http.keys import DATABASE
from kit.http.policy import Public
from kit.http.routes import Routes
from web.pages.dev.login import only_from_here

routes = Routes("dev", prefix="/dev")


class Advance(BaseModel):
    """An ISO 8601 duration, such as ``PT24H``; a negative one moves back."""

    model_config = ConfigDict(extra="forbid")

    advance: timedelta


class Now(BaseModel):
    """The business instant."""

    now: datetime


@routes.get("/clock", auth=Public)
async def read(request: web.Request) -> Now:
    """What time it is for the business."""
    only_from_here(request)
    return Now(now=clock.now())


@routes.post("/clock", auth=Public, transaction=False, csrf=False)
async def advance(request: web.Request, body: Advance) -> Now:
    """Move the clock for every process; what comes due is done by the scheduler at once."""
    only_from_here(request)
    async with request.app[DATABASE].begin(Scope.system()) as session:
        await timeshift.advance(session, int(body.advance.total_seconds()))
        while await offers.refresh_stale(session):
            pass
    return Now(now=clock.now())
