"""Reading an HTML form with the same schemas that the API reads JSON with.

What was typed is always kept; an error is one sentence per field, in the reader's language, the same at the top of
the page and at the field.
"""

from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from aiohttp import web
from pydantic import BaseModel, ValidationError

from kit.errors import DomainError, InvalidRequest
from kit.http.csrf import FIELD
from kit.http.endpoint import field_errors
from kit.i18n import N_, gettext

M = TypeVar("M", bound=BaseModel)

WORDS = {
    "missing": N_("Answer this question"),
    "string_too_short": N_("Write a little more"),
    "string_too_long": N_("This is too long"),
    "too_long": N_("That is more than we can take at once"),
    "string_pattern_mismatch": N_("Choose one of the options"),
    "literal_error": N_("Choose one of the options"),
    "enum": N_("Choose one of the options"),
    "int_parsing": N_("Write a whole number"),
    "int_type": N_("Write a whole number"),
    "decimal_parsing": N_("Write a number, such as 4.5"),
    "float_parsing": N_("Write a number, such as 4.5"),
    "greater_than": N_("This number is too small"),
    "greater_than_equal": N_("This number is too small"),
    "less_than": N_("This number is too large"),
    "less_than_equal": N_("This number is too large"),
    "multiple_of": N_("Use steps of five minutes"),
    "date_from_datetime_parsing": N_("Write a date"),
    "date_parsing": N_("Write a date"),
    "datetime_from_date_parsing": N_("Choose one of the offered times"),
    "timezone_aware": N_("Choose one of the offered times"),
    "uuid_parsing": N_("Choose one of the options"),
    "bool_parsing": N_("Answer this question"),
}


@dataclass(slots=True)
class Form(Generic[M]):
    """What was sent: ``value`` when it is valid, else ``errors`` by field; ``typed`` in any case."""

    value: M | None
    typed: dict[str, Any]
    errors: dict[str, str] = field(default_factory=dict)

    def reject(self, error: DomainError) -> None:
        """Take the use case's refusal as an error of the field it names, or of the whole form (key ``""``)."""
        if isinstance(error, InvalidRequest):
            self.errors |= {one["field"]: gettext(one["message"]) for one in error.errors}
        else:
            self.errors[""] = gettext(error.detail or error.title)


def sentences(errors: list[dict[str, str]]) -> dict[str, str]:
    """One sentence per field; our own validators' words, else our words for pydantic's finding."""
    found: dict[str, str] = {}
    for error in errors:
        words = error["message"] if error["code"] in ("value_error", "unknown") else WORDS.get(error["code"])
        sentence = words or error["message"]
        found.setdefault(error["field"], gettext(sentence))
    return found


async def read(request: web.Request, model: type[M], **given: Any) -> Form[M]:
    """Read the form; ``given`` adds what is not typed (an id from the path). Repeated names become lists."""
    posted = await request.post()
    typed: dict[str, Any] = {}
    for name in posted:
        if name == FIELD:
            continue
        values = [v for v in posted.getall(name) if isinstance(v, str)]
        info = model.model_fields.get(name)
        many = info is not None and "list" in str(info.annotation)
        typed[name] = values if many else (values[-1] if values else "")
    return check(model, typed | given)


def check(model: type[M], typed: dict[str, Any]) -> Form[M]:
    """Validate what was typed; fields the model does not know are kept and ignored, empty ones count as not sent."""
    known = {name: value for name, value in typed.items() if name in model.model_fields and value != ""}
    try:
        return Form(model.model_validate(known), typed)
    except ValidationError as error:
        return Form(None, typed, sentences(field_errors(error, "form")))
