"""Keeping the projection equal to the truth: rebuilt per vet by events, and when its next free time has passed."""

import unicodedata
from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import and_, delete, func, literal, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from domain.booking import availability
from domain.clinics.models import Clinic
from domain.directory.models import Offer
from domain.practitioners.models import Practitioner, PractitionerState, Service
from domain.reviews.models import PractitionerRating
from kit import clock
from kit.db import Scope, scoped

AHEAD = timedelta(days=14)
REST = timedelta(minutes=5)
ARABIC = str.maketrans({"أ": "ا", "إ": "ا", "آ": "ا", "ة": "ه", "ى": "ي", "ـ": ""})


def fold(text: str) -> str:
    """Letters as people type them when they search: no accents, one alef, lower case."""
    plain = unicodedata.normalize("NFKD", text.translate(ARABIC))
    return "".join(c for c in plain if not unicodedata.combining(c)).casefold()


async def refresh(session: AsyncSession, practitioner_ids: Sequence[UUID]) -> None:
    """Rebuild the offers of these vets; those who may not be found lose theirs."""
    async with scoped(session, Scope.system()):
        rows = await session.execute(
            select(Practitioner, Clinic, PractitionerRating)
            .join(Clinic, Clinic.id == Practitioner.clinic_id)
            .outerjoin(PractitionerRating, PractitionerRating.practitioner_id == Practitioner.id)
            .where(
                Practitioner.id.in_(practitioner_ids), Practitioner.state == PractitionerState.APPROVED,
                Practitioner.is_listed,
            )
            .order_by(Practitioner.id)
            .with_for_update(of=Practitioner, key_share=True)
        )
        vets = {row[0].id: (row[0], row[1], row[2]) for row in rows}
        services = await _services(session, list(vets))
        now = clock.now()
        tables = await availability.timetables(session, list(vets), now, now + AHEAD)
        values = []
        for practitioner_id, own in services.items():
            vet, clinic, rating = vets[practitioner_id]
            values += _values(vet, clinic, rating, own, tables[practitioner_id])
        await _replace(session, practitioner_ids, values)


async def _services(session: AsyncSession, practitioner_ids: Sequence[UUID]) -> dict[UUID, list[Service]]:
    found: dict[UUID, list[Service]] = {}
    rows = await session.scalars(
        select(Service)
        .where(Service.practitioner_id.in_(practitioner_ids), Service.deleted_at.is_(None))
        .order_by(Service.practitioner_id, Service.position, Service.created_at)
    )
    for service in rows:
        found.setdefault(service.practitioner_id, []).append(service)
    return found


def _values(
    vet: Practitioner, clinic: Clinic, rating: PractitionerRating | None, services: list[Service],
    table: availability.Timetable,
) -> list[dict[str, Any]]:  # fmt: skip
    now = clock.now()
    count = rating.count if rating else 0
    seen: set[str] = set()
    rows = []
    for service in services:
        slot = next(table.slots(now, now + AHEAD, service.duration_minutes), None)
        rows.append(
            {
                "service_id": service.id, "practitioner_id": vet.id, "clinic_id": clinic.id,
                "is_first": service is services[0], "is_first_of_specialty": service.specialty not in seen,
                "slug": vet.slug, "full_name": vet.full_name, "headline": vet.headline, "clinic_name": clinic.name,
                "country": clinic.country, "city": clinic.city, "time_zone": clinic.time_zone,
                "languages": vet.languages, "species": vet.species, "specialties": vet.specialties,
                "specialty": service.specialty, "service_name": service.name, "mode": service.mode,
                "duration_minutes": service.duration_minutes, "price_minor": service.price_minor,
                "currency": service.currency, "rating": round(rating.total / count, 2) if rating and count else None,
                "rating_count": count, "latitude": clinic.latitude, "longitude": clinic.longitude,
                "photo_file_id": vet.photo_file_id, "next_free_at": slot.starts_at if slot else None,
                "refreshed_at": now, "folded": fold(f"{vet.full_name} {clinic.name} {clinic.city}"),
            }
        )  # fmt: skip
        seen.add(service.specialty)
    return rows


async def _replace(session: AsyncSession, practitioner_ids: Sequence[UUID], values: list[dict[str, Any]]) -> None:
    keep = [row["service_id"] for row in values]
    await session.execute(
        delete(Offer).where(Offer.practitioner_id.in_(practitioner_ids), Offer.service_id.not_in(keep))
    )
    if not values:
        return
    written = insert(Offer).values(values)
    columns = {name: written.excluded[name] for name in values[0] if name != "service_id"}
    await session.execute(written.on_conflict_do_update(index_elements=["service_id"], set_=columns))


async def refresh_stale(session: AsyncSession, limit: int = 200) -> int:
    """Rebuild vets whose next free time is past, or who had none a while ago. System scope."""
    now = clock.now()
    stale = (
        select(Offer.practitioner_id)
        .join(Practitioner, Practitioner.id == Offer.practitioner_id)
        .where(
            or_(
                Offer.next_free_at < literal(now) + func.make_interval(0, 0, 0, 0, 0, Practitioner.min_notice_minutes),
                and_(Offer.next_free_at.is_(None), Offer.refreshed_at < now - REST),
            )
        )
        .distinct()
        .limit(limit)
    )
    ids = list((await session.scalars(stale)).all())
    if ids:
        await refresh(session, ids)
    return len(ids)
