"""The catalogue's words in a reader's language, in the catalogue's order."""

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.catalog.models import Breed, Specialty, Species

SPOKEN_BY_ALL = "en"
Words = list[tuple[str, str]]


def word(names: Mapping[str, str], locale: str, code: str) -> str:
    """The name in ``locale``, else in English, else the bare code."""
    return names.get(locale) or names.get(SPOKEN_BY_ALL) or code


async def species(session: AsyncSession, locale: str) -> Words:
    """(code, name) of every kind of animal."""
    rows = await session.scalars(select(Species).order_by(Species.position, Species.code))
    return [(row.code, word(row.names, locale, row.code)) for row in rows]


async def specialties(session: AsyncSession, locale: str) -> Words:
    """(code, name) of everything a vet is consulted for."""
    rows = await session.scalars(select(Specialty).order_by(Specialty.position, Specialty.code))
    return [(row.code, word(row.names, locale, row.code)) for row in rows]


async def breeds(session: AsyncSession, locale: str, species_code: str) -> Words:
    """(code, name) of the breeds of one kind of animal, in the reader's alphabet."""
    rows = await session.scalars(select(Breed).where(Breed.species_code == species_code))
    return sorted(((row.code, word(row.names, locale, row.code)) for row in rows), key=lambda pair: pair[1])
