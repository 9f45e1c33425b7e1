"""Words that all clinics share: species, breeds, specialties; names per language."""

from sqlalchemy import ForeignKey, Integer, String
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from kit.db import Base


class Species(Base):
    """A species; ``code`` is stable, ``names`` maps a language to its word."""

    __tablename__ = "species"

    code: Mapped[str] = mapped_column(String(30), primary_key=True)
    names: Mapped[dict[str, str]] = mapped_column(JSONB)
    ncbi_taxon: Mapped[int | None] = mapped_column(Integer)
    position: Mapped[int] = mapped_column(default=0)


class Breed(Base):
    """A breed of one species; ``mixed`` is a breed too."""

    __tablename__ = "breed"

    code: Mapped[str] = mapped_column(String(60), primary_key=True)
    species_code: Mapped[str] = mapped_column(ForeignKey("species.code"), index=True)
    names: Mapped[dict[str, str]] = mapped_column(JSONB)


class Specialty(Base):
    """What a vet is consulted for."""

    __tablename__ = "specialty"

    code: Mapped[str] = mapped_column(String(40), primary_key=True)
    names: Mapped[dict[str, str]] = mapped_column(JSONB)
    position: Mapped[int] = mapped_column(default=0)
