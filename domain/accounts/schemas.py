"""What comes in and goes out about accounts."""

import re
import unicodedata
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from kit import zones
from kit.i18n import N_

EMAIL = re.compile(r"[^@\s<>()\[\]\\,;:\"]+@[^@\s<>()\[\]\\,;:\"]+\.[^@\s.]{2,}")
Locale = Literal["es", "en", "ar"]


def _email(value: str) -> str:
    if not EMAIL.fullmatch(value):
        raise ValueError(N_("Write an e-mail address like name@example.com"))
    return value.lower()


def _zone(value: str) -> str:
    if not zones.is_zone(value):
        raise ValueError(N_("Choose a time zone from the list"))
    return value


Email = Annotated[str, StringConstraints(strip_whitespace=True, max_length=254), AfterValidator(_email)]
ZoneName = Annotated[str, StringConstraints(max_length=60), AfterValidator(_zone)]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=120)]
# NFC, so that the same letters typed on two keyboards are one password; never cut, no composition rules.
Password = Annotated[
    str, StringConstraints(min_length=8, max_length=128), AfterValidator(lambda p: unicodedata.normalize("NFC", p))
]


class Input(BaseModel):
    """The parent of every payload: unknown fields are refused."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class Register(Input):
    """A pet owner signs up; the role is never part of it."""

    name: Name
    email: Email
    password: Password
    locale: Locale = "es"
    time_zone: ZoneName = "America/Argentina/Buenos_Aires"
    country: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")] = "AR"


class LogIn(Input):
    """E-mail and password."""

    email: Annotated[str, StringConstraints(strip_whitespace=True, max_length=254)]
    password: Annotated[str, StringConstraints(max_length=128)]


class UserOut(BaseModel):
    """A signed-in person about themselves."""

    id: UUID
    name: str
    email: str
    role: str
    locale: str
    time_zone: str
    country: str


class Preferences(Input):
    """Language, zone and theme of one person or visitor."""

    locale: Locale | None = None
    time_zone: ZoneName | None = None
    theme: Annotated[str, Field(pattern="^(light|dark|)$")] | None = None


class EditPerson(Input):
    """What somebody may change about themselves; an empty phone takes the number away."""

    name: Name
    phone: Annotated[str, StringConstraints(max_length=30)] = ""
    time_zone: ZoneName
