"""Each refusal has one code of its own, and stands in docs/problems.md."""

import importlib
import pkgutil
from collections import defaultdict
from pathlib import Path

import api
import domain
import kit
import scheduler
import signaling
import web
from kit.errors import DomainError

PAGE = Path(__file__).resolve().parents[2] / "docs" / "problems.md"
SHARED = {"stale_version"}  # said of any row that has a version; each kind says it in its own words
HEAD = """# Problems

Every refusal of the API is `application/problem+json` (RFC 9457) with one of these codes. A code never changes its
meaning; `title` and `detail` are for people and come in their language. `make openapi` writes this page.

| code | status | meaning |
| --- | --- | --- |
"""


def problems() -> dict[str, list[type[DomainError]]]:
    """Every refusal by its code."""
    for package in (kit, domain, api, web, signaling, scheduler):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if not module.name.endswith("__main__"):
                importlib.import_module(module.name)
    found: dict[str, list[type[DomainError]]] = defaultdict(list)
    waiting: list[type[DomainError]] = [DomainError]
    while waiting:
        kind = waiting.pop()
        waiting += kind.__subclasses__()
        if kind.__name__ != "HttpRefusal" and kind.__module__.partition(".")[0] not in ("tests", "__main__"):
            found[kind.code].append(kind)
    return found


def document() -> str:
    """The page as it must be."""
    lines = [
        f"| `{code}` | {kinds[0].status} | {' / '.join(sorted({kind.title for kind in kinds}))} |"
        for code, kinds in sorted(problems().items())
    ]
    return HEAD + "\n".join(lines) + "\n"


def test_codes_are_unique() -> None:
    own = {
        code: [kind.__qualname__ for kind in kinds if "code" in vars(kind)]
        for code, kinds in problems().items()
        if code not in SHARED
    }
    assert not {code: names for code, names in own.items() if len(names) > 1}


def test_each_problem_is_documented() -> None:
    assert PAGE.read_text(encoding="utf-8") == document(), "run: make openapi"


if __name__ == "__main__":
    PAGE.write_text(document(), encoding="utf-8")
