"""/try: the whole promise in two minutes, without an account. Demo mode and loopback only."""

import json

from aiohttp import web

from domain.demonstration import visits
from kit import tickets, zones
from kit.errors import DomainError
from kit.http.keys import ACTOR, DATABASE, GATEWAYS, LOCALE, REDIS, SETTINGS
from kit.http.policy import Public
from kit.http.routes import Routes
from kit.i18n import gettext as _
from web.pages.dev.login import only_from_here
from web.pages.public.account import start_session
from web.responses import page, redirect

routes = Routes("try")
# The list that the media process answers; the two sides share nothing but its name and the shape of one message.
CALLS = "lazo:media:calls"
TICKET_SECONDS = 60


@routes.get("/try", auth=Public, transaction=False)
async def show(request: web.Request) -> web.Response:
    """What will happen, and one button."""
    only_from_here(request)
    return await page(request, "public/try.html", refusal="")


@routes.post("/try", auth=Public, transaction=False)
async def begin(request: web.Request) -> web.Response:
    """Make the visit, ask the demo vet in, and go to the room as its pet owner."""
    only_from_here(request)
    settings = request.app[SETTINGS]
    zone = str((await request.post()).get("time_zone", ""))
    try:
        visit = await visits.prepare(
            request.app[DATABASE], request.app[GATEWAYS]["sandbox"], settings.public_url, locale=request[LOCALE],
            zone=zone if zones.is_zone(zone) else "",
        )
    except DomainError as error:
        return await page(request, "public/try.html", status=error.status, refusal=_(error.detail or error.title))
    request[ACTOR] = await start_session(request, visit.visitor)
    await request.app[REDIS].rpush(CALLS, json.dumps(visit.call | {"ticket": _vets_ticket(request, visit.call)}))
    return redirect(f"/room/{visit.consultation.id}")


def _vets_ticket(request: web.Request, call: dict[str, str]) -> str:
    claims = {name: call[name] for name in ("room", "consultation", "user", "name", "locale")}
    key = request.app[SETTINGS].secret_key
    return tickets.sign(key, "room", claims | {"role": "practitioner"}, ttl_seconds=TICKET_SECONDS)
