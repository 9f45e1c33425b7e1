"""``lazo doctor``: what this machine has and lacks for Lazo, each lack with its fix."""

import importlib.metadata
import os
import shutil
import subprocess
import sys
import tempfile
import time
import zoneinfo
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from cli import databases, installation
from cli.embedded import postgres, valkey
from cli.problems import SetupError
from kit.settings import Settings

OLDEST_PYTHON = (3, 11)
OLDEST_NODE = 20
ROOM_NEEDED = 2 * 1024**3
ZONES = ("America/Argentina/Buenos_Aires", "America/Guayaquil", "Asia/Amman", "Asia/Manila")
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at; ``needed`` is False for what only building or testing needs."""

    name: str
    ok: bool
    said: str
    fix: str = ""
    needed: bool = True


def run() -> int:
    """Print every check; return 1 when something Lazo cannot do without is missing."""
    status = 0
    for check in examine():
        mark = "ok  " if check.ok else ("FIX " if check.needed else "note")
        advice = f". Fix: {check.fix}" if not check.ok else ""
        sys.stdout.write(f"{mark}  {check.name:<14} {check.said}{advice}\n")
        sys.stdout.flush()
        if check.needed and not check.ok:
            status = 1
    return status


def examine() -> Iterator[Check]:
    """Look at everything, one after another; what raises SetupError is a check that failed."""
    yield _python()
    yield _packages()
    yield _node()
    yield _browser()
    yield _zones()
    try:
        settings = installation.settings()
    except SetupError as problem:
        yield _failed("Settings", problem)
        return
    yield Check("Settings", ok=True, said=f"{settings.env}, data in {settings.data_dir.resolve()}")
    yield _room(settings)
    for name, look in (("Ports", _ports), ("PostgreSQL", _database), ("Cache", _cache)):
        yield _guarded(name, look, settings)


def _guarded(name: str, look: Callable[[Settings], str], settings: Settings) -> Check:
    try:
        return Check(name, ok=True, said=look(settings))
    except SetupError as problem:
        return _failed(name, problem)


def _failed(name: str, problem: SetupError) -> Check:
    said, _, fix = str(problem).partition(". Fix: ")
    return Check(name, ok=False, said=said, fix=fix)


def _python() -> Check:
    version = ".".join(str(part) for part in sys.version_info[:3])
    return Check("Python", sys.version_info >= OLDEST_PYTHON, version, "install Python 3.11 or newer")


def _packages() -> Check:
    try:
        versions = {name: importlib.metadata.version(name) for name in ("aiohttp", "SQLAlchemy", "aiortc")}
    except importlib.metadata.PackageNotFoundError as missing:
        return Check("Packages", ok=False, said=f"{missing.name} is not installed", fix="make setup")
    return Check("Packages", ok=True, said=", ".join(f"{name} {version}" for name, version in versions.items()))


def _node() -> Check:
    for place in (shutil.which("node"), str(Path(sys.prefix) / "bin" / "node")):
        version = _version_of(place)
        if version and int(version.lstrip("v").split(".")[0]) >= OLDEST_NODE:
            return Check("Node.js", ok=True, said=version)
    return Check(
        "Node.js", ok=False, said="not here, or too old", fix="nothing: make setup brings its own", needed=False
    )


def _browser() -> Check:
    found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    return Check(
        "Chromium", bool(found), found or "not here; only make test needs it", "apt-get install chromium", needed=False
    )


def _version_of(program: str | None) -> str:
    if not program or not os.access(program, os.X_OK):
        return ""
    return subprocess.run([program, "--version"], capture_output=True, text=True, check=False).stdout.strip()


def _zones() -> Check:
    missing = []
    for name in ZONES:
        try:
            zoneinfo.ZoneInfo(name)
        except zoneinfo.ZoneInfoNotFoundError:
            missing.append(name)
    said = f"no {', '.join(missing)}" if missing else f"all {len(ZONES)} of our markets"
    return Check("Time zones", not missing, said, "make setup (it installs tzdata)")


def _room(settings: Settings) -> Check:
    place = settings.data_dir.resolve()
    free = shutil.disk_usage(place if place.exists() else place.parent).free
    fix = "free some, or set LAZO_DATA_DIR to another disk"
    return Check("Disk", free >= ROOM_NEEDED, f"{free / 1024**3:.1f} GiB free", fix)


def _ports(settings: Settings) -> str:
    if not installation.is_free(settings.http_host, settings.http_port):
        other = installation.free_port(settings.http_host)
        raise SetupError(f"{settings.http_port} is busy. Fix: LAZO_HTTP_PORT={other} make run, or stop what uses it")
    return f"{settings.http_port} is free"


def _database(settings: Settings) -> str:
    """Really start the built-in server, or connect to the given one."""
    began = time.monotonic()
    if settings.database_url:
        databases.look(settings.database_url)
        return "DATABASE_URL answers"
    with tempfile.TemporaryDirectory(prefix="lazo-doctor-") as place:
        how = postgres.find_privilege(postgres.find_binaries(), Path(place) / "postgres")
        postgres.start_postgres(Path(place)).stop()
    manner = "in a user namespace" if how.prefix else (f"as {how.user}" if how.user else "as this user")
    return f"the built-in one runs {manner} ({time.monotonic() - began:.1f} s)"


def _cache(settings: Settings) -> str:
    if settings.redis_url:
        installation.check_redis(settings.redis_url)
        return "REDIS_URL answers"
    with tempfile.TemporaryDirectory(prefix="lazo-doctor-") as place:
        valkey.start_valkey(Path(place)).stop()
    return "the built-in Valkey runs"
