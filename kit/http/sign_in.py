"""Handing a fresh session to the browser, whichever face it signed in through."""

from functools import partial
from uuid import UUID

from aiohttp import web

from kit.http import cookies
from kit.http.keys import COOKIES_TO_SET, SETTINGS


def remember(request: web.Request, session_id: UUID, access: str, refresh: str) -> None:
    """The answer to this request sets the cookies of the session."""
    request[COOKIES_TO_SET].append(
        partial(
            cookies.set_session, settings=request.app[SETTINGS], session_id=session_id, access=access, refresh=refresh
        )
    )


def forget(request: web.Request) -> None:
    """The answer to this request clears them."""
    request[COOKIES_TO_SET].append(partial(cookies.clear_session, settings=request.app[SETTINGS]))
