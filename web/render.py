"""The Jinja environment that every page, mail and fragment is rendered with.

What a page's context must carry (``render`` puts it there):
``viewer`` (None, or an object with name, role, panel, locale, time_zone), ``locale``, ``dir``, ``theme``
("light", "dark" or "" for the system's), ``path`` (with its query), ``csrf_token``.
"""

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup, escape

from kit import clock, formats, i18n
from kit.money import Money
from kit.settings import Settings

HERE = Path(__file__).resolve().parent
DIST = HERE / "static" / "dist"
DIST_URL = "/static/dist/"

# Icons that point along the line of reading; in Arabic they point the other way.
DIRECTIONAL = frozenset(
    {
        "arrow-left", "arrow-right", "chevron-left", "chevron-right", "log-out", "log-in", "send", "reply",
        "undo-2", "external-link", "list", "text",
    }
)  # fmt: skip


class AssetMissingError(LookupError):
    """A template names a file that the build has not made; run ``node build.mjs`` in web/assets."""


def create_environment(settings: Settings) -> jinja2.Environment:
    """Strict (an undefined name is an error), autoescaped, speaking the locale of ``kit.i18n``."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(HERE / "templates"),
        autoescape=jinja2.select_autoescape(default=True, default_for_string=True, disabled_extensions=("txt",)),
        undefined=jinja2.StrictUndefined,
        extensions=["jinja2.ext.i18n", "jinja2.ext.do", "jinja2.ext.loopcontrols"],
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=settings.is_demo,
    )
    environment.policies["ext.i18n.trimmed"] = True
    environment.install_gettext_callables(  # type: ignore[attr-defined]
        # Jinja fills the placeholders itself, after escaping the values: it is given the bare sentences.
        lambda message: i18n.catalog().gettext(message),
        lambda singular, plural, n: i18n.catalog().ngettext(singular, plural, n),
        newstyle=True,
        pgettext=lambda context, message: i18n.catalog().pgettext(context, message),
    )
    environment.filters.update(FILTERS)
    environment.globals.update(
        asset=asset,
        icon=icon,
        drawing=drawing,
        csrf_field=csrf_field,
        now=clock.now,
        languages=i18n.NAMES,
        is_demo=settings.is_demo,
        signaling_url=settings.signaling_url,
    )
    return environment


def asset(name: str) -> str:
    """The served address of a built file, by its source name: ``asset("main.ts")``, ``asset("main.css")``."""
    try:
        return DIST_URL + _manifest()[name]
    except KeyError:
        raise AssetMissingError(f"{name} is not in the manifest; run `node build.mjs` in web/assets") from None


def icon(name: str, size: str = "", label: str = "") -> Markup:
    """A line icon from the sprite (lucide names, and our drawings). Silent, unless ``label`` says what it means.

    ``size``: "" (follows the text), "small" or "large".
    """
    classes = "icon" + (f" icon--{size}" if size else "") + (" icon--mirrors" if name in DIRECTIONAL else "")
    return _use(name, classes, label)


def drawing(name: str, label: str = "") -> Markup:
    """One of our drawings: ``dog``, ``cat``, ``rabbit``, ``bird``, ``horse``, ``reptile``, ``paw`` …"""
    return _use(name, "drawing", label)


@jinja2.pass_context
def csrf_field(context: jinja2.runtime.Context) -> Markup:
    """The hidden field that every ``<form method="post">`` carries. Use it in templates, not inside macros."""
    return Markup('<input type="hidden" name="csrf_token" value="{}">').format(context.resolve("csrf_token"))


def _use(name: str, classes: str, label: str) -> Markup:
    said = Markup('role="img" aria-label="{}"').format(label) if label else Markup('aria-hidden="true"')
    return Markup('<svg class="{}" {}><use href="{}#{}"></use></svg>').format(classes, said, asset("sprite.svg"), name)


def _manifest() -> Mapping[str, str]:
    file = DIST / "manifest.json"
    try:
        return _read_manifest(file, file.stat().st_mtime_ns)
    except FileNotFoundError:
        raise AssetMissingError("web/static/dist is not built; run `node build.mjs` in web/assets") from None


@lru_cache(maxsize=1)
def _read_manifest(file: Path, _version: int) -> Mapping[str, str]:
    names: dict[str, str] = json.loads(file.read_text("utf-8"))
    return names


def money_markup(value: Money | tuple[int, str], locale: str | None = None) -> Markup:
    """An amount that keeps its order in any direction of writing: ``{{ price | money }}``."""
    amount = value if isinstance(value, Money) else Money(*value)
    return Markup('<bdi class="money">{}</bdi>').format(formats.money(amount, locale))


def time_markup(value: datetime, zone: str, how: str = "day_clock", locale: str | None = None) -> Markup:
    """``<time>`` around ``day``, ``clock`` or ``day_clock``: ``{{ starts_at | time(viewer.time_zone, "clock") }}``."""
    write = {"day": formats.day, "clock": formats.clock_time, "day_clock": formats.day_clock}[how]
    return Markup('<time datetime="{}">{}</time>').format(value.isoformat(), write(value, zone, locale))


def since_markup(value: datetime, locale: str | None = None) -> Markup:
    """``3 minutes ago``, kept true while the page is open."""
    return Markup('<local-time since now="{}"><time datetime="{}">{}</time></local-time>').format(
        clock.now().isoformat(), value.isoformat(), formats.since(value, locale)
    )


def stars(value: float) -> str:
    """A rating to one decimal, in the reader's way: ``4.9`` or ``4,9``."""
    return formats.decimal(value)


def bidi(value: object) -> Markup:
    """A name or code set apart from the direction of the sentence around it."""
    return Markup("<bdi>{}</bdi>").format(escape(value))


FILTERS: dict[str, Callable[..., Any]] = {
    "money": money_markup,
    "time": time_markup,
    "day": formats.day,
    "weekday": formats.weekday,
    "clock": formats.clock_time,
    "day_clock": formats.day_clock,
    "since": since_markup,
    "duration": formats.duration,
    "number": formats.number,
    "percent": formats.percent,
    "zone_name": formats.zone_name,
    "stars": stars,
    "initials": formats.initials,
    "listed": formats.listed,
    "country": formats.country,
    "language": formats.language,
    "bdi": bidi,
}
