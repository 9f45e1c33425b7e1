"""The catalogues name every thing in every language, and their codes can be relied on."""

import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from domain.catalog import red_flags

DATA = Path(red_flags.__file__).parent / "data"
LOCALES = {"es", "en", "ar"}
CURRENCIES = {"ARS", "USD", "JOD", "PHP"}


def _read(name: str) -> Any:
    return tomllib.loads((DATA / f"{name}.toml").read_text(encoding="utf-8"))


SPECIES = [row["code"] for row in _read("species")["species"]]


@pytest.mark.parametrize("name", ["species", "breeds", "specialties", "plans"])
def test_every_row_has_a_code_of_its_own_and_three_names(name: str) -> None:
    rows = _read(name)[name]
    assert len({row["code"] for row in rows}) == len(rows)
    assert all(set(row["names"]) == LOCALES and all(row["names"].values()) for row in rows)


def test_breeds_belong_to_species_and_are_enough() -> None:
    count = Counter(row["species"] for row in _read("breeds")["breeds"])
    assert set(count) == set(SPECIES)
    assert count["dog"] >= 13
    assert count["cat"] >= 9
    assert "dog_mixed" in {row["code"] for row in _read("breeds")["breeds"]}


def test_red_flags_ask_and_advise_in_three_languages() -> None:
    assert red_flags.version()
    codes = {q.code for species in SPECIES for q in red_flags.for_species(species)}
    assert {
        "breathing",
        "collapse",
        "bleeding",
        "trauma",
        "heat",
        "seizure",
        "bloat",
        "blocked_urine",
        "poison",
    } <= codes
    for species in SPECIES:
        for question in red_flags.for_species(species):
            assert set(question.text) == set(question.advice) == LOCALES
            assert set(question.species) <= set(SPECIES)
    assert "bloat" not in {q.code for q in red_flags.for_species("cat")}


def test_there_are_twelve_templates_in_each_language() -> None:
    rows = _read("diagnosis_templates")["templates"]
    assert min(Counter(row["locale"] for row in rows)[locale] for locale in LOCALES) >= 12
    assert len({(row["code"], row["locale"]) for row in rows}) == len(rows)
    for row in rows:
        assert set(row["species"]) <= set(SPECIES)
        assert all(row[key] for key in ("name", "diagnosis", "treatment", "notes"))
        assert not set("{}[]<>") & set(row["diagnosis"] + row["treatment"] + row["notes"])
        assert row["follow_up_days"] >= 0


def test_plans_take_less_the_more_they_cost() -> None:
    plans = _read("plans")["plans"]
    assert [(p["code"], p["commission_bp"]) for p in plans] == [("free", 2000), ("pro", 1200), ("premium", 800)]
    for plan in plans:
        assert set(plan["monthly_prices"]) == CURRENCIES
        assert set(plan["features"]) == LOCALES
    for currency in CURRENCIES:
        prices = [p["monthly_prices"][currency] for p in plans]
        assert prices == sorted(prices)
        assert prices[0] == 0
