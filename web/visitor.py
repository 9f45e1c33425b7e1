"""Where a reader is: their country and time zone, known for people with an account, guessed well for visitors.

A visitor's browser tells its zone in the cookie ``zone`` (set by our script); without it the browser's languages
say the country, and the country the zone.
"""

from dataclasses import dataclass
from urllib.parse import unquote

from aiohttp import web
from babel.core import get_global
from babel.numbers import get_territory_currencies

from kit import zones
from kit.http.keys import ACTOR, LOCALE
from kit.money import EXPONENTS
from web import regions

COOKIE = "zone"
COUNTRY_OF_LANGUAGE = {"es": "AR", "en": "PH", "ar": "JO"}
ZONE_OF_COUNTRY = {
    "AR": "America/Argentina/Buenos_Aires", "BO": "America/La_Paz", "CL": "America/Santiago", "CO": "America/Bogota",
    "EC": "America/Guayaquil", "MX": "America/Mexico_City", "PE": "America/Lima", "PY": "America/Asuncion",
    "UY": "America/Montevideo", "AE": "Asia/Dubai", "EG": "Africa/Cairo", "JO": "Asia/Amman", "KW": "Asia/Kuwait",
    "OM": "Asia/Muscat", "QA": "Asia/Qatar", "SA": "Asia/Riyadh", "PH": "Asia/Manila",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Visitor:
    """``country`` is one that we serve; ``time_zone`` an IANA zone; ``is_sure`` if somebody told us the zone."""

    country: str
    time_zone: str
    is_sure: bool


def of(request: web.Request) -> Visitor:
    """The reader of this request."""
    actor = request[ACTOR]
    if actor.is_signed_in:
        return Visitor(_country_of(actor.time_zone) or _spoken(request), actor.time_zone, is_sure=True)
    told = zones.canonical(unquote(request.cookies.get(COOKIE, ""))[:60])
    if zones.is_zone(told):
        return Visitor(_country_of(told) or _spoken(request), told, is_sure=True)
    country = _spoken(request)
    return Visitor(country, ZONE_OF_COUNTRY[country], is_sure=False)


def currency_of(country: str) -> str:
    """The currency people pay with there now; empty for one that we do not handle."""
    found = get_territory_currencies(country)
    return found[0] if found and found[0] in EXPONENTS else ""


def _country_of(zone: str) -> str:
    territory = str(get_global("zone_territories").get(zones.canonical(zone), ""))
    return territory if territory in regions.COUNTRIES else ""


def _spoken(request: web.Request) -> str:
    for tag in request.headers.get("Accept-Language", "").split(",")[:10]:
        region = tag.split(";")[0].strip().rpartition("-")[2].upper()
        if region in regions.COUNTRIES:
            return region
    return COUNTRY_OF_LANGUAGE[request[LOCALE]]
