"""A vet's money in one currency as the parts of one bar: held, being released, available, asked for, paid out."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from domain.payouts.balances import VetBalance
from kit import formats
from kit.i18n import gettext as _
from kit.money import Money


@dataclass(frozen=True, slots=True)
class Parts:
    """One bar."""

    currency: str
    available: Money
    on_its_way: Money
    parts: list[dict[str, Any]]

    @property
    def is_empty(self) -> bool:
        """Nothing was ever earned in this currency."""
        return not any(part["amount"].amount_minor for part in self.parts)


def parts(currency: str, balance: VetBalance, release_at: datetime | None = None, zone: str = "UTC") -> Parts:
    """The bar of one currency; each part links to its list."""

    def amount(minor: int) -> Money:
        return Money(minor, currency)

    when = _("by %(when)s", when=formats.day_clock(release_at, zone)) if release_at and balance.releasable else ""
    return Parts(
        currency, amount(balance.available), amount(balance.held + balance.releasable),
        [
            {"label": _("Held"), "amount": amount(balance.held), "href": "/vet/earnings?part=held", "note": _("until you have met")},
            {"label": _("Being released"), "amount": amount(balance.releasable), "href": "/vet/earnings?part=releasable", "note": when},
            {"label": _("Available"), "amount": amount(balance.available), "href": "/vet/earnings?part=released", "note": ""},
            {"label": _("Asked for"), "amount": amount(balance.requested), "href": "/vet/earnings#withdrawals", "note": ""},
            {"label": _("Paid out"), "amount": amount(balance.paid), "href": "/vet/earnings#withdrawals", "note": ""},
        ],
    )  # fmt: skip
