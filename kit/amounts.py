"""Reading an amount of money that somebody typed, exactly: digits and marks, never a float.

Digits may be Latin, Arabic or Persian. A mark is read in the reader's language; where ``1.250`` could be both twelve
hundred and fifty and one and a quarter in a currency of three decimals, it is refused rather than guessed.
"""

import re

from babel import Locale, numbers

from kit import i18n
from kit.money import EXPONENTS, Money

DIGITS = {ord(a): str(n) for row in ("٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹") for n, a in enumerate(row)}
MARKS = {ord("٫"): ".", ord("٬"): ",", ord("،"): ",", ord("\u2019"): "'"}
SPACES = re.compile(r"[\s\u00a0\u202f'\u200e\u200f]")
LONGEST = 15


class AmountUnreadableError(ValueError):
    """It is no amount of this currency; ``reason`` is ``format``, ``decimals`` or ``ambiguous``."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def parse(text: str, currency: str, locale: str | None = None) -> Money:
    """``"12.500,50"`` in Spanish is ``Money(1250050, "ARS")``; raises AmountUnreadableError."""
    exponent = EXPONENTS[currency]
    arabic = "٫" in text or "٬" in text
    typed = SPACES.sub("", text.translate(DIGITS).translate(MARKS))
    whole, decimals = _split(typed, "." if arabic else decimal_mark(locale), exponent)
    if len(whole) + len(decimals) > LONGEST:
        raise AmountUnreadableError("format")
    if len(decimals) > exponent:
        raise AmountUnreadableError("decimals")
    return Money(int(whole + decimals.ljust(exponent, "0")), currency)


def plain(amount: Money, locale: str | None = None) -> str:
    """The amount as it can be typed again: no grouping, all decimals, the reader's mark."""
    exponent = EXPONENTS[amount.currency]
    digits = str(amount.amount_minor).rjust(exponent + 1, "0")
    return f"{digits[:-exponent]}{decimal_mark(locale)}{digits[-exponent:]}" if exponent else digits


def decimal_mark(locale: str | None = None) -> str:
    """``,`` or ``.``: what stands before the decimals in the reader's language, with Latin digits."""
    mark: str = numbers.get_decimal_symbol(Locale.parse(locale or i18n.current()), numbering_system="latn")
    return mark


def _split(text: str, mark: str, exponent: int) -> tuple[str, str]:
    group = "," if mark == "." else "."
    if not re.fullmatch(r"\d[\d.,]*", text) or text.endswith((".", ",")):
        raise AmountUnreadableError("format")
    if text.count(mark) > 1 or (mark in text and group in text[text.index(mark) :]):
        raise AmountUnreadableError("format")
    whole, _, decimals = text.partition(mark)
    if group not in whole:
        return whole, decimals
    if re.fullmatch(rf"\d{{1,3}}(\{group}\d{{3}})+", whole):
        if exponent == 3 and not decimals and whole.count(group) == 1:
            raise AmountUnreadableError("ambiguous")
        return whole.replace(group, ""), decimals
    if not decimals and whole.count(group) == 1:  # the other mark, where it can only mean decimals: 12.50 in Spanish
        whole, _, decimals = whole.partition(group)
        return whole, decimals
    raise AmountUnreadableError("format")
