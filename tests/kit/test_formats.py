"""How amounts, times and names are written."""

from datetime import UTC, datetime, timedelta

import pytest

from kit import clock, formats, i18n
from kit.money import EXPONENTS, Money

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


class TestMoney:
    @pytest.mark.parametrize(
        ("amount", "locale", "written"),
        [
            (Money(1_850_000, "ARS"), "es", "18.500,00\u00a0ARS"),
            (Money(12_500, "JOD"), "en", "JOD\u00a012.500"),
            (Money(12_500, "JOD"), "ar", "12.500\u00a0د.أ."),
            (Money(1_234_500, "IQD"), "en", "IQD\u00a01,234.500"),
            (Money(150_000, "PHP"), "en", "₱1,500.00"),
            (Money(500, "CLP"), "es", "500\u00a0CLP"),
        ],
    )
    def test_written(self, amount: Money, locale: str, written: str) -> None:
        assert formats.money(amount, locale) == written

    @pytest.mark.parametrize("currency", sorted(EXPONENTS))
    @pytest.mark.parametrize("locale", i18n.LOCALES)
    def test_latin_digits_and_our_decimals_everywhere(self, currency: str, locale: str) -> None:
        written = formats.money(Money(1, currency), locale)
        digits = "".join(letter for letter in written if letter.isdigit())
        assert digits == "1".zfill(EXPONENTS[currency] + 1)


class TestTime:
    def test_today_and_tomorrow_are_the_readers(self) -> None:
        with clock.at(NOON), i18n.use("en"):
            late = NOON + timedelta(hours=13)
            assert formats.day_clock(late, "America/Argentina/Buenos_Aires").startswith("today 10:00")
            assert formats.day_clock(late, "Asia/Manila").startswith("tomorrow 9:00")

    def test_naive_is_refused(self) -> None:
        with pytest.raises(ValueError, match="naive"):
            formats.day(NOON.replace(tzinfo=None), "UTC")

    def test_year_when_it_is_far(self) -> None:
        with clock.at(NOON):
            assert "2025" in formats.day(NOON - timedelta(days=360), "UTC", "es")
            assert "2026" not in formats.day(NOON, "UTC", "es")

    def test_zone_has_a_name_in_each_language(self) -> None:
        assert formats.zone_name("America/Argentina/Buenos_Aires", "ar") == "بوينوس أيرس"

    def test_duration(self) -> None:
        assert [formats.duration(n, "en") for n in (0, 30, 60, 75)] == ["0 min", "30 min", "1 hr", "1 hr 15 min"]


@pytest.mark.parametrize(
    ("name", "letters"), [("Dra. Lucía Sosa", "LS"), ("نور الحداد", "نا"), ("Cher", "C"), ("", ""), ("Dr. Ñ", "Ñ")]
)
def test_initials(name: str, letters: str) -> None:
    assert formats.initials(name).replace("\u200c", "") == letters
