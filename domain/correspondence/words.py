"""What every mail is made of, and how names, money and times are written into it.

Names and amounts are wrapped in Unicode isolates, so that a Latin name keeps its place in an Arabic sentence; HTML
shows them as ``<bdi>``, plain text keeps them only where the line runs from right to left.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from markupsafe import Markup, escape

from kit import formats, i18n
from kit.i18n import gettext as _
from kit.money import Money

FSI, PDI = "\u2068", "\u2069"
BIDI_CONTROLS = dict.fromkeys(map(ord, "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"))


@dataclass(frozen=True, slots=True)
class Content:
    """One mail without its dress: what is said, the facts, one thing to do, and the small print."""

    subject: str
    paragraphs: Sequence[str]
    facts: Sequence[tuple[str, str]] = ()
    action: tuple[str, str] | None = None
    after: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads: their name and their zone (the language is the one in use)."""

    name: str
    time_zone: str

    def moment(self, at: str) -> str:
        """``Fri 20 Nov, 15:30``: where the reader is."""
        return self._wall(at, self.time_zone)

    def hour(self, at: str) -> str:
        """``15:30``: where the reader is."""
        return formats.clock_time(datetime.fromisoformat(at), self.time_zone)

    def day(self, at: str) -> str:
        """``Fri 20 Nov``: where the reader is."""
        return formats.day(datetime.fromisoformat(at), self.time_zone)

    def with_zone(self, at: str) -> str:
        """The moment, and the city whose clock it is on."""
        return _placed(self.moment(at), self.time_zone)

    def there(self, at: str, zone: str) -> str | None:
        """The moment on the clock of ``zone``, or None where the reader's own clock says the same."""
        wall = self._wall(at, zone)
        return None if wall == self.moment(at) else _placed(wall, zone)

    @staticmethod
    def _wall(at: str, zone: str) -> str:
        moment = datetime.fromisoformat(at)
        return _("%(day)s, %(time)s", day=formats.day(moment, zone), time=formats.clock_time(moment, zone))


def _placed(wall: str, zone: str) -> str:
    return _("%(moment)s (%(city)s time)", moment=wall, city=own(formats.zone_name(zone)))


def one_line(text: str) -> str:
    """``text`` without line breaks, control characters and marks that turn the direction of what follows."""
    visible = "".join(sign if sign.isprintable() or sign == "\u200c" else " " for sign in text.translate(BIDI_CONTROLS))
    return " ".join(visible.split())


def own(text: str) -> str:
    """A name somebody chose, kept apart from the sentence around it."""
    return f"{FSI}{one_line(text)}{PDI}"


def amount(value: dict[str, Any]) -> str:
    """Money with its currency and its decimals, from ``{"amount_minor": 12500, "currency": "JOD"}``."""
    return f"{FSI}{formats.money(Money(value['amount_minor'], value['currency']))}{PDI}"


def is_free(context: dict[str, Any]) -> bool:
    """True where there was nothing to pay: no sentence about money is said."""
    return not context["price"]["amount_minor"]


def html(text: str) -> Markup:
    """Escaped, with isolates as ``<bdi>``."""
    return Markup(str(escape(text)).replace(FSI, "<bdi>").replace(PDI, "</bdi>"))  # noqa: S704  # escaped just before


def plain(text: str) -> str:
    """For the text part: isolates stay only where they matter."""
    return text if i18n.direction() == "rtl" else bare(text)


def bare(text: str) -> str:
    """Without isolates: for headers."""
    return text.replace(FSI, "").replace(PDI, "")
