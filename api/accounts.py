"""Signing up, in and out."""

from aiohttp import web

from domain.accounts import sessions, users
from domain.accounts.errors import EmailTaken, WrongCredentials
from domain.accounts.models import User
from domain.accounts.schemas import LogIn, Register, UserOut
from domain.practitioners import context
from kit.actor import Actor
from kit.db import Scope
from kit.http import sign_in
from kit.http.keys import ACTOR, DATABASE, SETTINGS
from kit.http.policy import Public, SignedIn
from kit.http.routes import Routes

routes = Routes("auth", prefix="/api/v1/auth")


def _out(user: User, actor: Actor) -> UserOut:
    return UserOut(
        id=user.id, name=user.name, email=user.email, role=actor.role, locale=user.locale, time_zone=user.time_zone,
        country=user.country,
    )  # fmt: skip


async def _signed_in(request: web.Request, email: str, password: str) -> UserOut:
    async with request.app[DATABASE].begin(Scope.system()) as session:
        user = await users.check_password(session, email, password)
        issued = await sessions.start(
            session, sessions.TokenPolicy.of(request.app[SETTINGS]), user,
            user_agent=request.headers.get("User-Agent", ""), ip=request.remote or "",
        )  # fmt: skip
        out = _out(user, await context.actor_for(session, user, issued.session_id))
    sign_in.remember(request, issued.session_id, issued.access, issued.refresh)
    return out


@routes.post("/register", auth=Public, status=201, transaction=False, problems=(EmailTaken,))
async def register(request: web.Request, body: Register) -> UserOut:
    """Sign up as a pet owner and be signed in; sets the session and csrf cookies."""
    async with request.app[DATABASE].begin(Scope.system()) as session:
        await users.register(session, body)
    return await _signed_in(request, body.email, body.password)


@routes.post("/login", auth=Public, transaction=False, csrf="exempt", problems=(WrongCredentials,))
async def login(request: web.Request, body: LogIn) -> UserOut:
    """Sign in; sets the session cookies and the csrf cookie, whose value unsafe calls send as X-CSRF-Token."""
    return await _signed_in(request, body.email, body.password)


@routes.post("/logout", auth=SignedIn, transaction=False)
async def logout(request: web.Request) -> None:
    """End this session, on the server too."""
    session_id = request[ACTOR].session_id
    async with request.app[DATABASE].begin(Scope.system()) as session:
        if session_id is not None:
            await sessions.revoke(session, session_id, "logout")
    sign_in.forget(request)


@routes.get("/me", auth=SignedIn, transaction=False)
async def me(request: web.Request) -> UserOut:
    """The signed-in person."""
    async with request.app[DATABASE].begin(Scope.system()) as session:
        return _out(await users.get(session, request[ACTOR].person), request[ACTOR])
