"""The whole of Lazo with its demo, for measurements from outside."""

import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.boot import answers, environment, free_port

ROOT = Path(__file__).resolve().parent.parent
START_SECONDS = 180


@contextmanager
def running() -> Iterator[str]:
    """Start it on a port and a folder of its own; yields the address."""
    with tempfile.TemporaryDirectory(prefix="lazo-bench-") as folder:
        port = free_port()
        process = subprocess.Popen(
            [sys.executable, "-m", "cli", "dev"], cwd=ROOT, env=environment(Path(folder), port),
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
        deadline = time.monotonic() + START_SECONDS
        while not answers(port):
            if process.poll() is not None or time.monotonic() > deadline:
                raise SystemExit("lazo dev did not start")
            time.sleep(0.2)
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            os.killpg(process.pid, signal.SIGINT)
            process.wait(30)


def first_link(html: str, pattern: str) -> str:
    """The first address on the page that fits."""
    found = re.search(rf'href="({pattern})"', html)
    if found is None:
        raise SystemExit(f"no link like {pattern}")
    return found.group(1)
