"""Small files with one idea each; styles, templates and clocks by the house's rules."""

import ast
import re
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LIMITS = (
    ("tests/", ".py", 600),
    ("benchmarks/", ".py", 600),
    ("", ".py", 500),
    ("web/templates/", ".html", 200),
    ("web/assets/ts/", ".ts", 220),
    ("web/assets/css/", ".css", 150),
)
PHYSICAL = re.compile(
    r"(?<![\w-])(?:(?:margin|padding|border|inset|scroll-margin|scroll-padding)-(?:left|right|top|bottom)\b"
    r"|(?:left|right|top|bottom|width|height|(?:min|max)-(?:width|height))\s*:"
    r"|(?:text-align|float|clear)\s*:\s*(?:left|right))"
)
INLINE = re.compile(r"\sstyle\s*=|<style\b|\son[a-z]+\s*=\s*[\"']|javascript:", re.IGNORECASE)
OURS = frozenset({"api", "web", "domain", "signaling", "media", "scheduler", "kit"})


@cache
def tracked() -> tuple[str, ...]:
    """Every file of ours: tracked, or new and not ignored."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return tuple(name for name in listed.stdout.splitlines() if (ROOT / name).is_file())


def sources(suffix: str, under: str = "") -> Iterator[tuple[str, str]]:
    for name in tracked():
        if name.startswith(under) and name.endswith(suffix):
            yield name, (ROOT / name).read_text(encoding="utf-8")


def _limit(name: str) -> int | None:
    if name.startswith("migrations/versions/"):
        return None
    return next((limit for under, suffix, limit in LIMITS if name.startswith(under) and name.endswith(suffix)), None)


def test_no_file_is_longer_than_its_limit() -> None:
    long = {
        name: (lines, limit)
        for name in tracked()
        if (limit := _limit(name)) is not None
        and (lines := len((ROOT / name).read_text(encoding="utf-8").splitlines())) > limit
    }
    assert not long


def test_no_function_is_longer_than_sixty_lines() -> None:
    long = [
        (name, node.name, length)
        for name, text in sources(".py")
        if not name.startswith(("tests/", "migrations/", "benchmarks/"))
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (length := (node.end_lineno or node.lineno) - node.lineno + 1) > 60
    ]
    assert not long


def test_styles_know_no_left_and_right() -> None:
    aside = re.compile(r"/\*.*?\*/|@(?:media|container)[^{]*\{", re.DOTALL)
    found = [
        (name, match.group())
        for name, text in sources(".css", "web/")
        for match in PHYSICAL.finditer(aside.sub("", text))
    ]
    assert not found


def test_no_page_carries_script_or_style_of_its_own() -> None:
    """The content security policy would block it."""
    found = []
    for name, text in sources(".html", "web/templates/"):
        if name.startswith("web/templates/mail"):
            continue
        bare = re.sub(r"\{#.*?#\}", "", text, flags=re.DOTALL)
        found += [(name, match.group()) for match in INLINE.finditer(bare)]
        found += [
            (name, match.group())
            for match in re.finditer(r"<script\b([^>]*)>", bare)
            if "src=" not in match[1] and "application/json" not in match[1]
        ]
    assert not found


def test_the_only_clock_is_the_kit() -> None:
    found = [
        (name, match.group())
        for name, text in sources(".py")
        if name.split("/")[0] in OURS and name != "kit/clock.py"
        for match in re.finditer(r"datetime\.(?:now|utcnow|today)\(|date\.today\(|utcfromtimestamp", text)
    ]
    assert not found


@pytest.mark.parametrize("word", ["TO" + "DO", "FIX" + "ME", "XX" + "X", "NotImplemented"])
def test_nothing_is_left_for_later(word: str) -> None:
    found = [
        name
        for suffix in (".py", ".ts", ".html", ".css")
        for name, text in sources(suffix)
        if not name.startswith("tests/architecture/") and re.search(rf"\b{word}\b", text)
    ]
    assert not found
