"""Money is an integer of minor units and an ISO 4217 code; this is the only arithmetic on it.

Exponents are pinned here: CLDR shows IQD with none and other tables differ, and a wrong exponent charges
ten or a thousand times too much.
"""

from dataclasses import dataclass
from decimal import Decimal

EXPONENTS: dict[str, int] = {
    "AED": 2, "ARS": 2, "EGP": 2, "MAD": 2, "MXN": 2, "PHP": 2, "QAR": 2, "SAR": 2, "USD": 2, "UYU": 2,
    "BHD": 3, "IQD": 3, "JOD": 3, "KWD": 3, "OMR": 3,
    "CLP": 0, "JPY": 0,
}  # fmt: skip

BASIS_POINTS = 10_000


class CurrencyMismatchError(ValueError):
    """Two currencies were added or compared; they never are."""


@dataclass(frozen=True, slots=True, order=False)
class Money:
    """``Money(1005, "JOD")`` is 1.005 dinars. Floats are refused."""

    amount_minor: int
    currency: str

    def __post_init__(self) -> None:
        if type(self.amount_minor) is not int:
            raise TypeError("money is an integer of minor units")
        if self.currency not in EXPONENTS:
            raise ValueError(f"unknown currency {self.currency!r}")

    def __add__(self, other: "Money") -> "Money":
        self._same(other)
        return Money(self.amount_minor + other.amount_minor, self.currency)

    def __sub__(self, other: "Money") -> "Money":
        self._same(other)
        return Money(self.amount_minor - other.amount_minor, self.currency)

    def _same(self, other: "Money") -> None:
        if self.currency != other.currency:
            raise CurrencyMismatchError(f"{self.currency} and {other.currency}")

    @property
    def major(self) -> Decimal:
        """The amount in major units, exact."""
        return Decimal(self.amount_minor).scaleb(-EXPONENTS[self.currency])


def commission(gross_minor: int, basis_points: int) -> int:
    """The platform's part of ``gross_minor``: rounded half up to a whole minor unit (features PY-6).

    The vet's part is ``gross - commission``, never rounded a second time.
    """
    if gross_minor < 0 or not 0 <= basis_points <= BASIS_POINTS:
        raise ValueError("commission of a negative amount, or a rate outside 0-100 %")
    return (gross_minor * basis_points + BASIS_POINTS // 2) // BASIS_POINTS
