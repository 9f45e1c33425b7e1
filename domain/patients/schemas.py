"""What comes in and goes out about animals."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, Field, StringConstraints, model_validator

from domain.accounts.schemas import Input
from kit import clock
from kit.i18n import N_

Sex = Literal["female", "male", "unknown"]
Neutered = Literal["yes", "no", "unknown"]
Code = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,59}$")]


class NewPet(Input):
    """An animal, in half a minute: a name and a species are enough."""

    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80)]
    species: Code
    breed: Code | None = None
    sex: Sex = "unknown"
    neutered: Neutered = "unknown"
    birth_on: date | None = None
    birth_is_estimated: bool = False
    weight_kg: Annotated[Decimal, Field(gt=0, lt=2000, max_digits=7, decimal_places=3)] | None = None
    colour: Annotated[str, StringConstraints(strip_whitespace=True, max_length=80)] = ""
    notes: Annotated[str, StringConstraints(strip_whitespace=True, max_length=2000)] = ""

    @model_validator(mode="after")
    def _born(self) -> "NewPet":
        if self.birth_on is not None and self.birth_on > clock.now().date():
            raise ValueError(N_("The date of birth lies in the future"))
        return self


class PetOut(BaseModel):
    """An animal, to those who may see it."""

    id: UUID
    name: str
    species: str
    breed: str | None
    sex: str
    neutered: str
    birth_on: date | None
    birth_is_estimated: bool
    weight_kg: Decimal | None
    colour: str
    notes: str
