"""The hand-written demo, read from its files."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent / "content"
CATALOG = Path(__file__).parents[2] / "domain" / "catalog" / "data"


@cache
def rows(pattern: str, key: str) -> tuple[dict[str, Any], ...]:
    """The tables ``[[key]]`` (or the list ``key``) of every demo file that fits ``pattern``."""
    return _rows(HERE, pattern, key)


@cache
def catalog(name: str, key: str) -> tuple[dict[str, Any], ...]:
    """The rows of one catalogue."""
    return _rows(CATALOG, f"{name}.toml", key)


def _rows(folder: Path, pattern: str, key: str) -> tuple[dict[str, Any], ...]:
    found: list[dict[str, Any]] = []
    for file in sorted(folder.glob(pattern)):
        found += tomllib.loads(file.read_text(encoding="utf-8"))[key]
    return tuple(found)


def minutes(text: str) -> int:
    """``09:30`` as minutes of the day."""
    hour, minute = text.split(":")
    return int(hour) * 60 + int(minute)
