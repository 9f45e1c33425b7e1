"""What a use case raises when the answer is no. One class a problem; ``code`` is stable and never translated."""

from typing import Any, ClassVar

from kit.i18n import N_


class DomainError(Exception):
    """A refusal with a status, a machine code and a sentence (a gettext msgid) for the person."""

    status: ClassVar[int] = 400
    code: ClassVar[str] = "bad_request"
    title: ClassVar[str] = N_("That did not work")

    def __init__(self, detail: str = "", **extra: Any) -> None:
        super().__init__(detail or self.title)
        self.detail = detail
        self.extra = extra


class NotFound(DomainError):
    """It does not exist, or it is not yours; the two answers are the same."""

    status = 404
    code = "not_found"
    title = N_("We could not find that")


class Forbidden(DomainError):
    """You are known, and this is not for you."""

    status = 403
    code = "forbidden"
    title = N_("You do not have access to this")


class Unauthenticated(DomainError):
    """Nobody is signed in."""

    status = 401
    code = "unauthenticated"
    title = N_("Sign in to continue")


class Conflict(DomainError):
    """The state of things does not allow it now."""

    status = 409
    code = "conflict"
    title = N_("That is no longer possible")


class InvalidTransition(Conflict):
    """A state machine has no such step; ``allowed`` names those it has."""

    code = "invalid_transition"
    title = N_("That step is not possible now")


class StaleVersion(DomainError):
    """Somebody changed it since it was read."""

    status = 412
    code = "stale_version"
    title = N_("This was changed in the meantime")


class InvalidRequest(DomainError):
    """The payload has the wrong shape; ``errors`` lists each field."""

    status = 422
    code = "invalid_request"
    title = N_("Some answers need another look")

    def __init__(self, errors: list[dict[str, str]]) -> None:
        super().__init__(errors=errors)
        self.errors = errors


class Unavailable(DomainError):
    """Something we stand on is down; nothing was changed."""

    status = 503
    code = "unavailable"
    title = N_("We cannot do this right now. Nothing was lost; try again in a moment")


def field_error(field: str, code: str, message: str) -> InvalidRequest:
    """An InvalidRequest about one field of the body."""
    return InvalidRequest([{"in": "body", "field": field, "code": code, "message": message}])
