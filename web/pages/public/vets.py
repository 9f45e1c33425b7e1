"""A vet's public page with the booker beside it, and their picture."""

from datetime import date
from urllib.parse import urlencode

from aiohttp import web

from domain.booking import policy
from domain.catalog import words
from domain.directory import profiles
from domain.directory.schemas import ProviderOut, ServiceOut
from domain.files.models import StoredFile
from domain.reviews import reviews
from kit.errors import NotFound
from kit.http.keys import LOCALE, SESSION, SETTINGS, STORAGE
from kit.http.policy import Public
from kit.http.routes import Routes
from kit.money import Money
from web import booker, cards, live, visitor
from web.responses import page

routes = Routes("vets")
SHOWN_REVIEWS = 20


def _chosen_service(profile: ProviderOut, wanted: str) -> ServiceOut | None:
    """The service in the address, else the vet's first; None for a vet without any."""
    return next((s for s in profile.services if str(s.id) == wanted), next(iter(profile.services), None))


def _address(slug: str, service: ServiceOut, day: date | None = None) -> str:
    query = {"service": str(service.id)} | ({"date": day.isoformat()} if day else {})
    return f"/vets/{slug}?{urlencode(query)}#times"


@routes.get("/vets/{slug}", auth=Public)
async def show(request: web.Request, slug: str) -> web.Response:
    """Who this is, what they do and for how much, and when they are free."""
    session, who = request[SESSION], visitor.of(request)
    profile = await profiles.by_slug(session, slug)
    service = _chosen_service(profile, request.query.get("service", ""))
    times = None
    if service is not None:
        picked = service
        times = await booker.load(
            session, profile.id, service.duration_minutes, zone=who.time_zone, vet_zone=profile.timezone,
            wanted=booker.read_day(request.query.get("date", "")), url=lambda day: _address(slug, picked, day),
        )  # fmt: skip
    specialties = dict(await words.specialties(session, request[LOCALE]))
    species = dict(await words.species(session, request[LOCALE]))
    prices = [Money(s.price.amount_minor, s.price.currency) for s in profile.services]
    return await page(
        request, "public/vet.html", vet=profile, service=service, times=times, visitor=who,
        photo_url=cards.photo_url(profile.slug, profile.photo_file_id),
        specialties=[specialties.get(code, code) for code in profile.specialties],
        species=[species.get(code, code) for code in profile.species], languages=cards.languages(profile.languages),
        services=[(s, Money(s.price.amount_minor, s.price.currency), _address(slug, s)) for s in profile.services],
        lowest=min(prices, key=lambda price: price.amount_minor, default=None), country=cards.country,
        reviews=await reviews.published(session, profile.id, SHOWN_REVIEWS),
        breakdown=await reviews.breakdown(session, profile.id), book_url=cards.book_url,
        cancel_hours=int(policy.current().cancel_notice.total_seconds() // 3600),
        live_ticket=live.ticket(request, [f"provider:{profile.id}"]), live_url=request.app[SETTINGS].signaling_url,
    )  # fmt: skip


@routes.get("/vets/{slug}/photo", auth=Public)
async def photo(request: web.Request, slug: str) -> web.Response:
    """The picture of an approved vet."""
    profile = await profiles.by_slug(request[SESSION], slug)
    stored = await request[SESSION].get(StoredFile, profile.photo_file_id) if profile.photo_file_id else None
    if stored is None:
        raise NotFound
    return web.Response(
        body=await request.app[STORAGE].get(stored.key), content_type=stored.media_type,
        headers={"Cache-Control": "public, max-age=86400", "Content-Security-Policy": "sandbox; default-src 'none'"},
    )  # fmt: skip
