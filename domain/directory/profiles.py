"""A vet's public page."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.booking import availability
from domain.booking.schemas import PriceOut
from domain.clinics.models import Clinic
from domain.directory.schemas import LicenceOut, ProviderOut, ServiceOut
from domain.practitioners import schedules
from domain.practitioners.models import Licence, Practitioner, PractitionerState
from domain.reviews import reviews
from kit import clock
from kit.errors import NotFound


async def _find(session: AsyncSession, condition: object) -> tuple[Practitioner, Clinic]:
    row = (
        await session.execute(
            select(Practitioner, Clinic)
            .join(Clinic, Clinic.id == Practitioner.clinic_id)
            .where(condition, Practitioner.state == PractitionerState.APPROVED)  # type: ignore[arg-type]
        )
    ).one_or_none()
    if row is None:
        raise NotFound
    return row[0], row[1]


async def by_id(session: AsyncSession, practitioner_id: UUID) -> ProviderOut:
    """The page of an approved vet; any other is NotFound. Public scope."""
    return await _profile(session, *await _find(session, Practitioner.id == practitioner_id))


async def by_slug(session: AsyncSession, slug: str) -> ProviderOut:
    """The same, by the name in the address."""
    return await _profile(session, *await _find(session, Practitioner.slug == slug))


async def _profile(session: AsyncSession, vet: Practitioner, clinic: Clinic) -> ProviderOut:
    services = await schedules.services(session, vet)
    rating = await reviews.rating_of(session, vet.id)
    licences = await session.scalars(
        select(Licence).where(Licence.clinic_id == vet.clinic_id, Licence.practitioner_id == vet.id)
    )
    now = clock.now()
    first = services[0].duration_minutes if services else 15
    free = await availability.next_slots(session, [(vet.id, first)], now, now + timedelta(days=14), 1)
    slots = free.get(vet.id, [])
    return ProviderOut(
        id=vet.id, slug=vet.slug, name=vet.full_name, headline=vet.headline, bio=vet.bio, clinic_name=clinic.name,
        country=clinic.country, city=clinic.city, timezone=clinic.time_zone, languages=vet.languages,
        species=vet.species, specialties=vet.specialties, years_of_practice=vet.years_of_practice,
        licences=[LicenceOut(number=x.number, body=x.body, country=x.country, region=x.region) for x in licences],
        rating=rating.average, rating_count=rating.count, photo_file_id=vet.photo_file_id,
        next_free_at=slots[0].starts_at if slots else None,
        services=[
            ServiceOut(
                id=s.id, name=s.name, description=s.description, specialty=s.specialty, mode=s.mode,
                duration_minutes=s.duration_minutes, price=PriceOut(amount_minor=s.price_minor, currency=s.currency),
            )
            for s in services
        ],
    )  # fmt: skip
