"""The public projection that search reads: one row per service on offer, rebuilt from the truth by events."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import BigInteger, Index, Numeric, String
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from kit.db import Base


class Offer(Base):
    """A bookable service of an approved vet, with everything search filters and sorts by.

    ``is_first`` marks one row per vet (its first service) and ``is_first_of_specialty`` one per vet and specialty, so
    that a page of vets is one index scan without grouping.
    """

    __tablename__ = "offer"
    __table_args__ = (
        Index("ix_offer_next_free", "next_free_at", "practitioner_id", postgresql_where="is_first"),
        Index(
            "ix_offer_specialty_next_free", "specialty", "next_free_at", "practitioner_id",
            postgresql_where="is_first_of_specialty",
        ),
        Index("ix_offer_specialties", "specialties", postgresql_using="gin"),
        Index("ix_offer_stale", "next_free_at"),
        Index(None, "practitioner_id"),
        Index(None, "latitude", "longitude"),
    )  # fmt: skip

    service_id: Mapped[UUID] = mapped_column(primary_key=True)
    practitioner_id: Mapped[UUID]
    clinic_id: Mapped[UUID]
    is_first: Mapped[bool]
    is_first_of_specialty: Mapped[bool]
    slug: Mapped[str] = mapped_column(String(80))
    full_name: Mapped[str] = mapped_column(String(160))
    headline: Mapped[str] = mapped_column(String(200))
    clinic_name: Mapped[str] = mapped_column(String(160))
    country: Mapped[str] = mapped_column(String(2), index=True)
    city: Mapped[str] = mapped_column(String(80))
    time_zone: Mapped[str] = mapped_column(String(60))
    languages: Mapped[list[str]] = mapped_column(ARRAY(String(5)))
    species: Mapped[list[str]] = mapped_column(ARRAY(String(30)))
    specialties: Mapped[list[str]] = mapped_column(ARRAY(String(40)))
    specialty: Mapped[str] = mapped_column(String(40))
    service_name: Mapped[str] = mapped_column(String(120))
    mode: Mapped[str] = mapped_column(String(10))
    duration_minutes: Mapped[int]
    price_minor: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(String(3))
    rating: Mapped[Decimal | None] = mapped_column(Numeric(3, 2))
    rating_count: Mapped[int] = mapped_column(default=0)
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    photo_file_id: Mapped[UUID | None]
    next_free_at: Mapped[datetime | None]
    refreshed_at: Mapped[datetime]
    folded: Mapped[str] = mapped_column(default="")
