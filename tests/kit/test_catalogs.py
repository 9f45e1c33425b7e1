"""The Spanish and Arabic catalogs hold every sentence of the product, whole, and keep its placeholders."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_keywords, parse_mapping_cfg
from babel.messages.pofile import read_po

from kit import i18n

ROOT = Path(__file__).resolve().parents[2]
PLURAL_FORMS = {"es": 2, "ar": 6}
KEYWORDS = ["N_", "_", "gettext", "ngettext:1,2"]
# Without our tags a template cannot be parsed, and extraction then leaves it out without a word.
TEMPLATES = {"extensions": "jinja2.ext.do,jinja2.ext.loopcontrols", "trimmed": "true", "silent": "false"}
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%%|\{\w+\}|</?\w[^>]*>|&#?\w+;")
LONE_PERCENT = re.compile(r"%(?![(%])")
UNUSED = {"node_modules", "tests", "static", "benchmarks"}

Id = str | tuple[str, ...]
both = pytest.mark.parametrize("locale", sorted(PLURAL_FORMS))


@cache
def catalog(locale: str) -> Catalog:
    with (i18n.DIRECTORY / locale / "LC_MESSAGES" / "lazo.po").open("rb") as file:
        return read_po(file)


def messages(locale: str) -> Iterator[tuple[Message, tuple[str, ...], tuple[str, ...]]]:
    """Every message with its sources and its translations: one of each, or one for each plural form."""
    for message in catalog(locale):
        if message.id:
            yield message, _forms(message.id), _forms(message.string)


def _forms(text: object) -> tuple[str, ...]:
    return tuple(text) if isinstance(text, (tuple, list)) else (str(text or ""),)


@cache
def sentences() -> frozenset[Id]:
    """The message ids in the sources as they are now."""
    with (i18n.DIRECTORY / "babel.cfg").open() as file:
        methods, options = parse_mapping_cfg(file)  # type: ignore[no-untyped-call]
    for pattern, method in methods:
        if method.startswith("jinja2"):
            options[pattern] = {**options.get(pattern, {}), **TEMPLATES}
    found = extract_from_dir(
        ROOT, methods, options, {**DEFAULT_KEYWORDS, **parse_keywords(KEYWORDS)}, directory_filter=_is_ours
    )
    return frozenset(message for _file, _line, message, _comments, _context in found if message)


def _is_ours(path: str | Path) -> bool:
    name = Path(path).name
    return name not in UNUSED and not name.startswith((".", "_"))


@both
def test_every_sentence_of_the_sources_is_in_the_catalog(locale: str) -> None:
    known = {message.id if isinstance(message.id, str) else tuple(message.id) for message, _, _ in messages(locale)}
    assert len(sentences()) > 1000
    assert sorted(map(str, sentences() - known)) == []


@both
def test_every_sentence_is_translated(locale: str) -> None:
    assert [sources[0] for _, sources, said in messages(locale) if not all(text.strip() for text in said)] == []


@both
def test_nothing_is_fuzzy(locale: str) -> None:
    assert [sources[0] for message, sources, _ in messages(locale) if message.fuzzy] == []


@both
def test_plurals_have_every_form(locale: str) -> None:
    assert catalog(locale).num_plurals == PLURAL_FORMS[locale]
    wrong = [sources[0] for _, sources, said in messages(locale) if len(said) != _count(locale, sources)]
    assert wrong == []


def _count(locale: str, sources: tuple[str, ...]) -> int:
    return PLURAL_FORMS[locale] if len(sources) > 1 else 1


@both
def test_placeholders_are_the_same(locale: str) -> None:
    """A plural form may leave its number out ("one review"); the form for many may not."""
    wrong = []
    for _message, sources, said in messages(locale):
        expected = {name for text in sources for name in PLACEHOLDER.findall(text)}
        found = [set(PLACEHOLDER.findall(text)) for text in said]
        if found[-1] != expected or any(expected - names - {"%(num)d"} or names - expected for names in found):
            wrong.append((sources[0], said))
    assert wrong == []


@both
def test_a_percent_sign_is_doubled(locale: str) -> None:
    """Every sentence is filled in with ``%``, also one without placeholders."""
    text = [(sources[0], text) for _, sources, said in messages(locale) for text in said]
    assert [source for source, said in text if LONE_PERCENT.search(said.replace("%%", ""))] == []
