"""Vets as the pages show them: in a list, with times that lead straight into booking."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode
from uuid import UUID

from babel import Locale

from domain.directory.schemas import ProviderCard
from kit import formats, i18n
from kit.i18n import gettext as _
from kit.money import Money


@dataclass(frozen=True, slots=True)
class Card:
    """What ``booking.vet_row`` and the home page show."""

    name: str
    title: str
    url: str
    photo_url: str | None
    specialties: list[str]
    rating: float
    rating_count: int
    price: Money
    service: str
    time_zone: str
    next_free_at: datetime | None
    slots: list[tuple[datetime, str]]


def card(found: ProviderCard, specialties: Mapping[str, str]) -> Card:
    """The list form of a search result; ``specialties`` are the catalogue's words."""
    return Card(
        name=found.name, title=found.headline or place(found.clinic_name, found.city), url=f"/vets/{found.slug}",
        photo_url=photo_url(found.slug, found.photo_file_id),
        specialties=[specialties.get(code, code) for code in found.specialties[:3]],
        rating=found.rating or 0, rating_count=found.rating_count,
        price=Money(found.price.amount_minor, found.price.currency),
        service=_(
            "%(service)s, %(length)s", service=found.service_name, length=formats.duration(found.duration_minutes)
        ),
        time_zone=found.timezone, next_free_at=found.next_free_at,
        slots=[(slot.starts_at, book_url(found.slug, found.service_id, slot.starts_at)) for slot in found.next_slots],
    )  # fmt: skip


def photo_url(slug: str, file_id: UUID | None) -> str | None:
    """Where a vet's picture is served; None where there is none."""
    return f"/vets/{slug}/photo?v={file_id.hex[-8:]}" if file_id else None


def book_url(slug: str, service_id: UUID, starts_at: datetime | None = None) -> str:
    """Straight into the four steps."""
    query = {"vet": slug, "service": str(service_id)}
    if starts_at is not None:
        query["time"] = starts_at.strftime("%Y-%m-%dT%H:%M:%SZ")
    return f"/book?{urlencode(query)}"


def place(*parts: str) -> str:
    """Clinic and city in one line."""
    return " · ".join(part for part in parts if part)


def languages(codes: list[str]) -> list[str]:
    """The names of languages, in the reader's own."""
    names = Locale.parse(i18n.current()).languages
    return [str(names.get(code, code)) for code in codes]


def country(code: str) -> str:
    """The name of a country, in the reader's language."""
    return str(Locale.parse(i18n.current()).territories.get(code, code))
