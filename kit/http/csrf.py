"""Two proofs that an unsafe request with cookies comes from our own pages (OWASP ASVS 5.0 3.5).

First the browser's word (``Sec-Fetch-Site``, or ``Origin`` where it is missing), then a token bound to the session,
sent as ``X-CSRF-Token`` or as the form field ``csrf_token``. A caller without a session has no token to show.
"""

import hashlib
import hmac
from uuid import UUID

from aiohttp import web

from kit.errors import Forbidden
from kit.http.keys import ACTOR, SETTINGS
from kit.i18n import N_

HEADER = "X-CSRF-Token"
FIELD = "csrf_token"
FORMS = frozenset({"application/x-www-form-urlencoded", "multipart/form-data"})


class CrossSiteRefused(Forbidden):
    """The request does not come from our own pages."""

    code = "cross_site_refused"
    title = N_("This page is out of date. Reload it and try again")


def token_for(secret: bytes, session_id: UUID) -> str:
    """The token of one session."""
    return hmac.digest(secret, b"csrf:" + session_id.bytes, hashlib.sha256).hex()


def check_origin(request: web.Request) -> None:
    """The browser's word; raises CrossSiteRefused."""
    settings = request.app[SETTINGS]
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        if site not in ("same-origin", "none"):
            raise CrossSiteRefused
    elif (origin := request.headers.get("Origin")) is not None and origin not in (
        settings.public_url,
        f"{request.scheme}://{request.host}",
    ):
        raise CrossSiteRefused


async def check_token(request: web.Request) -> None:
    """The token, from the header or the field of a plain form; raises CrossSiteRefused."""
    shown = request.headers.get(HEADER, "")
    if not shown and request.content_type == "application/x-www-form-urlencoded":
        shown = str((await request.post()).get(FIELD, ""))
    prove(request, shown)


def prove(request: web.Request, shown: str) -> None:
    """Raise CrossSiteRefused unless ``shown`` is the token of the caller's session, if they have one."""
    session_id = request[ACTOR].session_id
    if session_id is None:
        return
    if not hmac.compare_digest(shown.encode(), token_for(request.app[SETTINGS].secret_key, session_id).encode()):
        raise CrossSiteRefused
