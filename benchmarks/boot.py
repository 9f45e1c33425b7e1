"""How long from `make run` to the first page: with nothing there (cold), and the second time (warm).

Each figure is the median of several starts, measured from outside: the command is begun, and the clock stops at
the first page that is answered. The rival is the same processes on the same servers, each started as a program of
its own, the way a process file does it.
"""

import http.client
import json
import os
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from cli.embedded import postgres, valkey

ROOT = Path(__file__).resolve().parent.parent
NAMES = ("http", "signaling", "media", "scheduler", "mail")
COLD_STARTS, WARM_STARTS = 3, 7


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment(data: Path, port: int) -> dict[str, str]:
    kept = {key: value for key, value in os.environ.items() if not key.startswith("LAZO_")}
    for name in ("DATABASE_URL", "REDIS_URL", "PYTHONDONTWRITEBYTECODE"):
        kept.pop(name, None)
    return {**kept, "LAZO_DATA_DIR": str(data), "LAZO_HTTP_PORT": str(port), "PYTHONPATH": str(ROOT)}


def answers(port: int) -> bool:
    try:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        connection.request("GET", "/")
        return connection.getresponse().status < 500
    except OSError:
        return False


def start(data: Path) -> float:
    """Seconds from `make run` to the first page."""
    port = free_port()
    began = time.perf_counter()
    running = subprocess.Popen(
        ["make", "-s", "run"],
        cwd=ROOT,
        env=environment(data, port),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        while not answers(port):
            if running.poll() is not None or time.perf_counter() - began > 300:
                sys.exit("make run did not come up")
            time.sleep(0.005)
        return time.perf_counter() - began
    finally:
        os.killpg(running.pid, signal.SIGINT)
        running.wait(30)


def each_by_itself(data: Path) -> float:
    """Seconds until the same processes, begun all at once as five programs, have started and the page is answered."""
    port = free_port()
    began = time.perf_counter()
    database, cache = postgres.start_postgres(data), valkey.start_valkey(data)
    given = environment(data, port) | {"DATABASE_URL": database.url_of("lazo"), "REDIS_URL": cache.url}
    given |= {f"LAZO_{name}_PORT": str(free_port()) for name in ("SIGNALING", "MEDIA", "SMTP")}
    command = [str(ROOT / ".venv/bin/python"), "-m", "cli"]
    running = [subprocess.Popen([*command, name], env=given, stderr=subprocess.PIPE, text=True) for name in NAMES]
    try:
        for process in running:
            while process.stderr and "is ready" not in (line := process.stderr.readline()):
                if not line:
                    sys.exit("a process did not come up by itself")
        while not answers(port):
            time.sleep(0.005)
        return time.perf_counter() - began
    finally:
        for process in running:
            process.terminate()
        for process in running:
            process.wait(10)
        cache.stop()
        database.stop()


def tell(name: str, value: float, rival: float | None) -> None:
    ratio = round(value / rival, 2) if rival else None
    line = {"name": name, "value": round(value, 2), "unit": "s", "rival": rival and round(rival, 2), "ratio": ratio}
    print(json.dumps(line), flush=True)


def main() -> None:
    room = Path(tempfile.mkdtemp(prefix="lazo-boot-"))
    try:
        cold = [start(room / f"data{number}") for number in range(COLD_STARTS)]
        data = room / "data0"
        start(data)
        warm = statistics.median(start(data) for _ in range(WARM_STARTS))
        rival = statistics.median(each_by_itself(data) for _ in range(3))
    finally:
        shutil.rmtree(room, ignore_errors=True)
    tell("boot.cold", statistics.median(cold), None)
    tell("boot.warm", warm, rival)


if __name__ == "__main__":
    main()
