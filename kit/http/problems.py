"""Where an exception becomes an answer: RFC 9457 for the API, a page for people."""

import json
from typing import Protocol

import structlog
from aiohttp import web
from aiohttp.typedefs import Handler
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from kit import i18n
from kit.errors import DomainError, Unavailable
from kit.http.keys import REQUEST_ID

log = structlog.get_logger(__name__)

API = "/api/"


class ErrorPage(Protocol):
    """Shows a refusal to a person."""

    async def __call__(self, request: web.Request, error: DomainError, /) -> web.StreamResponse:
        """The page."""


ERROR_PAGE: web.AppKey[ErrorPage] = web.AppKey("error_page", ErrorPage)


class HttpRefusal(DomainError):
    """A refusal of aiohttp's own (404, 405, 413 …) in our words."""

    def __init__(self, error: web.HTTPException) -> None:
        super().__init__()
        self.status_code = error.status
        self.machine_code = error.reason.lower().replace(" ", "_").replace("-", "_")


def status_and_code(error: DomainError) -> tuple[int, str]:
    """The HTTP status and the stable machine code of a refusal."""
    if isinstance(error, HttpRefusal):
        return error.status_code, error.machine_code
    return error.status, error.code


def problem(request: web.Request, error: DomainError) -> web.Response:
    """The API's answer to a refusal."""
    status, code = status_and_code(error)
    title = i18n.gettext(error.title)
    body = {
        "type": f"/problems/{code}",
        "title": title,
        "status": status,
        "code": code,
        "detail": i18n.gettext(error.detail) if error.detail else title,
        "instance": f"urn:request:{request.get(REQUEST_ID, '')}",
        **error.extra,
    }
    response = web.Response(
        body=json.dumps(body, default=str).encode(), status=status, content_type="application/problem+json"
    )
    response.headers["Cache-Control"] = "no-store"
    if "retry_after" in error.extra:
        response.headers["Retry-After"] = str(error.extra["retry_after"])
    return response


@web.middleware
async def problems(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Turn every exception into an answer; nothing internal leaves."""
    try:
        return await handler(request)
    except DomainError as error:
        return await _answer(request, error)
    except web.HTTPException as error:
        if error.status < 400:
            raise
        response = await _answer(request, HttpRefusal(error))
        for header in ("Allow", "Retry-After"):
            if header in error.headers:
                response.headers[header] = error.headers[header]
        return response
    except (OperationalError, PoolTimeoutError, ConnectionError, DBAPIError) as error:
        if isinstance(error, DBAPIError) and not (error.connection_invalidated or isinstance(error, OperationalError)):
            return await _unexpected(request, error)
        log.warning("database unavailable", path=request.path, error=type(error).__name__)
        return await _answer(request, Unavailable(retry_after=2))
    except Exception as error:  # noqa: BLE001
        return await _unexpected(request, error)


async def _unexpected(request: web.Request, error: Exception) -> web.StreamResponse:
    log.error("unhandled error", method=request.method, path=request.path, exc_info=error)
    return await _answer(request, InternalError())


class InternalError(DomainError):
    """A fault of ours; the request id is all that is said."""

    status = 500
    code = "internal_error"
    title = i18n.N_("Something went wrong on our side")


async def _answer(request: web.Request, error: DomainError) -> web.StreamResponse:
    page = request.app.get(ERROR_PAGE)
    if page is None or request.path.startswith(API):
        return problem(request, error)
    return await page(request, error)


