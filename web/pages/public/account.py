"""Signing in, up and out; language and theme."""

from typing import Annotated, Literal

from aiohttp import web
from pydantic import StringConstraints

from domain.accounts import sessions, users
from domain.accounts.models import User
from domain.accounts.schemas import Input, Locale, LogIn, Preferences, Register
from domain.practitioners import context
from kit.actor import Actor
from kit.db import Scope
from kit.errors import DomainError
from kit.http import forms, sign_in
from kit.http.keys import ACTOR, DATABASE, LOCALE, SETTINGS
from kit.http.policy import Public, SignedIn
from kit.http.routes import Routes
from web import regions, visitor
from web.responses import PANELS, page, redirect, safe_next

routes = Routes("account")
A_YEAR = 31_536_000


class Preference(Input):
    """One press of the footer's strips."""

    locale: Locale | None = None
    theme: Literal["light", "dark", "system"] | None = None
    next: Annotated[str, StringConstraints(max_length=2000)] = "/"


async def start_session(request: web.Request, user: User) -> Actor:
    """Sign ``user`` in on this device."""
    async with request.app[DATABASE].begin(Scope.system()) as session:
        issued = await sessions.start(
            session, sessions.TokenPolicy.of(request.app[SETTINGS]), user,
            user_agent=request.headers.get("User-Agent", ""), ip=request.remote or "",
        )  # fmt: skip
        actor = await context.actor_for(session, user, issued.session_id)
    sign_in.remember(request, issued.session_id, issued.access, issued.refresh)
    return actor


@routes.get("/signin", auth=Public, transaction=False)
async def show_sign_in(request: web.Request) -> web.Response:
    """The door."""
    target = safe_next(request.query.get("next"), "")
    if request[ACTOR].is_signed_in:
        return redirect(target or PANELS[request[ACTOR].role])
    return await page(request, "public/signin.html", values={}, errors={}, next=target)


@routes.post("/signin", auth=Public, transaction=False)
async def do_sign_in(request: web.Request) -> web.Response:
    """Through the door, and on to where one was going."""
    form = await forms.read(request, LogIn)
    target = safe_next(str(form.typed.get("next", "")), "")
    if form.value is not None:
        try:
            async with request.app[DATABASE].begin(Scope.system()) as session:
                user = await users.check_password(session, form.value.email, form.value.password)
            actor = await start_session(request, user)
            return redirect(target or PANELS[actor.role])
        except DomainError as error:
            form.reject(error)
    values = {"email": form.typed.get("email", "")}
    return await page(request, "public/signin.html", status=422, values=values, errors=form.errors, next=target)


@routes.get("/signup", auth=Public, transaction=False)
async def show_sign_up(request: web.Request) -> web.Response:
    """A new pet owner."""
    target, who = safe_next(request.query.get("next"), ""), visitor.of(request)
    return await page(
        request, "public/signup.html", values={"country": who.country, "time_zone": who.time_zone}, errors={},
        next=target, countries=regions.countries(), zones=regions.zones(also=who.time_zone),
    )  # fmt: skip


@routes.post("/signup", auth=Public, transaction=False)
async def do_sign_up(request: web.Request) -> web.Response:
    """Sign up, be signed in, go on."""
    form = await forms.read(request, Register, locale=request[LOCALE])
    target = safe_next(str(form.typed.get("next", "")), "/home")
    if form.value is not None:
        try:
            async with request.app[DATABASE].begin(Scope.system()) as session:
                user = await users.register(session, form.value)
            await start_session(request, user)
            return redirect(target)
        except DomainError as error:
            form.reject(error)
    typed = {name: value for name, value in form.typed.items() if name != "password"}
    return await page(
        request, "public/signup.html", status=422, values=typed, errors=form.errors, next=target,
        countries=regions.countries(), zones=regions.zones(also=visitor.of(request).time_zone),
    )  # fmt: skip


@routes.post("/signout", auth=SignedIn, transaction=False)
async def sign_out(request: web.Request) -> web.Response:
    """End this session on the server, forget it in the browser."""
    session_id = request[ACTOR].session_id
    async with request.app[DATABASE].begin(Scope.system()) as session:
        if session_id is not None:
            await sessions.revoke(session, session_id, "logout")
    sign_in.forget(request)
    return redirect("/")


@routes.post("/preferences", auth=Public, transaction=False)
async def prefer(request: web.Request) -> web.Response:
    """Another language or theme, kept in a cookie, and with the account of who is signed in."""
    form = await forms.read(request, Preference)
    response = redirect(safe_next(str(form.typed.get("next", "")), "/"))
    chosen = form.value
    if chosen is None:
        return response
    if chosen.locale is not None:
        response.set_cookie("locale", chosen.locale, max_age=A_YEAR, samesite="Lax", httponly=True)
        if request[ACTOR].is_signed_in:
            async with request.app[DATABASE].begin(Scope.system()) as session:
                await users.prefer(session, request[ACTOR].person, Preferences(locale=chosen.locale))
    if chosen.theme is not None:
        theme = "" if chosen.theme == "system" else chosen.theme
        response.set_cookie("theme", theme, max_age=A_YEAR, samesite="Lax", httponly=True)
    return response
