"""What /dev/kit shows: one believable set of values for every component, relative to now."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

from kit import clock, formats
from kit.i18n import gettext as _
from kit.money import Money

ZONE = "America/Argentina/Buenos_Aires"


@dataclass(frozen=True)
class SampleVet:
    """The shape of a vet that ``booking.vet_row`` and the home page take."""

    name: str
    title: str
    rating: float
    rating_count: int
    price: Money
    specialties: tuple[str, ...]
    photo_url: str | None = None
    url: str = "#"
    time_zone: str = ZONE
    next_free_at: datetime | None = None
    slots: list[tuple[datetime, str]] = field(default_factory=list)


def sample() -> SimpleNamespace:
    """The ``kit`` of the page's context, in the current locale."""
    start = clock.now().replace(minute=0, second=0, microsecond=0) + timedelta(hours=20)
    price, commission = Money(1_850_000, "ARS"), Money(222_000, "ARS")
    return SimpleNamespace(
        zone=ZONE,
        vet=_vets(start)[0],
        vets=_vets(start),
        names=["Ana Ríos", "نور الحداد", "Maya Quispe", "José Miguel Cruz"],
        long_name="Dra. María de los Ángeles Fernández-Villavicencio y Echeverría de Goicoechea",
        price=price,
        commission=commission,
        net=price - commission,
        dinars=Money(12_500, "JOD"),
        starts_at=start,
        ago=clock.now() - timedelta(minutes=3),
        hold_until=clock.now() + timedelta(minutes=12),
        slots=[start + timedelta(minutes=20 * n) for n in range(8)],
        days=_days(start),
        timeline=_timeline(start),
        parts=_parts(),
        errors={
            "kit-mail": _("Write the whole address, like ana@example.com."),
            "kit-price": _("Write the price in figures, like 12.500."),
            "kit-service": _("Choose what you need."),
        },
    )


def _vets(start: datetime) -> list[SampleVet]:
    slots = [(start + timedelta(minutes=40 * n), "#") for n in range(3)]
    cats, skin = _("Cats"), _("Skin")
    return [
        SampleVet("Dra. Lucía Sosa", _("Dermatology, cats and dogs"), 4.87, 128, Money(1_850_000, "ARS"), (skin, cats), next_free_at=start, slots=slots),
        SampleVet("د. فرح العبادي", _("General practice"), 4.9, 64, Money(12_500, "JOD"), (cats,), next_free_at=start, slots=slots[:2]),
        SampleVet("Dr. Andrés Felipe Montalvo de la Torre-Iturralde", _("Exotic animals"), 0, 0, Money(2_500, "USD"), (), slots=[]),
    ]  # fmt: skip


def _days(start: datetime) -> list[dict[str, Any]]:
    days = [start + timedelta(days=n) for n in range(7)]
    return [
        {
            "name": formats.weekday(at, ZONE),
            "number": at.day,
            "free": (5, 3, 0, 8, 1, 0, 2)[n],
            "href": "#",
            "current": n == 1,
        }
        for n, at in enumerate(days)
    ]


def _timeline(start: datetime) -> list[dict[str, Any]]:
    return [
        {"title": _("Booked"), "when": formats.day_clock(start - timedelta(days=3), ZONE), "state": "past"},
        {"title": _("Payment held"), "when": formats.day_clock(start - timedelta(days=3), ZONE), "state": "past"},
        {"title": _("The call opens"), "when": formats.day_clock(start, ZONE), "note": _("You can check your camera now."), "state": "now"},
        {"title": _("You both confirm"), "state": "next"},
        {"title": _("The payment is released"), "state": "next"},
    ]  # fmt: skip


def _parts() -> list[dict[str, Any]]:
    return [
        {"label": _("Held"), "amount": Money(5_550_000, "ARS"), "note": _("3 consultations"), "href": "#"},
        {"label": _("Being released"), "amount": Money(1_850_000, "ARS"), "note": _("on Sunday")},
        {"label": _("Available"), "amount": Money(8_140_000, "ARS"), "href": "#"},
        {"label": _("Paid out"), "amount": Money(24_420_000, "ARS"), "href": "#"},
    ]
