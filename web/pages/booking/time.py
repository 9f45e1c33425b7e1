"""Step three: a free time, live."""

from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from aiohttp import web

from domain.booking import drafts
from domain.booking.errors import SlotTaken
from domain.booking.schemas import ChosenTime
from kit import zones
from kit.http import forms
from kit.http.keys import ACTOR, SESSION, SETTINGS
from kit.http.policy import PetOwner
from kit.http.routes import Routes
from kit.i18n import gettext
from web import booker, live
from web.pages.booking import steps

routes = Routes("booking")


def alternatives(refusal: SlotTaken) -> list[datetime]:
    """The nearest free times that a refusal names."""
    return [datetime.fromisoformat(one["starts_at"]) for one in refusal.extra["alternatives"]]


async def _show(request: web.Request, view: steps.View, status: int = 200, **context: Any) -> web.Response:
    wanted = booker.read_day(request.query.get("date", ""))
    if wanted is None and view.draft.starts_at is not None:
        wanted = zones.local_day(view.zone, view.draft.starts_at)

    def url(day: date) -> str:
        return f"{view.url('time')}?{urlencode({'date': day.isoformat()})}#times"

    times = await booker.load(
        request[SESSION], view.vet.id, view.service.duration_minutes, zone=view.zone, vet_zone=view.vet.timezone,
        wanted=wanted, url=url,
    )  # fmt: skip
    return await steps.page(
        request, view, "time", status=status, times=times, live_url=request.app[SETTINGS].signaling_url,
        live_ticket=live.ticket(request, [f"provider:{view.vet.id}"]), **({"errors": {}, "nearest": []} | context),
    )  # fmt: skip


@routes.get("/book/{draft_id}/time", auth=PetOwner)
async def show(request: web.Request, draft_id: UUID) -> web.Response:
    """The strip of days and the times of one."""
    return await _show(request, await steps.load(request, request[SESSION], draft_id))


@routes.post("/book/{draft_id}/time", auth=PetOwner)
async def choose(request: web.Request, draft_id: UUID) -> web.Response:
    """Keep the time and go on; one that is gone says so, with the three nearest."""
    view = await steps.load(request, request[SESSION], draft_id)
    form = await forms.read(request, ChosenTime)
    if form.value is None:
        return await _show(request, view, 422, errors=form.errors)
    try:
        await drafts.choose_time(request[SESSION], request[ACTOR], view.draft, form.value.starts_at)
    except SlotTaken as refusal:
        errors = {"": gettext(refusal.title)}
        return await _show(request, view, 409, errors=errors, nearest=alternatives(refusal))
    return steps.onward(view)
