"""What comes in and goes out about the public directory."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints, model_validator

from domain.booking.schemas import PriceOut, SlotOut
from kit.i18n import N_

Word = Annotated[str, StringConstraints(pattern=r"^[a-z_]{2,40}$")]
Sort = Literal["next_free", "price", "rating", "distance"]


class SearchVets(BaseModel):
    """Filters of the directory; all may be left out. Prices are minor units of ``currency``."""

    model_config = ConfigDict(extra="forbid")

    q: Annotated[str, StringConstraints(strip_whitespace=True, max_length=80)] = ""
    specialty: list[Word] = Field(default_factory=list, max_length=10)
    service: Word | None = None
    species: Word | None = None
    language: Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}$")] | None = None
    country: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")] | None = None
    mode: Literal["video", "clinic"] | None = None
    currency: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")] | None = None
    min_price: Annotated[int, Field(ge=0)] | None = None
    max_price: Annotated[int, Field(ge=0)] | None = None
    rating: Annotated[float, Field(ge=1, le=5, allow_inf_nan=False)] | None = None
    free_from: AwareDatetime | None = None
    free_to: AwareDatetime | None = None
    lat: Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False)] | None = None
    lon: Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)] | None = None
    radius_km: Annotated[float, Field(gt=0, le=20_000, allow_inf_nan=False)] | None = None
    sort: Sort | None = None
    limit: Annotated[int, Field(ge=1, le=50)] = 20
    cursor: Annotated[str, StringConstraints(max_length=200)] | None = None

    @model_validator(mode="after")
    def _sensible(self) -> "SearchVets":
        if (self.lat is None) != (self.lon is None):
            raise ValueError(N_("Give both the latitude and the longitude"))
        if self.free_from and self.free_to and self.free_to <= self.free_from:
            raise ValueError(N_("The end must come after the beginning"))
        if (self.min_price is not None or self.max_price is not None) and self.currency is None:
            raise ValueError(N_("Say in which currency the price is meant"))
        return self


class ProviderCard(BaseModel):
    """One vet in a list."""

    id: UUID
    slug: str
    name: str
    headline: str
    clinic_name: str
    country: str
    city: str
    timezone: str
    languages: list[str]
    species: list[str]
    specialties: list[str]
    rating: float | None
    rating_count: int
    service_id: UUID
    service_name: str
    mode: str
    duration_minutes: int
    price: PriceOut
    photo_file_id: UUID | None
    distance_km: float | None
    next_free_at: datetime | None
    next_slots: list[SlotOut]


class ProviderFeed(BaseModel):
    """A page of vets; ``next_cursor`` is null on the last one."""

    items: list[ProviderCard]
    next_cursor: str | None


class ServiceOut(BaseModel):
    """What can be booked with a vet."""

    id: UUID
    name: str
    description: str
    specialty: str
    mode: str
    duration_minutes: int
    price: PriceOut


class LicenceOut(BaseModel):
    """The right to practise, and where it counts."""

    number: str
    body: str
    country: str
    region: str


class ProviderOut(BaseModel):
    """A vet's public page."""

    id: UUID
    slug: str
    name: str
    headline: str
    bio: str
    clinic_name: str
    country: str
    city: str
    timezone: str
    languages: list[str]
    species: list[str]
    specialties: list[str]
    years_of_practice: int
    licences: list[LicenceOut]
    rating: float | None
    rating_count: int
    photo_file_id: UUID | None
    next_free_at: datetime | None
    services: list[ServiceOut]
