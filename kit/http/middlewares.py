"""What stands around every request, outermost first: its id and log line, problems, headers, who asks, language."""

import time
from uuid import UUID

import structlog
from aiohttp import web
from aiohttp.typedefs import Handler

from kit import i18n, ids
from kit.actor import Actor
from kit.http.keys import ACTOR, AUTHENTICATE, COOKIES_TO_SET, LOCALE, REQUEST_ID, SETTINGS
from kit.settings import Settings

log = structlog.get_logger("access")
QUIET = ("/static/", "/healthz")


@web.middleware
async def request_id(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Give the request an id (or keep a well-formed one), return it, and write one log line."""
    given = request.headers.get("X-Request-Id", "")
    try:
        request[REQUEST_ID] = str(UUID(given))
    except ValueError:
        request[REQUEST_ID] = str(ids.new_id())
    structlog.contextvars.bind_contextvars(request_id=request[REQUEST_ID])
    began = time.perf_counter()
    response = await handler(request)
    if not response.prepared:
        response.headers["X-Request-Id"] = request[REQUEST_ID]
    if not request.path.startswith(QUIET):
        log.info(
            "request", method=request.method, path=request.path, status=response.status,
            ms=round((time.perf_counter() - began) * 1000, 1),
        )  # fmt: skip
    structlog.contextvars.clear_contextvars()
    return response


def content_security_policy(settings: Settings, *, frames: str = "'none'") -> str:
    """What a page of ours may load, and from where; ``frames`` says what it may show in a frame."""
    socket = settings.signaling_url.replace("http", "ws", 1)
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; media-src 'self' blob:;"
        f" font-src 'self'; connect-src 'self' {settings.signaling_url} {socket}; worker-src 'self'; manifest-src 'self';"
        f" frame-src {frames}; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
    )


@web.middleware
async def security_headers(request: web.Request, handler: Handler) -> web.StreamResponse:
    """What a browser may do with our answer (OWASP ASVS 5.0 3.4)."""
    response = await handler(request)
    if response.prepared:
        return response
    settings = request.app[SETTINGS]
    set_default = response.headers.setdefault
    set_default("Content-Security-Policy", content_security_policy(settings))
    set_default("X-Content-Type-Options", "nosniff")
    set_default("Referrer-Policy", "same-origin")
    set_default("Cross-Origin-Opener-Policy", "same-origin")
    set_default("Cross-Origin-Resource-Policy", "same-origin")
    set_default("Permissions-Policy", "camera=(self), microphone=(self), display-capture=(self), geolocation=(self)")
    if settings.secure_cookies:
        set_default("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
    if response.content_type == "text/html":
        set_default("Cache-Control", "no-store" if request[ACTOR].is_signed_in else "no-cache")
        set_default("Vary", "Cookie, Accept-Language")
    return response


@web.middleware
async def authenticate(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Say who asks (perhaps nobody), and hand renewed cookies to the answer."""
    request[COOKIES_TO_SET] = []
    request[ACTOR] = Actor.anonymous()
    if not request.path.startswith(QUIET):
        request[ACTOR] = await request.app[AUTHENTICATE](request)
    response = await handler(request)
    if not response.prepared:
        for apply in request[COOKIES_TO_SET]:
            apply(response)
    return response


@web.middleware
async def locale(request: web.Request, handler: Handler) -> web.StreamResponse:
    """The person's language, else the cookie's, else the browser's."""
    actor = request[ACTOR]
    chosen = i18n.negotiate(
        actor.locale if actor.is_signed_in else "", request.cookies.get("locale", ""),
        accept_language=request.headers.get("Accept-Language", ""),
    )  # fmt: skip
    request[LOCALE] = chosen
    with i18n.use(chosen):
        return await handler(request)
