"""How an animal is described to a reader: its age, its weight, one line about it."""

from datetime import date
from decimal import Decimal

from babel import Locale, units
from sqlalchemy.ext.asyncio import AsyncSession

from domain.catalog import words
from domain.patients.models import Pet
from kit import clock, formats, i18n
from kit.i18n import gettext as _


def _measure(value: Decimal | int, unit: str) -> str:
    return units.format_unit(
        value, unit, length="long" if unit.startswith("duration") else "short", locale=Locale.parse(i18n.current()),
        numbering_system="latn",
    )  # fmt: skip


def age(pet: Pet, today: date | None = None) -> str:
    """``4 years``, ``7 months``, ``9 days``; with "about" where the day is estimated, empty where nobody knows."""
    if pet.birth_on is None:
        return ""
    today = today or clock.now().date()
    months = (today.year - pet.birth_on.year) * 12 + today.month - pet.birth_on.month
    months -= today.day < pet.birth_on.day
    if months >= 24:
        written = _measure(months // 12, "duration-year")
    elif months >= 1:
        written = _measure(months, "duration-month")
    else:
        written = _measure(max(0, (today - pet.birth_on).days), "duration-day")
    return _("about %(age)s", age=written) if pet.birth_is_estimated else written


def weight(pet: Pet) -> str:
    """``12.4 kg``, or ``85 g`` for the small ones; empty where nobody weighed."""
    if pet.weight_kg is None:
        return ""
    if pet.weight_kg < 1:
        return _measure(int(pet.weight_kg * 1000), "mass-gram")
    return _measure(pet.weight_kg.normalize(), "mass-kilogram")


def sex(pet: Pet) -> str:
    """One word, with whether it is neutered; empty where unknown."""
    neutered = {"yes": True, "no": False}.get(pet.neutered)
    if pet.sex == "female":
        return _("Female, spayed") if neutered else (_("Female, not spayed") if neutered is False else _("Female"))
    if pet.sex == "male":
        return _("Male, neutered") if neutered else (_("Male, not neutered") if neutered is False else _("Male"))
    return ""


async def kind(session: AsyncSession, pet: Pet) -> str:
    """The species in the reader's language, and the breed where it is known."""
    locale = i18n.current()
    species = dict(await words.species(session, locale)).get(pet.species, pet.species)
    if pet.breed is None:
        return species
    breed = dict(await words.breeds(session, locale, pet.species)).get(pet.breed, "")
    return _("%(species)s, %(breed)s", species=species, breed=breed) if breed else species


async def line(session: AsyncSession, pet: Pet) -> str:
    """``Dog · 4 years · 12 kg``: what is known, in one line."""
    return " · ".join(filter(None, (await kind(session, pet), age(pet), weight(pet))))


def born(pet: Pet) -> str:
    """The day of birth as people write it; only the year where it is estimated."""
    if pet.birth_on is None:
        return ""
    return str(pet.birth_on.year) if pet.birth_is_estimated else formats.day(pet.birth_on)
