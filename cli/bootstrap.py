"""Set-up of a checkout, before anything is installed: only the standard library may be imported here.

Called by the Makefile with the name of what is needed. Each step leaves a stamp in ``.venv`` with the hash of
what it worked from, so that it is skipped as long as that has not changed.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
ASSETS = ROOT / "web" / "assets"
OLDEST = (3, 11)
OLDEST_NODE = 20
NEWER_PYTHONS = ("python3.13", "python3.12", "python3.11")
BROWSERS = ("chromium", "chromium-browser", "google-chrome")

LAUNCHER = """#!/bin/sh
# Lazo from the checkout this environment belongs to.
here=$(dirname "$(readlink -f "$0")")
PYTHONPATH="$here/../..${PYTHONPATH:+:$PYTHONPATH}" exec "$here/python" -m cli "$@"
"""


class SetupStoppedError(Exception):
    """Set-up cannot go on; the message is one line that says the fix."""


def main(what: str) -> None:
    """Do one step: run, dev, assets, tsc or chromium."""
    if sys.version_info < OLDEST:
        _use_newer_python()
    {"run": run, "dev": dev, "assets": assets, "tsc": tsc, "chromium": chromium}[what]()


def run() -> None:
    """Have the packages that running needs."""
    _environment()
    _install("requirements.lock", "run")
    launcher = VENV / "bin" / "lazo"
    launcher.write_text(LAUNCHER)
    launcher.chmod(0o755)


def dev() -> None:
    """Have the packages that tests and checks need as well."""
    run()
    _install("requirements-dev.lock", "dev")


def assets() -> None:
    """Build what browsers are given: scripts, styles, fonts, icons."""
    path = _node_path()
    began = time.monotonic()
    _install_node_modules(path)
    _run(["node", "build.mjs"], "the browser's side cannot be built", "see what it says above", cwd=ASSETS, path=path)
    _say("Built the browser's side", began)


def tsc() -> None:
    """Check the types of the browser's side."""
    path = _node_path()
    _install_node_modules(path)
    _run(
        [str(ASSETS / "node_modules/.bin/tsc"), "--noEmit"],
        "TypeScript found mistakes",
        "see above",
        cwd=ASSETS,
        path=path,
    )


def chromium() -> None:
    """Have a Chromium for the tests that drive one: root installs Debian's, others are told to."""
    if any(shutil.which(name) for name in BROWSERS):
        return
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        raise SetupStoppedError("The tests need Chromium. Fix: sudo apt-get install -y chromium")
    began = time.monotonic()
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    fix = "apt-get install -y chromium, and see what it says"
    _run(["apt-get", "-qq", "update"], "Debian's package lists cannot be read", fix, env=quiet)
    command = ["apt-get", "-qq", "install", "-y", "--no-install-recommends", "chromium"]
    _run(command, "Chromium cannot be installed", fix, env=quiet, stdout=subprocess.DEVNULL)
    _say("Installed Chromium", began)


def _environment() -> None:
    if (
        PYTHON.exists()
        and subprocess.run([str(PYTHON), "-c", "import pip"], capture_output=True, check=False).returncode == 0
    ):
        return
    began = time.monotonic()
    if VENV.exists() and not VENV.is_symlink():
        shutil.rmtree(VENV)
    done = subprocess.run([sys.executable, "-m", "venv", str(VENV)], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        shutil.rmtree(VENV, ignore_errors=True)
        if "ensurepip" in done.stdout + done.stderr or "No module named venv" in done.stderr:
            name = f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"
            raise SetupStoppedError(
                f"This Python has no pip for virtual environments. Fix: sudo apt-get install -y {name}"
            )
        raise SetupStoppedError(
            f".venv cannot be made: {(done.stderr or done.stdout).strip().splitlines()[-1]}. Fix: free space, or own {ROOT}"
        )
    _say("Made .venv", began)


def _install(lock: str, stamp: str) -> None:
    """Install a lock file, every archive checked against its hash; uv does in seconds what pip does in minutes."""
    mark, digest = VENV / f".stamp-{stamp}", hashlib.sha256((ROOT / lock).read_bytes()).hexdigest()
    if mark.exists() and mark.read_text() == digest:
        mark.touch()
        return
    began = time.monotonic()
    if not _with_uv(lock):
        _pip(lock)
    mark.write_text(digest)
    _say(f"Installed {lock}", began)


def _with_uv(lock: str) -> bool:
    uv = VENV / "bin" / "uv"
    if not uv.exists() and _pip("requirements-uv.lock", must=False) != 0:
        return False
    options, extra = _index_options()
    command = [str(uv), "pip", "install", "-q", "--python", str(PYTHON), "--require-hashes", *options, "-r", lock]
    done = subprocess.run(command, cwd=ROOT, env={**os.environ, **extra}, capture_output=True, check=False)
    return done.returncode == 0


def _pip(lock: str, *, must: bool = True) -> int:
    command = [str(PYTHON), "-m", "pip", "install", "-q", "--disable-pip-version-check", "--require-hashes", "-r", lock]
    done = subprocess.run(command, cwd=ROOT, capture_output=not must, check=False)
    if must and done.returncode != 0:
        raise SetupStoppedError(f"{lock} cannot be installed. Fix: see above; a package index (PyPI) must be reachable")
    return done.returncode


def _index_options() -> tuple[list[str], dict[str, str]]:
    """Tell uv what pip is configured with: uv does not read pip's files."""
    found = subprocess.run(
        [str(PYTHON), "-m", "pip", "config", "list"], capture_output=True, text=True, check=False
    ).stdout
    flags = {"index-url": "--default-index", "extra-index-url": "--index", "find-links": "--find-links"}
    options, extra = ["--index-strategy", "unsafe-best-match"], dict[str, str]()
    for line in found.splitlines():
        key, _, value = line.partition("=")
        name, values = key.rpartition(".")[2], value.strip("'\"").replace("\\n", " ").split()
        if name in flags:
            options += [part for one in values for part in (flags[name], one)]
        elif name == "cert" and values:
            extra["SSL_CERT_FILE"] = values[0]
    return options, extra


def _node_path() -> str:
    """Return a PATH with a Node.js new enough, bringing the one from its wheel when the machine has none."""
    for path in (os.environ.get("PATH", ""), f"{VENV / 'bin'}:{os.environ.get('PATH', '')}"):
        if _node_major(path) >= OLDEST_NODE and shutil.which("npm", path=path):
            return path
    _environment()
    _install("requirements-node.lock", "node")
    if _node_major(path) < OLDEST_NODE:
        raise SetupStoppedError("Node.js from its wheel does not run here. Fix: install Node.js 20 or newer")
    return path


def _node_major(path: str) -> int:
    program = shutil.which("node", path=path)
    if not program:
        return 0
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=False).stdout
    number = said.strip().lstrip("v").partition(".")[0]
    return int(number) if number.isdigit() else 0


def _install_node_modules(path: str) -> None:
    lock, mark = ASSETS / "package-lock.json", ASSETS / "node_modules" / ".stamp"
    digest = hashlib.sha256(lock.read_bytes()).hexdigest()
    if mark.exists() and mark.read_text() == digest:
        return
    began = time.monotonic()
    command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    fix = "see above; the npm registry must be reachable"
    _run(command, "The browser's packages cannot be installed", fix, cwd=ASSETS, path=path, stdout=subprocess.DEVNULL)
    mark.write_text(digest)
    _say("Installed web/assets/package-lock.json", began)


def _run(
    command: "list[str]",
    problem: str,
    fix: str,
    *,
    cwd: Path = ROOT,
    path: str = "",
    env: "dict[str, str] | None" = None,
    stdout: "int | None" = None,
) -> None:
    environment = dict(env or os.environ)
    if path:
        environment["PATH"] = path
        command = [shutil.which(command[0], path=path) or command[0], *command[1:]]
    if subprocess.run(command, cwd=cwd, env=environment, stdout=stdout, check=False).returncode != 0:
        raise SetupStoppedError(f"{problem}. Fix: {fix}")


def _use_newer_python() -> None:
    for name in NEWER_PYTHONS:
        found = shutil.which(name)
        if found:
            os.execv(found, [found, *sys.argv])  # noqa: S606
    raise SetupStoppedError(
        "Lazo needs Python 3.11 or newer. Fix: install it, or run: make PYTHON=/path/to/python3.11 run"
    )


def _say(what: str, began: float) -> None:
    line = f"  + {what}"
    print(f"{line:<58}{time.monotonic() - began:.1f} s", flush=True)


if __name__ == "__main__":
    try:
        main(sys.argv[1])
    except SetupStoppedError as stop:
        sys.exit(f"lazo: {stop}")
    except KeyboardInterrupt:
        sys.exit(130)
