"""One-click personas: demo mode and loopback only."""

from ipaddress import ip_address

from aiohttp import web

from domain.accounts import users
from kit.db import Scope
from kit.errors import NotFound
from kit.http.keys import DATABASE
from kit.http.policy import Public
from kit.http.routes import Routes
from web.pages.public.account import start_session
from web.responses import PANELS, redirect, safe_next

routes = Routes("dev", prefix="/dev")


def only_from_here(request: web.Request) -> None:
    """Raise NotFound for anybody who is not on this machine."""
    try:
        is_here = ip_address(request.remote or "").is_loopback
    except ValueError:
        is_here = False
    if not is_here:
        raise NotFound


@routes.get("/login/{handle}", auth=Public, transaction=False)
async def log_in(request: web.Request, handle: str) -> web.Response:
    """Sign in as a demo persona and go to their panel, or to ``next``."""
    only_from_here(request)
    async with request.app[DATABASE].begin(Scope.system()) as session:
        user = await users.by_handle(session, handle)
    actor = await start_session(request, user)
    return redirect(safe_next(request.query.get("next"), PANELS[actor.role]))
