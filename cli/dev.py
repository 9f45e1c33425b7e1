"""``lazo dev``: the whole of Lazo on one machine, from nothing to a ready line."""

import gc
import importlib
import os
import signal
import sys
import time
from contextlib import suppress
from pathlib import Path

from cli import databases, demodata, installation, processes
from cli.embedded import postgres, valkey
from cli.problems import SetupError
from cli.supervisor import Supervised, Supervisor
from kit.settings import Settings

DATABASE = "lazo"
LOOPBACK = ("127.0.0.1", "::1", "localhost")
PERSONAS = (
    ("Ana", "pet owner, Argentina, Spanish", "ana"),
    ("Nour", "pet owner, Jordan, Arabic", "nour"),
    ("Sosa", "vet, Argentina", "sosa"),
    ("Farah", "vet, Jordan", "farah"),
    ("Maya", "receptionist, Ecuador", "maya"),
    ("Cruz", "clinic owner, Philippines", "cruz"),
    ("Root", "platform admin", "root"),
)
PAGES = (
    ("Try a video visit now", "/try", "no account: a demo vet answers"),
    ("Caught mail", "/dev/mail", ""),
    ("API", "/api/docs", ""),
)


def run() -> int:
    """Start everything, keep it running until Ctrl-C, stop everything; return the exit status."""
    gc.disable()  # importing makes much and drops nothing: a fifth of its time
    for what in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(what, _interrupted)  # until the supervisor listens
    try:
        found = _demo_settings()
        lock = installation.only_one(found.data_dir)
        _run_until_told(Supervisor(installation.with_ports(found), say=say, close_in_child=(lock,)))
    except SetupError as problem:
        sys.stderr.write(f"lazo: {problem}\n")
        return 1
    return 0


_told: list[int] = []


def _interrupted(number: int, _frame: object) -> None:
    """Remember it as well as raise: code that is being cancelled may swallow the exception, never the list."""
    _told.append(number)
    raise KeyboardInterrupt


def _demo_settings() -> Settings:
    found = installation.settings()
    if not found.is_demo:
        raise SetupError("lazo dev is demo mode. Fix: unset LAZO_ENV, or start each process: lazo http, lazo scheduler")
    return found


def _run_until_told(supervisor: Supervisor) -> None:
    try:
        _bring_up(supervisor)
        if not supervisor.stopping:
            _welcome(supervisor.settings)
            supervisor.keep()
    except KeyboardInterrupt:
        pass
    finally:
        for what in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(what, signal.SIG_IGN)
        began = time.monotonic()
        supervisor.stop()
    say(f"\nStopped in {time.monotonic() - began:.1f} s. Your data stays in {supervisor.settings.data_dir}.")


def _bring_up(supervisor: Supervisor) -> None:
    began = time.monotonic()
    waiting = _launch_servers(supervisor)
    _import_early()  # the servers start meanwhile
    for server in waiting:
        server.wait_ready()
    installation.check_redis(supervisor.settings.redis_url)
    say(f"  ✔ {_servers_line(supervisor)}", since=began)
    _prepare_database(supervisor.settings, ours=any(one.name == "PostgreSQL" for one in supervisor.servers))
    began = time.monotonic()
    supervisor.listen()
    if _told:
        raise KeyboardInterrupt
    # Letters that go to a real server need no catching.
    catch_mail = supervisor.settings.smtp_host in LOOPBACK
    names = tuple(name for name in processes.MODULES if catch_mail or name != "mail")
    supervisor.start(names)
    if not supervisor.stopping:
        say(f"  ✔ Processes: {', '.join(names)}", since=began)


def _launch_servers(supervisor: Supervisor) -> list[postgres.RunningPostgres | valkey.RunningValkey]:
    """Begin to start the built-in servers that no address was given for."""
    waiting: list[postgres.RunningPostgres | valkey.RunningValkey] = []
    data_dir, changes = supervisor.settings.data_dir, dict[str, object]()
    if not supervisor.settings.database_url:
        database = postgres.launch(data_dir)
        supervisor.servers.append(Supervised("PostgreSQL", database, lambda: postgres.start_postgres(data_dir)))
        changes["database_url"] = database.sqlalchemy_url(DATABASE)
        waiting.append(database)
    if not supervisor.settings.redis_url:
        cache = valkey.launch(data_dir)
        supervisor.servers.append(Supervised("Valkey", cache, lambda: valkey.start_valkey(data_dir)))
        changes["redis_url"] = cache.url
        waiting.append(cache)
    supervisor.settings = installation.changed(supervisor.settings, changes)
    return waiting


def _import_early() -> None:
    """Import once what every child would import; media's own codecs are left to media."""
    for name in ("http", "signaling", "scheduler", "mail"):
        with suppress(ImportError):  # the process itself will say what is missing
            importlib.import_module(processes.MODULES[name])
    gc.freeze()
    gc.enable()


def _servers_line(supervisor: Supervisor) -> str:
    own = [one.name for one in supervisor.servers]
    return " and ".join(f"{name} ({'built in' if name in own else 'yours'})" for name in ("PostgreSQL", "Valkey"))


def _prepare_database(settings: Settings, *, ours: bool) -> None:
    """Migrate when a migration is new; load demo data when there is none yet."""
    began = time.monotonic()
    url, newest = settings.database_url, databases.newest_revision()
    found = databases.look(url)
    if found.demo == demodata.LOADING and ours:
        databases.remake(url)
        found = databases.Found("", "")
    if found.revision != newest:
        databases.migrate(url)
        say(f"  ✔ Migrated to {newest}", since=began)
    began = time.monotonic()
    if demodata.load_once(settings, found.demo):
        say("  ✔ Demo data", since=began)


def _welcome(settings: Settings) -> None:
    url = settings.public_url
    say(f"\n  Ready in {_age():.1f} s      {url}\n")
    for name, path, note in PAGES:
        say(f"    {name:<24}{url}{path}{f'   ({note})' if note else ''}")
    say("\n  Sign in with one click")
    for name, who, handle in PERSONAS:
        say(f"    {f'{name} ({who})':<42}{url}/dev/login/{handle}")
    say(f"\n  Ctrl-C stops everything. Data is in {settings.data_dir}; lazo doctor checks the machine.")


def _age() -> float:
    """Seconds since this process began, its own imports included."""
    ticks = int(Path("/proc/self/stat").read_text().rpartition(")")[2].split()[19])
    return time.clock_gettime(time.CLOCK_BOOTTIME) - ticks / os.sysconf("SC_CLK_TCK")


def say(line: str, since: float | None = None) -> None:
    """Tell the person at the terminal; a terminal that has gone away is no reason to stop."""
    took = f"{'':{max(1, 58 - len(line))}}{time.monotonic() - since:.1f} s" if since is not None else ""
    with suppress(OSError):
        encoding = sys.stdout.encoding or "ascii"
        sys.stdout.write((line + took).encode(encoding, "replace").decode(encoding) + "\n")
        sys.stdout.flush()
