"""Who sends this request: the access token's session, renewed by the refresh token when it has run out.

Renewal happens here, once, for pages and API calls alike: a page that was open overnight goes on without a word.
"""

from functools import partial

from aiohttp import web

from domain.accounts import sessions
from domain.practitioners import context
from kit.actor import Actor
from kit.db import Scope
from kit.http import cookies
from kit.http.keys import COOKIES_TO_SET, DATABASE, SETTINGS


async def authenticate(request: web.Request) -> Actor:
    """The actor of a request; anonymous for anybody without a living session."""
    settings = request.app[SETTINGS]
    policy = sessions.TokenPolicy.of(settings)
    access = request.cookies.get(cookies.name(settings, "access"), "")
    refresh = request.cookies.get(cookies.name(settings, "refresh"), "")
    if not access and not refresh:
        return Actor.anonymous()
    session_id = sessions.session_of(policy, access) if access else None
    async with request.app[DATABASE].begin(Scope.system()) as session:
        if session_id is None and refresh:
            issued = await sessions.refresh(session, policy, refresh)
            if issued is not None:
                session_id = issued.session_id
                request[COOKIES_TO_SET].append(
                    partial(
                        cookies.set_session, settings=settings, session_id=issued.session_id, access=issued.access,
                        refresh=issued.refresh,
                    )
                )  # fmt: skip
        if session_id is None or (found := await sessions.alive(session, session_id)) is None:
            return Actor.anonymous()
        return await context.actor_for(session, found[1], session_id)
