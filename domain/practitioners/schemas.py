"""What comes in about a vet's own offer."""

from datetime import date
from itertools import pairwise
from typing import Annotated, Literal

from pydantic import Field, StringConstraints, model_validator

from domain.accounts.schemas import Input
from kit.i18n import N_

Minute = Annotated[int, Field(ge=0, le=1439, multiple_of=5)]
Closing = Annotated[int, Field(ge=5, le=2879, multiple_of=5)]


class Window(Input):
    """A weekly window in minutes of the local day; past 1440 is the next day."""

    weekday: Annotated[int, Field(ge=0, le=6)]
    opens_minute: Minute
    closes_minute: Closing

    @model_validator(mode="after")
    def _ordered(self) -> "Window":
        if not self.opens_minute < self.closes_minute <= self.opens_minute + 1440:
            raise ValueError(N_("The closing time must come after the opening time"))
        return self


class SetHours(Input):
    """The whole week; what is not in it is closed."""

    windows: Annotated[list[Window], Field(max_length=42)]
    min_notice_minutes: Annotated[int, Field(ge=0, le=10_080)] = 30
    buffer_minutes: Annotated[int, Field(ge=0, le=120, multiple_of=5)] = 0

    @model_validator(mode="after")
    def _apart(self) -> "SetHours":
        for one in range(7):
            day = sorted((w.opens_minute, w.closes_minute) for w in self.windows if w.weekday == one)
            if any(a[1] > b[0] for a, b in pairwise(day)):
                raise ValueError(N_("Two windows of the same day overlap"))
        return self


class AddException(Input):
    """A day off (or a window of it), or an extra opening."""

    day: date
    kind: Literal["closed", "open"]
    opens_minute: Minute | None = None
    closes_minute: Closing | None = None
    reason: Annotated[str, StringConstraints(strip_whitespace=True, max_length=120)] = ""

    @model_validator(mode="after")
    def _whole(self) -> "AddException":
        given = (self.opens_minute is not None, self.closes_minute is not None)
        if any(given) != all(given) or (self.kind == "open" and not all(given)):
            raise ValueError(N_("Write both the opening and the closing time"))
        if self.opens_minute is not None and self.closes_minute is not None:
            Window(weekday=0, opens_minute=self.opens_minute, closes_minute=self.closes_minute)
        return self


class ServiceWords(Input):
    """What can be booked, but for its price."""

    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=120)]
    description: Annotated[str, StringConstraints(strip_whitespace=True, max_length=500)] = ""
    specialty: Annotated[str, StringConstraints(pattern=r"^[a-z_]{2,40}$")]
    mode: Literal["video", "clinic"] = "video"
    duration_minutes: Annotated[int, Field(ge=5, le=480, multiple_of=5)]


class EditService(ServiceWords):
    """What can be booked; editing never changes what was booked."""

    price_minor: Annotated[int, Field(ge=0, le=10**12, strict=True)]


class EditProfile(Input):
    """What the public page says."""

    headline: Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)]
    bio: Annotated[str, StringConstraints(strip_whitespace=True, max_length=4000)]
