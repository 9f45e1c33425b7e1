"""How money, times and counts are written for a reader: in their language, in their zone, with Latin digits.

Plain text; the marks that keep Arabic amounts in order are added by whoever shows them (``<bdi>`` in HTML).
"""

import copy
import re
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from babel import Locale, dates, numbers, units

from kit import clock, i18n
from kit.money import EXPONENTS, Money

BIDI_MARKS = dict.fromkeys(map(ord, "\u200e\u200f\u061c"))
TOUCHING = re.compile(r"([A-Z]{3})(\d)")  # a code and its number: JOD 12.500
DAYS_WITHOUT_YEAR = 300


def money(amount: Money, locale: str | None = None) -> str:
    """``Money(1234500, "JOD")`` is ``1,234.500 JOD`` in the reader's way; decimals as we pinned them."""
    where = _locale(locale)
    pattern = copy.copy(where.currency_formats["standard"])
    exponent = EXPONENTS[amount.currency]
    pattern.frac_prec = (exponent, exponent)
    text: str = pattern.apply(
        amount.major, where, currency=amount.currency, currency_digits=False, numbering_system="latn"
    )
    return TOUCHING.sub("\\1\u00a0\\2", text.translate(BIDI_MARKS).strip())


def number(value: int | Decimal, locale: str | None = None) -> str:
    """A count with the reader's thousands and decimal marks."""
    return numbers.format_decimal(value, locale=_locale(locale), numbering_system="latn")


def decimal(value: float, locale: str | None = None) -> str:
    """One decimal: an average rating."""
    return numbers.format_decimal(value, format="0.0", locale=_locale(locale), numbering_system="latn")


def percent(basis_points: int, locale: str | None = None) -> str:
    """Basis points as a percentage: 1250 is 12.5 %."""
    value = Decimal(basis_points) / 10_000
    return numbers.format_percent(value, format="#,##0.##%", locale=_locale(locale), numbering_system="latn")


def day(value: datetime | date, zone: str | None = None, locale: str | None = None) -> str:
    """``Fri 20 Nov``; with the year when it is far. An instant needs ``zone``: the reader's IANA zone."""
    local = _local_date(value, zone)
    near = abs((local - _local_date(clock.now(), zone or "UTC")).days) < DAYS_WITHOUT_YEAR
    skeleton = "MMMEd" if near else "yMMMEd"
    return dates.format_skeleton(skeleton, local, locale=_locale(locale))


def weekday(value: datetime | date, zone: str | None = None, locale: str | None = None) -> str:
    """``Fri``: the short name of the day."""
    return dates.format_date(_local_date(value, zone), "EEE", locale=_locale(locale))


def clock_time(value: datetime, zone: str, locale: str | None = None) -> str:
    """``15:30`` or ``3:30 PM``, on the wall of ``zone``."""
    return dates.format_time(value, "short", tzinfo=ZoneInfo(zone), locale=_locale(locale)).replace("\u202f", "\u00a0")


def day_clock(value: datetime, zone: str, locale: str | None = None) -> str:
    """``Fri 20 Nov, 15:30``; today and tomorrow by their names."""
    with i18n.use(locale or i18n.current()):
        away = (_local_date(value, zone) - _local_date(clock.now(), zone)).days
        hour = clock_time(value, zone, locale)
        if away == 0:
            return i18n.gettext("today %(time)s", time=hour)
        if away == 1:
            return i18n.gettext("tomorrow %(time)s", time=hour)
        return i18n.gettext("%(day)s, %(time)s", day=day(value, zone, locale), time=hour)


def zone_name(zone: str, locale: str | None = None) -> str:
    """The place a zone is called after: ``Buenos Aires``, ``Amman``."""
    names = _locale(locale).time_zones
    area, _, city = zone.rpartition("/")
    known = names.get(zone) or names.get(f"{area.split('/')[0]}/{city}") or {}
    return str(known.get("city") or city.replace("_", " "))


def since(value: datetime, locale: str | None = None) -> str:
    """``3 minutes ago``, ``in 2 days``: from the business clock."""
    return dates.format_timedelta(value - clock.now(), add_direction=True, locale=_locale(locale))


def duration(value: timedelta | int, locale: str | None = None) -> str:
    """``30 min``, ``1 hr 15 min``; an integer is minutes."""
    minutes = value if isinstance(value, int) else round(value.total_seconds() / 60)
    hours, rest = divmod(minutes, 60)
    if _locale(locale).language == "es":  # the library writes "1 horas"; h and min are the symbols
        return " ".join(f"{n} {sign}" for n, sign in ((hours, "h"), (rest, "min")) if n or (sign == "min" and not hours))
    parts = [(hours, "duration-hour"), (rest, "duration-minute")]
    written = [
        units.format_unit(n, unit, length="short", locale=_locale(locale), numbering_system="latn")
        for n, unit in parts
        if n or (unit.endswith("minute") and not hours)
    ]
    return " ".join(written)


def listed(items: Iterable[str], locale: str | None = None) -> str:
    """``dog, cat``, with the reader's comma; each keeps its own direction."""
    comma = "، " if _locale(locale).language == "ar" else ", "
    return comma.join(isolate(item) for item in items)


def country(code: str, locale: str | None = None) -> str:
    """The country's name, by its ISO 3166 code."""
    return str(_locale(locale).territories.get(code, code))


def language(code: str, locale: str | None = None) -> str:
    """The language's name, by its code."""
    return str(_locale(locale).languages.get(code, code))


def initials(name: str) -> str:
    """At most two letters: the first of the first and of the last name; titles do not count."""
    words = [word for word in name.split() if not word.endswith(".") and word not in {"د", "Dr", "Dra"}]
    letters = [word.lstrip("«\"'(")[:1] for word in words if word.strip("«\"'()")]
    chosen = letters if len(letters) <= 1 else [letters[0], letters[-1]]
    return "\u200c".join(letter.upper() for letter in chosen)


def isolate(text: str) -> str:
    """A name, code or amount set apart from the direction of the sentence around it (Unicode isolates)."""
    return f"\u2068{text}\u2069"


def _locale(locale: str | None) -> Locale:
    return Locale.parse(locale or i18n.current())


def _local_date(value: datetime | date, zone: str | None) -> date:
    if not isinstance(value, datetime):
        return value
    if value.tzinfo is None:
        raise ValueError("a naive datetime is not an instant")
    if zone is None:
        raise ValueError("an instant has no day without a zone")
    return value.astimezone(ZoneInfo(zone)).date()
