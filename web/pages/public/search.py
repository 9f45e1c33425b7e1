"""Finding a vet: filters in the address, results with their next times as buttons."""

from collections.abc import Sequence
from typing import Any

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncSession

from domain.catalog import words
from domain.directory import search
from domain.directory.schemas import ProviderFeed, SearchVets
from kit import formats, i18n
from kit.errors import InvalidRequest
from kit.http.keys import LOCALE, SESSION
from kit.http.policy import Public
from kit.http.routes import Routes
from kit.i18n import gettext as _
from kit.money import EXPONENTS, Money
from web import cards, regions, visitor
from web.filters import ANYWHERE, RATINGS, Filters, minor_units
from web.responses import page

routes = Routes("search")
NEAREST = 3
Pairs = list[tuple[str, str]]


def _options(specialties: words.Words, species: words.Words) -> dict[str, Pairs]:
    """What each filter offers, in the reader's language."""
    spoken = cards.languages(list(i18n.LOCALES))
    return {
        "specialty": specialties,
        "species": species,
        "service": specialties,
        "language": list(zip(i18n.LOCALES, spoken, strict=True)),
        "country": [*regions.countries(), (ANYWHERE, _("Every country"))],
        "rating": [(value, _("%(value)s and more", value=formats.decimal(float(value)))) for value in RATINGS],
        "when": [
            ("now", _("Within the hour")), ("today", _("Today")), ("evening", _("In the evening")),
            ("tomorrow", _("Tomorrow")), ("week", _("Within a week")),
        ],
        "sort": [("", _("Soonest time")), ("price", _("Lowest price")), ("rating", _("Best rated"))],
    }  # fmt: skip


def _amount(typed: str, currency: str) -> str:
    minor = minor_units(typed, currency)
    return formats.money(Money(minor, currency)) if minor is not None and currency in EXPONENTS else ""


def _words_of(name: str, chosen: Filters, options: dict[str, Pairs]) -> str:
    """A set filter in words, for its chip and for the offer to let it go."""
    if name == "price":
        low, high = (_amount(v, chosen.currency) for v in (chosen.min_price, chosen.max_price))
        if low and high:
            return _("%(low)s to %(high)s", low=low, high=high)
        return _("up to %(price)s", price=high) if high else _("from %(price)s", price=low)
    if name == "q":
        return f"“{chosen.q}”"
    known = dict(options[name])
    value = getattr(chosen, name)
    if name == "rating":
        return _("Rated %(value)s and more", value=formats.decimal(float(value)))
    if name == "service":
        return _("Consultation: %(name)s", name=known[value])
    return ", ".join(known[one] for one in ([value] if isinstance(value, str) else value))


def _chips(chosen: Filters, options: dict[str, Pairs]) -> list[tuple[str, str, bool]]:
    """What is set, each with the address that takes it off."""
    found = []
    for code in chosen.specialty:
        rest = tuple(other for other in chosen.specialty if other != code)
        found.append((dict(options["specialty"])[code], chosen.url(specialty=rest), True))
    for name, without in chosen.loosened():
        if name not in ("specialty", "country"):
            found.append((_words_of(name, chosen, options), without.url(), True))
    return found


async def _feed(session: AsyncSession, query: SearchVets) -> ProviderFeed:
    try:
        return await search.vets(session, query)
    except InvalidRequest:  # a cursor of a list that was ordered otherwise
        return await search.vets(session, query.model_copy(update={"cursor": None}))


async def _nearest(
    session: AsyncSession, chosen: Filters, zone: str, options: dict[str, Pairs]
) -> Sequence[dict[str, Any]]:
    """For an empty list: which single filter, let go, finds somebody, and how many."""
    found = []
    for name, rest in chosen.loosened():
        feed = await search.vets(session, rest.ask(zone, limit=20))
        if feed.items:
            found.append(
                {
                    "words": _("In every country") if name == "country"
                    else _("Without: %(filter)s", filter=_words_of(name, chosen, options)),
                    "url": rest.url(), "count": len(feed.items),
                    "more": feed.next_cursor is not None,
                }
            )  # fmt: skip
        if len(found) == NEAREST:
            break
    return found


@routes.get("/search", auth=Public)
async def show(request: web.Request) -> web.Response:
    """The list; asked for by htmx, only what changes with the filters."""
    session, who = request[SESSION], visitor.of(request)
    specialties = await words.specialties(session, request[LOCALE])
    species = await words.species(session, request[LOCALE])
    options = _options(specialties, species)
    known = {name: {code for code, _words in pairs} for name, pairs in options.items()}
    chosen = Filters.read(request.query, known, who.country)
    cursor = request.query.get("cursor") or None
    feed = await _feed(session, chosen.ask(who.time_zone, cursor))
    is_part = request.headers.get("HX-Request") == "true" and "HX-History-Restore-Request" not in request.headers
    return await page(
        request, "public/search_results.html" if is_part else "public/search.html",
        vets=[cards.card(item, dict(specialties)) for item in feed.items], chosen=chosen, options=options,
        chips=_chips(chosen, options), zone=who.time_zone, visitor=who, is_first_page=cursor is None,
        next_url=chosen.url(cursor=feed.next_cursor) if feed.next_cursor else "",
        nearest=[] if feed.items else await _nearest(session, chosen, who.time_zone, options),
        country_name=dict(options["country"]).get(chosen.country, ""), everywhere=ANYWHERE,
    )  # fmt: skip
