"""The public directory: vets, their pages, their free times, their reviews."""

from datetime import date
from uuid import UUID

from aiohttp import web
from pydantic import BaseModel

from domain.booking import availability
from domain.booking.schemas import SlotOut
from domain.directory import profiles, search
from domain.directory.schemas import ProviderFeed, ProviderOut, SearchVets
from domain.reviews import reviews
from domain.reviews.schemas import ReviewOut
from kit.errors import NotFound
from kit.http.keys import SESSION
from kit.http.policy import Public
from kit.http.routes import Routes

routes = Routes("providers", prefix="/api/v1/providers")


class AvailabilityQuery(BaseModel):
    """A local day of the vet's, and the service that must fit."""

    date: date
    service_id: UUID


class Availability(BaseModel):
    """Free times of one local day in ``timezone``."""

    timezone: str
    slots: list[SlotOut]


class ReviewList(BaseModel):
    """Published reviews, latest first."""

    items: list[ReviewOut]


@routes.get("", auth=Public)
async def list_providers(request: web.Request, query: SearchVets) -> ProviderFeed:
    """Find vets: filters, order, and the next free times of each."""
    return await search.vets(request[SESSION], query)


@routes.get("/{provider_id}", auth=Public)
async def get_provider(request: web.Request, provider_id: UUID) -> ProviderOut:
    """A vet's public page with services and prices."""
    return await profiles.by_id(request[SESSION], provider_id)


@routes.get("/{provider_id}/availability", auth=Public)
async def get_availability(request: web.Request, provider_id: UUID, query: AvailabilityQuery) -> Availability:
    """Free times on a local day; every time shown can be booked."""
    profile = await profiles.by_id(request[SESSION], provider_id)
    service = next((s for s in profile.services if s.id == query.service_id), None)
    if service is None:
        raise NotFound
    zone, slots = await availability.on_day(request[SESSION], provider_id, service.duration_minutes, query.date)
    return Availability(
        timezone=zone, slots=[SlotOut(starts_at=slot.starts_at, ends_at=slot.ends_at) for slot in slots]
    )


@routes.get("/{provider_id}/reviews", auth=Public)
async def list_reviews(request: web.Request, provider_id: UUID) -> ReviewList:
    """What pet owners wrote."""
    await profiles.by_id(request[SESSION], provider_id)
    found = await reviews.published(request[SESSION], provider_id)
    return ReviewList(items=[ReviewOut.model_validate(row, from_attributes=True) for row in found])
