"""Where an embedded server keeps its socket, and what its process may be told."""

import hashlib
import importlib.util
import os
import signal
import stat
import tempfile
import time
from contextlib import suppress
from pathlib import Path

from cli.problems import SetupError

SOCKET_PATH_LIMIT = 90  # sun_path holds 108 bytes, and ".s.PGSQL.5432.lock" has to fit behind the directory

SHORT_PLACE = "/tmp"  # noqa: S108  # the directory made there is checked to be ours


class EmbeddedServerError(SetupError):
    """An embedded server cannot run here; the message is one line that says the fix."""


def socket_dir(data_dir: Path, name: str) -> Path:
    """Return a directory of mode 0700 for the sockets of ``name``; its path is short even where ``data_dir`` is long."""
    wanted = data_dir.resolve() / "run"
    if len(str(wanted)) + len(name) > SOCKET_PATH_LIMIT - 20:
        digest = hashlib.sha256(str(data_dir.resolve()).encode()).hexdigest()[:12]
        base = tempfile.gettempdir()
        wanted = Path(base if len(base) < 40 else SHORT_PLACE) / f"lazo-{os.getuid()}-{digest}"
    with suppress(FileExistsError):
        wanted.mkdir(parents=True)
    # A world-writable /tmp: somebody else may have made the directory first.
    found = wanted.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid():
        raise EmbeddedServerError(
            f"{wanted} belongs to somebody else. Fix: remove it, or set LAZO_DATA_DIR to a short path."
        )
    wanted.chmod(0o711)  # PostgreSQL run as nobody passes through to its own
    path = wanted / name
    path.mkdir(mode=0o700, exist_ok=True)
    return path


def leave(sockets: Path) -> None:
    """Take away the directories of a stopped server's sockets, as far as they are empty."""
    with suppress(OSError):
        sockets.rmdir()
        sockets.parent.rmdir()


def wheel_dir(package: str) -> Path | None:
    """Return where an installed package keeps its files, without importing it."""
    spec = importlib.util.find_spec(package)
    return Path(spec.origin).parent if spec and spec.origin else None


def is_alive(pid: int) -> bool:
    """True while the process exists; a child of ours that has ended is laid to rest."""
    with suppress(ChildProcessError):
        os.waitpid(pid, os.WNOHANG)
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (OSError, IndexError):
        return False
    return state not in {"Z", "X"}


def wait_gone(pid: int, seconds: float) -> bool:
    """Wait until the process has ended, ours or not; False when it outlives the limit."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if not is_alive(pid):
            return True
        time.sleep(0.005)
    return False


def send(pid: int, what: signal.Signals) -> None:
    """Signal a process that may have gone already."""
    with suppress(ProcessLookupError):
        os.kill(pid, what)


def last_line(log: Path) -> str:
    """Return the last thing a server said, for a one-line message."""
    lines = log.read_text(errors="replace").strip().splitlines() if log.exists() else []
    return lines[-1] if lines else "it said nothing"
