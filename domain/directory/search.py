"""Finding a vet: filters and order over the projection, then the exact next free times of those shown.

Pages are keysets on (what is sorted by, vet), so that a page deep in a long list costs what the first one does.
"""

import base64
import json
import math
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Float, and_, cast, func, literal, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from domain.booking import availability
from domain.booking.schemas import PriceOut, SlotOut
from domain.directory.models import Offer
from domain.directory.offers import fold
from domain.directory.schemas import ProviderCard, ProviderFeed, SearchVets
from kit import clock
from kit.errors import field_error
from kit.i18n import N_

EARTH_KM = 6371.0088
SHOWN_SLOTS = 3
AHEAD = timedelta(days=14)
BATCH = 60
Rule = ColumnElement[bool] | InstrumentedAttribute[bool]
READ: dict[str, Callable[[str], Any]] = {
    "next_free": datetime.fromisoformat, "price": int, "rating": float, "distance": float,
}  # fmt: skip


async def vets(session: AsyncSession, query: SearchVets) -> ProviderFeed:
    """One page of vets with their next free times. Public scope."""
    after = _decode(query)
    wants_window = query.free_from is not None or query.free_to is not None
    found: list[tuple[Offer, float | None]] = []
    while len(found) <= query.limit:
        rows = await _page(session, query, after, BATCH if wants_window else query.limit + 1)
        kept = await _free_in_window(session, query, rows) if wants_window else rows
        found += kept
        if len(rows) < BATCH or not wants_window:
            break
        after = _key(query, *rows[-1])
    shown = found[: query.limit]
    more = len(found) > query.limit
    cards = await _cards(session, query, shown)
    return ProviderFeed(items=cards, next_cursor=_encode(query, *shown[-1]) if more and shown else None)


def _sort(query: SearchVets) -> str:
    if query.sort is not None:
        return query.sort if query.sort != "distance" or query.lat is not None else "next_free"
    return "distance" if query.lat is not None and query.radius_km is not None else "next_free"


def _distance(query: SearchVets) -> ColumnElement[float]:
    if query.lat is None or query.lon is None:
        return cast(literal(None), Float)
    lat, lon = func.radians(Offer.latitude), func.radians(Offer.longitude)
    here_lat, here_lon = math.radians(query.lat), math.radians(query.lon)
    half = func.power(func.sin((lat - here_lat) / 2), 2) + math.cos(here_lat) * func.cos(lat) * func.power(
        func.sin((lon - here_lon) / 2), 2
    )
    return 2 * EARTH_KM * func.asin(func.sqrt(func.least(1.0, half)))


def _order(query: SearchVets) -> ColumnElement[Any]:
    """What is sorted by, ascending; null comes last."""
    orders: dict[str, Any] = {
        "next_free": Offer.next_free_at,
        "price": Offer.price_minor,
        "rating": -Offer.rating,
        "distance": _distance(query),
    }
    order: ColumnElement[Any] = orders[_sort(query)]
    return order


async def _page(
    session: AsyncSession, query: SearchVets, after: tuple[Any, UUID] | None, size: int
) -> list[tuple[Offer, float | None]]:
    order, distance = _order(query), _distance(query)
    statement = select(Offer, distance).where(*_filters(query, distance))
    if after is not None:
        value, last = after
        if value is None:
            statement = statement.where(order.is_(None), Offer.practitioner_id > last)
        else:
            statement = statement.where(
                or_(order > value, and_(order == value, Offer.practitioner_id > last), order.is_(None))
            )
    statement = statement.order_by(order.asc().nulls_last(), Offer.practitioner_id).limit(size)
    return [(row[0], row[1]) for row in await session.execute(statement)]


def _filters(query: SearchVets, distance: ColumnElement[float]) -> list[Rule]:
    rules: list[Rule] = [Offer.is_first] if query.service is None else [Offer.is_first_of_specialty]
    given: list[tuple[object, Callable[[], Rule]]] = [
        (query.service, lambda: Offer.specialty == query.service),
        (query.specialty or None, lambda: Offer.specialties.overlap(query.specialty)),
        (query.q or None, lambda: Offer.folded.contains(fold(query.q), autoescape=True)),
        (query.species, lambda: Offer.species.contains([query.species])),
        (query.language, lambda: Offer.languages.contains([query.language])),
        (query.country, lambda: Offer.country == query.country),
        (query.mode, lambda: Offer.mode == query.mode),
        (query.currency, lambda: Offer.currency == query.currency),
        (query.min_price, lambda: Offer.price_minor >= query.min_price),
        (query.max_price, lambda: Offer.price_minor <= query.max_price),
        (query.rating, lambda: Offer.rating >= query.rating),
        (query.free_to, lambda: Offer.next_free_at < query.free_to),
    ]
    return rules + [rule() for value, rule in given if value is not None] + _near(query, distance)


def _near(query: SearchVets, distance: ColumnElement[float]) -> list[Rule]:
    """Within the radius: a box that an index can use, then the true distance; the box may cross the date line."""
    if query.lat is None or query.lon is None or query.radius_km is None:
        return []
    reach = math.degrees(query.radius_km / EARTH_KM)
    rules: list[Rule] = [Offer.latitude.between(query.lat - reach, query.lat + reach)]
    widest = max(abs(query.lat - reach), abs(query.lat + reach))
    if widest < 89:
        side = math.degrees(math.asin(min(1.0, math.sin(math.radians(reach)) / math.cos(math.radians(query.lat)))))
        west, east = query.lon - side, query.lon + side
        boxes: list[ColumnElement[bool]] = [Offer.longitude.between(west, east)]
        if west < -180:
            boxes.append(Offer.longitude >= west + 360)
        if east > 180:
            boxes.append(Offer.longitude <= east - 360)
        rules.append(or_(*boxes))
    return [*rules, distance <= query.radius_km]


async def _free_in_window(
    session: AsyncSession, query: SearchVets, rows: Sequence[tuple[Offer, float | None]]
) -> list[tuple[Offer, float | None]]:
    """Keep exactly those for whom the slot list shows a time in the window (features SR-4)."""
    from_at, to_at = _window(query)
    wanted = [(offer.practitioner_id, offer.duration_minutes) for offer, _ in rows]
    slots = await availability.next_slots(session, wanted, from_at, to_at, 1)
    return [row for row in rows if slots.get(row[0].practitioner_id)]


def _window(query: SearchVets) -> tuple[datetime, datetime]:
    from_at = max(query.free_from or clock.now(), clock.now())
    return from_at, query.free_to or from_at + AHEAD


async def _cards(
    session: AsyncSession, query: SearchVets, rows: Sequence[tuple[Offer, float | None]]
) -> list[ProviderCard]:
    from_at, to_at = _window(query)
    wanted = [(offer.practitioner_id, offer.duration_minutes) for offer, _ in rows]
    slots = await availability.next_slots(session, wanted, from_at, max(to_at, from_at + AHEAD), SHOWN_SLOTS)
    return [card(offer, distance, slots.get(offer.practitioner_id, [])) for offer, distance in rows]


def card(offer: Offer, distance: float | None, slots: list[availability.Slot]) -> ProviderCard:
    """The list form of an offer; ``next_free_at`` is what the slot list says now."""
    return ProviderCard(
        id=offer.practitioner_id, slug=offer.slug, name=offer.full_name, headline=offer.headline,
        clinic_name=offer.clinic_name, country=offer.country, city=offer.city, timezone=offer.time_zone,
        languages=offer.languages, species=offer.species, specialties=offer.specialties,
        rating=float(offer.rating) if offer.rating is not None else None, rating_count=offer.rating_count,
        service_id=offer.service_id, service_name=offer.service_name, mode=offer.mode,
        duration_minutes=offer.duration_minutes,
        price=PriceOut(amount_minor=offer.price_minor, currency=offer.currency),
        photo_file_id=offer.photo_file_id,
        distance_km=round(distance, 1) if distance is not None else None,
        next_free_at=slots[0].starts_at if slots else None,
        next_slots=[SlotOut(starts_at=s.starts_at, ends_at=s.ends_at) for s in slots],
    )  # fmt: skip


def _key(query: SearchVets, offer: Offer, distance: float | None) -> tuple[Any, UUID]:
    value: Any = {
        "next_free": offer.next_free_at,
        "price": offer.price_minor,
        "rating": -offer.rating if offer.rating is not None else None,
        "distance": distance,
    }[_sort(query)]
    return value, offer.practitioner_id


def _encode(query: SearchVets, offer: Offer, distance: float | None) -> str:
    value, last = _key(query, offer, distance)
    plain = value.isoformat() if isinstance(value, datetime) else None if value is None else str(value)
    return base64.urlsafe_b64encode(json.dumps([_sort(query), plain, str(last)]).encode()).decode()


def _decode(query: SearchVets) -> tuple[Any, UUID] | None:
    if query.cursor is None:
        return None
    try:
        sort, plain, last = json.loads(base64.urlsafe_b64decode(query.cursor))
        key = None if plain is None else READ[sort](plain), UUID(last)
    except (ValueError, KeyError, TypeError):
        sort, key = "", (None, UUID(int=0))
    if sort != _sort(query):
        raise field_error("cursor", "invalid", N_("This page of the list no longer exists"))
    return key
