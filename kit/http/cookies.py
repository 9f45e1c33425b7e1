"""Session cookies: HttpOnly, SameSite=Lax, and on https ``Secure`` with the ``__Host-`` prefix.

Browsers and other clients do not send ``Secure`` cookies over the plain http of a development machine, so there the
names have no prefix.
"""

from uuid import UUID

from aiohttp import web

from kit.http import csrf
from kit.settings import Settings


def name(settings: Settings, short: str) -> str:
    """The cookie's full name (``access``, ``refresh``, ``csrf``) in this installation."""
    return f"__Host-{short}" if settings.secure_cookies else short


def set_session(response: web.StreamResponse, settings: Settings, session_id: UUID, access: str, refresh: str) -> None:
    """Hand a session's tokens to the browser, and the csrf token that goes with them."""
    age = settings.refresh_days * 86_400
    for short, value, hidden in (
        ("access", access, True),
        ("refresh", refresh, True),
        ("csrf", csrf.token_for(settings.secret_key, session_id), False),
    ):
        response.set_cookie(
            name(settings, short), value, max_age=age, httponly=hidden, samesite="Lax", path="/",
            secure=settings.secure_cookies,
        )  # fmt: skip


def clear_session(response: web.StreamResponse, settings: Settings) -> None:
    """Take them back."""
    for short in ("access", "refresh", "csrf"):
        response.del_cookie(name(settings, short), path="/", secure=settings.secure_cookies)
    response.headers["Clear-Site-Data"] = '"cache"'
