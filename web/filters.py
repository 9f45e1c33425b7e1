"""The filters of the search page: read from the address, written into addresses, asked of the directory.

What an address says that makes no sense is left out, so that an old or mistyped link still finds vets.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Self
from urllib.parse import urlencode

from multidict import MultiMapping

from domain.directory.schemas import SearchVets
from kit import clock, zones
from kit.money import EXPONENTS
from web import regions, visitor

ANYWHERE = "any"
WHENS = ("now", "today", "evening", "tomorrow", "week")
SORTS = ("next_free", "price", "rating")
RATINGS = ("4.5", "4", "3.5")
EVENING = (18 * 60, 23 * 60)
PAGE = 12


@dataclass(frozen=True, slots=True)
class Filters:
    """One value per filter; empty is "no matter". Prices are in major units of the country's currency."""

    q: str = ""
    specialty: tuple[str, ...] = ()
    species: str = ""
    service: str = ""
    language: str = ""
    country: str = ""
    min_price: str = ""
    max_price: str = ""
    rating: str = ""
    when: str = ""
    sort: str = ""

    @classmethod
    def read(cls, query: MultiMapping[str], words: Mapping[str, set[str]], home: str) -> Self:
        """The address's filters, each one of the catalogue's ``words``; the reader's own country by default."""

        def one(name: str, known: set[str]) -> str:
            value = query.get(name, "")
            return value if value in known else ""

        country = one("country", {*regions.COUNTRIES, ANYWHERE}) or home
        has_currency = bool(visitor.currency_of(country))
        return cls(
            q=query.get("q", "").strip()[:80],
            specialty=tuple(dict.fromkeys(v for v in query.getall("specialty", []) if v in words["specialty"]))[:10],
            species=one("species", words["species"]), service=one("service", words["specialty"]),
            language=one("language", words["language"]), country=country,
            min_price=_price(query.get("min_price", "")) if has_currency else "",
            max_price=_price(query.get("max_price", "")) if has_currency else "",
            rating=one("rating", set(RATINGS)), when=one("when", set(WHENS)), sort=one("sort", set(SORTS)),
        )  # fmt: skip

    @property
    def currency(self) -> str:
        """What prices are meant in; empty when vets of every country are looked for."""
        return visitor.currency_of(self.country)

    def url(self, **changes: object) -> str:
        """The address of the list with some filters changed; ``cursor`` goes to a further page."""
        cursor = changes.pop("cursor", None)
        changed = replace(self, **changes)  # type: ignore[arg-type]
        pairs = [(field.name, getattr(changed, field.name)) for field in fields(changed)]
        given = {name: value for name, value in pairs if value}
        if cursor:
            given["cursor"] = cursor
        return "/search" + (f"?{urlencode(given, doseq=True)}" if given else "")

    def window(self, zone: str) -> tuple[datetime | None, datetime | None]:
        """Between which instants a time must be free: days and evenings are those of ``zone``."""
        now = clock.now()
        today = zones.local_day(zone, now)
        if self.when == "now":
            return now, now + timedelta(hours=1)
        if self.when == "today":
            return now, zones.day_bounds(zone, today)[1]
        if self.when == "tomorrow":
            return zones.day_bounds(zone, today + timedelta(days=1))
        if self.when == "week":
            return now, now + timedelta(days=7)
        if self.when == "evening":
            ends = zones.instant(zone, today, EVENING[1], "closing")
            day = today if now < ends else today + timedelta(days=1)
            begins = zones.instant(zone, day, EVENING[0])
            return max(now, begins), zones.instant(zone, day, EVENING[1], "closing")
        return None, None

    def ask(self, zone: str, cursor: str | None = None, limit: int = PAGE) -> SearchVets:
        """The same, as the directory takes it."""
        free_from, free_to = self.window(zone)
        low, high = minor_units(self.min_price, self.currency), minor_units(self.max_price, self.currency)
        return SearchVets(
            q=self.q, specialty=list(self.specialty), species=self.species or None, service=self.service or None,
            language=self.language or None, country=None if self.country == ANYWHERE else self.country or None,
            currency=self.currency if low is not None or high is not None else None, min_price=low, max_price=high,
            rating=float(self.rating) if self.rating else None, free_from=free_from, free_to=free_to,
            sort=self.sort or None, limit=limit, cursor=cursor,
        )  # fmt: skip

    def loosened(self) -> list[tuple[str, "Filters"]]:
        """(filter let go, the rest): one at a time, what matters least first."""
        options: list[tuple[str, bool, Filters]] = [
            ("when", bool(self.when), replace(self, when="")),
            ("price", bool(self.min_price or self.max_price), replace(self, min_price="", max_price="")),
            ("rating", bool(self.rating), replace(self, rating="")),
            ("language", bool(self.language), replace(self, language="")),
            ("q", bool(self.q), replace(self, q="")),
            ("specialty", bool(self.specialty), replace(self, specialty=())),
            ("service", bool(self.service), replace(self, service="")),
            ("species", bool(self.species), replace(self, species="")),
            ("country", self.country != ANYWHERE, replace(self, country=ANYWHERE, min_price="", max_price="")),
        ]
        return [(name, rest) for name, given, rest in options if given]

    def count(self) -> int:
        """How many filters are set, the country and the order apart."""
        own = (self.species, self.service, self.language, self.rating, self.when, self.min_price or self.max_price)
        return sum(map(bool, own)) + len(self.specialty)


def _price(typed: str) -> str:
    text = typed.strip().replace(",", ".")[:12]
    try:
        value = Decimal(text)
    except InvalidOperation:
        return ""
    return text if value.is_finite() and 0 <= value < Decimal(10) ** 9 else ""


def minor_units(typed: str, currency: str) -> int | None:
    """A price as typed in major units; None where nothing was typed."""
    return int(Decimal(typed).scaleb(EXPONENTS[currency])) if typed and currency else None
