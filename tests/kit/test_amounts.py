"""What people type as money, read exactly or refused."""

import pytest

from kit import amounts
from kit.money import Money


@pytest.mark.parametrize(
    ("typed", "currency", "locale", "minor"),
    [
        ("12500", "ARS", "es", 1_250_000),
        ("12.500", "ARS", "es", 1_250_000),
        ("12.500,50", "ARS", "es", 1_250_050),
        ("1.234.567,8", "ARS", "es", 123_456_780),
        ("12.50", "ARS", "es", 1_250),
        ("12 500,5", "USD", "es", 1_250_050),
        ("1,250.75", "PHP", "en", 125_075),
        ("0.1", "USD", "en", 10),
        ("12.500", "JOD", "en", 12_500),
        ("12.5", "JOD", "ar", 12_500),
        ("١٢٫٥٠٠", "JOD", "ar", 12_500),
        ("١٬٢٣٤٫٥", "JOD", "ar", 1_234_500),
        ("12,500", "JOD", "es", 12_500),
        ("900719925474.993", "KWD", "en", 900_719_925_474_993),
        ("4500", "CLP", "es", 4_500),
        ("4.500", "CLP", "es", 4_500),
    ],
)
def test_an_amount_is_read_exactly(typed: str, currency: str, locale: str, minor: int) -> None:
    assert amounts.parse(typed, currency, locale) == Money(minor, currency)


@pytest.mark.parametrize(
    ("typed", "currency", "locale", "reason"),
    [
        ("", "ARS", "es", "format"),
        ("-5", "ARS", "es", "format"),
        ("1e3", "ARS", "es", "format"),
        ("12,5,0", "ARS", "es", "format"),
        ("12,500.5", "ARS", "es", "format"),
        ("12,505", "ARS", "es", "decimals"),
        ("12,5", "CLP", "es", "decimals"),
        ("12.500", "JOD", "es", "ambiguous"),
        ("12,500", "KWD", "en", "ambiguous"),
        ("5.", "USD", "en", "format"),
        ("9" * 20, "USD", "en", "format"),
        ("NaN", "USD", "en", "format"),
    ],
)
def test_what_is_no_amount_is_refused(typed: str, currency: str, locale: str, reason: str) -> None:
    with pytest.raises(amounts.AmountUnreadableError) as refusal:
        amounts.parse(typed, currency, locale)
    assert refusal.value.reason == reason


@pytest.mark.parametrize("locale", ["es", "en", "ar"])
@pytest.mark.parametrize("amount", [Money(1_850_050, "ARS"), Money(12_500, "JOD"), Money(5, "USD"), Money(700, "CLP")])
def test_what_is_written_back_can_be_typed_again(amount: Money, locale: str) -> None:
    assert amounts.parse(amounts.plain(amount, locale), amount.currency, locale) == amount
