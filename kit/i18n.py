"""Languages: which one a reader gets, and every sentence in it.

msgids are English sentences. The locale in use is a context variable, set once per request, mail or job by
``use(locale)``; ``gettext`` and ``ngettext`` read it when they are called, so module-level texts are marked
with ``N_`` and translated where they are shown.
"""

import gettext as gnu
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path

from kit import i18n_compile

LOCALES = ("es", "en", "ar")
DEFAULT = "es"
NAMES = {"es": "Español", "en": "English", "ar": "العربية"}
DIRECTORY = Path(__file__).resolve().parent.parent / "web" / "locale"
DOMAIN = "lazo"

_current: ContextVar[str] = ContextVar("locale", default=DEFAULT)


def current() -> str:
    """The locale in use: one of ``LOCALES``."""
    return _current.get()


@contextmanager
def use(locale: str) -> Iterator[None]:
    """Speak ``locale`` inside the block; an unknown one is the default."""
    token = _current.set(locale if locale in LOCALES else DEFAULT)
    try:
        yield
    finally:
        _current.reset(token)


def direction(locale: str | None = None) -> str:
    """``rtl`` for Arabic, ``ltr`` for the others: the value of ``<html dir>``."""
    return "rtl" if (locale or current()) == "ar" else "ltr"


def negotiate(user: str | None, cookie: str | None, accept_language: str = "") -> str:
    """The person's setting, else the cookie's, else the browser's, else Spanish: the first that we speak."""
    for choice in (user, cookie, *_accepted(accept_language)):
        language = (choice or "").replace("_", "-").split("-")[0].lower()
        if language in LOCALES:
            return language
    return DEFAULT


def catalog() -> gnu.NullTranslations:
    """The current locale's sentences, placeholders unfilled: for Jinja, which escapes before it fills."""
    return _catalog(current())


def gettext(message: str, /, **values: object) -> str:
    """``message`` in the current locale; ``%(name)s`` placeholders are filled when values are given."""
    text = catalog().gettext(message)
    return text % values if values else text


def ngettext(singular: str, plural: str, n: int, /, **values: object) -> str:
    """The form for ``n``; ``%(num)d`` stands for ``n``."""
    text = catalog().ngettext(singular, plural, n)
    return text % {"num": n, "n": n, **values} if "%(" in text or values else text


def pgettext(context: str, message: str, /, **values: object) -> str:
    """``message`` where one English word needs several translations: ``context`` tells them apart."""
    text = catalog().pgettext(context, message)
    return text % values if values else text


def N_(message: str) -> str:  # noqa: N802
    """Mark a text for the catalogs; it is translated where it is shown."""
    return message


@cache
def _catalog(locale: str) -> gnu.NullTranslations:
    if locale == "en":
        return gnu.NullTranslations()
    compiled = i18n_compile.compile_stale(DIRECTORY / locale / "LC_MESSAGES" / f"{DOMAIN}.po")
    if compiled is None:
        return gnu.NullTranslations()
    return gnu.GNUTranslations(compiled)


def _accepted(header: str) -> Iterable[str]:
    """Language tags of an Accept-Language header, the most wanted first; what cannot be read weighs nothing."""
    weighed: list[tuple[float, int, str]] = []
    for position, part in enumerate(header.split(",")[:20]):
        tag, _, parameter = part.strip().partition(";")
        try:
            weight = float(parameter.strip().removeprefix("q=")) if parameter else 1.0
        except ValueError:
            weight = 0.0
        if tag and weight > 0:
            weighed.append((-weight, position, tag))
    return [tag for _, _, tag in sorted(weighed)]
