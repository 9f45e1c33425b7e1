"""Answers of the web face: a rendered page, a redirect after a form, the page of a refusal."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlsplit

from aiohttp import web

from kit import i18n
from kit.actor import CLINIC_ROLES, Actor, Role
from kit.errors import DomainError, Unauthenticated
from kit.http import csrf
from kit.http.keys import ACTOR, LOCALE, REQUEST_ID, SETTINGS, TEMPLATES
from kit.http.problems import status_and_code

PANELS = {Role.PET_OWNER: "/home", Role.ADMIN: "/admin"} | dict.fromkeys(CLINIC_ROLES, "/vet")


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who looks at the page."""

    name: str
    role: str
    panel: str
    locale: str
    time_zone: str
    is_vet: bool


def viewer(actor: Actor) -> Viewer | None:
    """The viewer of a page; None for a visitor."""
    if not actor.is_signed_in:
        return None
    return Viewer(actor.name, actor.role, PANELS[actor.role], actor.locale, actor.time_zone, actor.practitioner_id is not None)


async def page(request: web.Request, template: str, *, status: int = 200, **context: Any) -> web.Response:
    """Render ``template`` for whoever asks."""
    actor = request[ACTOR]
    settings = request.app[SETTINGS]
    token = csrf.token_for(settings.secret_key, actor.session_id) if actor.session_id else ""
    common = {
        "viewer": viewer(actor), "locale": request[LOCALE], "dir": i18n.direction(request[LOCALE]),
        "theme": request.cookies.get("theme", ""), "path": request.path_qs, "csrf_token": token,
    }  # fmt: skip
    text = request.app[TEMPLATES].get_template(template).render(**common | context)
    return web.Response(text=text, status=status, content_type="text/html")


def redirect(location: str) -> web.Response:
    """See the other page (303): after a form was accepted, so that reloading sends nothing twice."""
    return web.Response(status=303, headers={"Location": location})


def local(request: web.Request, address: str) -> str:
    """An absolute address of our own without its origin, so that it holds under every name of this machine.

    A form may only lead to our own origin (``form-action``), which is the one the reader uses.
    """
    return address.removeprefix(request.app[SETTINGS].public_url.rstrip("/")) or "/"


def safe_next(target: str | None, default: str) -> str:
    """A path of our own to go on to; anything that leads elsewhere is ``default``."""
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")) or "\\" in target:
        return default
    parts = urlsplit(target)
    if parts.scheme or parts.netloc or any(ord(c) < 32 for c in target):
        return default
    return target


async def error_page(request: web.Request, error: DomainError) -> web.StreamResponse:
    """The page of a refusal; somebody who only has to sign in is led there and back."""
    status, code = status_and_code(error)
    if isinstance(error, Unauthenticated):
        here = quote(request.path_qs if request.method == "GET" else request.path, safe="/?=&")
        return redirect(f"/signin?next={quote(here, safe='')}")
    return await page(
        request, "public/error.html", status=status, code=code, error_status=status, words=i18n.gettext(error.title),
        detail=i18n.gettext(error.detail) if error.detail else "", reference=request[REQUEST_ID],
    )  # fmt: skip
