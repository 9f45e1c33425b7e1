"""The pages: every table of routes, and the static files."""

from pathlib import Path

from aiohttp import web
from aiohttp.typedefs import Handler

from kit.http.keys import REDIS
from kit.http.policy import Public
from kit.http.routes import Routes
from kit.settings import Settings
from web.pages import live, me, panels, records, room
from web.pages.booking import pay, pet, reason, start, time
from web.pages.dev import clock, components, hub, login, mail, sandbox, try_it
from web.pages.pet_owner import appointments, pets, reviews
from web.pages.pet_owner import home as my_home
from web.pages.public import account, api_docs, home, search, vets

STATIC = Path(__file__).parent / "static"
PAGES = (
    account.routes, api_docs.routes, home.routes, search.routes, vets.routes,
    start.routes, pet.routes, reason.routes, time.routes, pay.routes,
    me.routes, live.routes, room.routes, records.routes,
    my_home.routes, pets.routes, reviews.routes, appointments.routes, *panels.VET, *panels.ADMIN,
)  # fmt: skip
DEMO_PAGES = (hub.routes, mail.routes, login.routes, clock.routes, components.routes, sandbox.routes, try_it.routes)
A_YEAR = "public, max-age=31536000, immutable"

health = Routes("health")


@health.get("/healthz", auth=Public)
async def healthz(request: web.Request) -> web.Response:
    """200 while the database answers; says whether Valkey does."""
    try:
        await request.app[REDIS].ping()
        live = "ok"
    except OSError:
        live = "degraded"
    return web.json_response({"status": "ok", "live": live})


def tables(settings: Settings) -> tuple[Routes, ...]:
    """What is mounted: /dev and /try only in demo mode."""
    return (health, *PAGES, *(DEMO_PAGES if settings.is_demo else ()))


def add_static(app: web.Application) -> None:
    """Built files under names that carry their content: cached for ever."""
    STATIC.mkdir(exist_ok=True)
    app.router.add_static("/static", STATIC, append_version=False)
    app.middlewares.append(_cache_static)


@web.middleware
async def _cache_static(request: web.Request, handler: Handler) -> web.StreamResponse:
    response = await handler(request)
    if request.path.startswith("/static/dist/"):
        response.headers["Cache-Control"] = A_YEAR
    return response
