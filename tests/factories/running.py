"""`lazo dev` as a terminal has it: started in a session of its own, listened to, interrupted."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parents[2]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment(data: Path, port: int, **more: str) -> dict[str, str]:
    """What it starts with: this machine's, without what is set for another Lazo."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("LAZO_")}
    kept.pop("DATABASE_URL", None)
    kept.pop("REDIS_URL", None)
    kept["PYTHONPATH"] = str(ROOT)
    return {**kept, "LAZO_DATA_DIR": str(data), "LAZO_HTTP_PORT": str(port), **more}


class Running:
    """One of them; ``command`` are the words after ``python -m``."""

    def __init__(self, data: Path, port: int, *command: str, **more: str) -> None:
        self.data, self.port = data, port
        self.log = data.parent / f"{data.name}-{time.monotonic_ns()}.out"
        with self.log.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", *command], env=environment(data, port, **more), cwd=ROOT,
                stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True,
            )  # fmt: skip

    def said(self) -> str:
        return self.log.read_text()

    def wait_for(self, text: str, seconds: float = 40) -> None:
        deadline = time.monotonic() + seconds
        while text not in self.said():
            assert time.monotonic() < deadline, f"never said {text!r}:\n{self.said()}"
            assert self.process.poll() is None, self.said()
            time.sleep(0.01)

    def children(self) -> dict[str, int]:
        """The process number of each of the five that runs."""
        found = psutil.Process(self.process.pid).children()
        return {child.name().removeprefix("lazo-"): child.pid for child in found if child.name().startswith("lazo-")}

    def answer(self) -> str:
        """Return what http says, asking again while it is being started."""
        deadline = time.monotonic() + 10
        while True:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/", timeout=2) as response:
                    return str(response.read().decode())
            except OSError:
                assert time.monotonic() < deadline, self.said()
                time.sleep(0.02)

    def interrupt(self) -> float:
        """Press Ctrl-C: the whole process group hears it. Returns the seconds until the end."""
        began = time.monotonic()
        os.killpg(self.process.pid, signal.SIGINT)
        self.process.wait(30)
        return time.monotonic() - began
