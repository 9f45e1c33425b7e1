"""The red-flag questions before a video booking, as data (``data/red_flags.toml``)."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

SOURCE = Path(__file__).parent / "data" / "red_flags.toml"


@dataclass(frozen=True, slots=True)
class Question:
    """A yes to it means: a clinic now. ``species`` empty means every animal."""

    code: str
    species: tuple[str, ...]
    text: dict[str, str]
    advice: dict[str, str]


@cache
def _load() -> tuple[str, tuple[Question, ...]]:
    raw = tomllib.loads(SOURCE.read_text(encoding="utf-8"))
    questions = tuple(
        Question(q["code"], tuple(q.get("species", ())), dict(q["text"]), dict(q["advice"])) for q in raw["questions"]
    )
    return str(raw["version"]), questions


def version() -> str:
    """Which set of questions is asked now."""
    return _load()[0]


def for_species(species: str) -> tuple[Question, ...]:
    """The questions for this kind of animal, in order."""
    return tuple(q for q in _load()[1] if not q.species or species in q.species)
