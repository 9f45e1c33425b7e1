"""`lazo dev` as its user meets it: started, used, killed in parts, stopped; and every way it can be refused."""

import json
import os
import re
import shutil
import signal
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from cli import databases, processes
from cli.embedded import places, postgres
from tests.factories.running import ROOT, Running, environment, free_port

PLACEHOLDERS = "tests.cli.placeholders"
NAMES = ("http", "signaling", "media", "scheduler", "mail")


def _refused(data: Path, port: int, **more: str) -> str:
    """Start, expect it to give up, and return the one line it said."""
    command = [sys.executable, "-m", PLACEHOLDERS]
    done = subprocess.run(
        command, env=environment(data, port, **more), cwd=ROOT, capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 1, done.stdout + done.stderr
    lines = done.stderr.strip().splitlines()
    assert len(lines) == 1, done.stderr
    assert lines[0].startswith("lazo: ")
    assert "Fix: " in lines[0]
    return lines[0]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory as a first start leaves it, to copy: most tests are about later starts."""
    data = tmp_path_factory.mktemp("made") / "data"
    with _running(data, free_port()):
        pass
    return data


@pytest.fixture
def data(made: Path, tmp_path: Path) -> Path:
    """A data directory that was started with before."""
    shutil.copytree(made / "postgres", tmp_path / "data" / "postgres")
    return tmp_path / "data"


@contextmanager
def _running(data: Path, port: int, **more: str) -> Iterator[Running]:
    running = Running(data, port, PLACEHOLDERS, **more)
    try:
        running.wait_for("Ctrl-C stops everything")
        yield running
    finally:
        if running.process.poll() is None:
            running.interrupt()
        _end_leftovers(data)


def _end_leftovers(data: Path) -> None:
    state = postgres._state(data / "postgres")
    if state and places.is_alive(state[0]):
        postgres.start_postgres(data).stop()


def test_starts_says_where_to_go_and_stops_on_ctrl_c_leaving_nothing(tmp_path: Path) -> None:
    data, port = tmp_path / "data", free_port()
    with _running(data, port) as lazo:
        assert sorted(lazo.children()) == sorted(NAMES)
        pids = [*lazo.children().values(), psutil.Process(lazo.process.pid).pid]
        assert int(lazo.answer()) == lazo.children()["http"]
        said = lazo.said()
        for handle in ("ana", "nour", "sosa", "farah", "maya", "cruz", "root"):
            assert re.search(rf"http://127\.0\.0\.1:{port}/dev/login/{handle}$", said, re.MULTILINE)
        for path in ("/try", "/dev/mail", "/api/docs"):
            assert f"http://127.0.0.1:{port}{path}" in said
        assert re.search(r"Ready in \d+\.\d s", said)
        assert stat.S_IMODE((data / "secret").stat().st_mode) == 0o600
        servers = [postgres.launch(data).pid]
        assert lazo.interrupt() < 5
        assert lazo.process.returncode == 0
        assert "Traceback" not in lazo.said()
        assert not [pid for pid in pids + servers if places.is_alive(pid)]


def test_a_second_start_keeps_secret_and_ports_and_is_quick(data: Path) -> None:
    port = free_port()
    with _running(data, port):
        secret, ports = (data / "secret").read_text(), json.loads((data / "ports.json").read_text())
    with _running(data, port) as lazo:
        took = re.search(r"Ready in (\d+\.\d) s", lazo.said())
        assert took
        assert float(took.group(1)) < 5  # a busy machine; benchmarks/boot.py measures
        assert "Migrated" not in lazo.said()
        assert (data / "secret").read_text() == secret
        assert json.loads((data / "ports.json").read_text()) == ports


@pytest.mark.kill
@pytest.mark.parametrize("name", NAMES)
def test_a_killed_process_is_back_and_the_others_never_noticed(data: Path, name: str) -> None:
    port = free_port()
    with _running(data, port) as lazo:
        before = lazo.children()
        os.kill(before[name], signal.SIGKILL)
        lazo.wait_for(f"{name} ended (SIGKILL); starting it again")
        deadline = time.monotonic() + 10
        while len(after := lazo.children()) < len(NAMES):
            assert time.monotonic() < deadline
            time.sleep(0.02)
        assert after[name] != before[name]
        assert {key: pid for key, pid in after.items() if key != name} == {
            key: pid for key, pid in before.items() if key != name
        }
        assert int(lazo.answer()) == after["http"]


@pytest.mark.kill
def test_killed_servers_are_started_again(data: Path) -> None:
    port = free_port()
    with _running(data, port) as lazo:
        os.kill(postgres.launch(data).pid, signal.SIGKILL)
        lazo.wait_for("PostgreSQL ended; starting it again")
        deadline = time.monotonic() + 15
        while True:
            state = postgres._state(data / "postgres")
            if state and state[1] == "ready" and places.is_alive(state[0]):
                break
            assert time.monotonic() < deadline
            time.sleep(0.05)
        assert databases.look(postgres.launch(data).url_of("lazo")).revision == databases.newest_revision()


@pytest.mark.kill
def test_after_kill_9_of_the_supervisor_nothing_of_it_lives_on_and_the_next_start_works(data: Path) -> None:
    port = free_port()
    with _running(data, port) as lazo:
        children = lazo.children()
        lazo.process.kill()
        lazo.process.wait()
        deadline = time.monotonic() + processes.STOP_SECONDS + 2
        while any(places.is_alive(pid) for pid in children.values()):
            assert time.monotonic() < deadline
            time.sleep(0.02)
        left = postgres.launch(data)
        assert left.reused
        with _running(data, port) as again:
            assert postgres.launch(data).pid == left.pid
            assert int(again.answer()) not in children.values()


def test_a_process_that_will_not_end_is_ended(data: Path) -> None:
    with _running(data, free_port(), PLACEHOLDER_LINGERS="60") as lazo:
        assert lazo.interrupt() < 10
        assert lazo.process.returncode == 0


def test_ctrl_c_while_starting_stops_too(tmp_path: Path) -> None:
    data = tmp_path / "data"
    lazo = Running(data, free_port(), PLACEHOLDERS)
    lazo.wait_for("PostgreSQL (built in)")
    lazo.interrupt()
    state = postgres._state(data / "postgres")
    assert state is None or not places.is_alive(state[0])
    assert "Traceback" not in lazo.said()


def test_a_busy_port_is_told_with_one_that_is_free(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        said = _refused(tmp_path / "data", port)
    assert f"Port {port} is busy" in said
    assert re.search(r"LAZO_HTTP_PORT=\d+ make run", said)


def test_a_busy_side_port_is_told_when_it_was_asked_for(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        said = _refused(tmp_path / "data", free_port(), LAZO_SIGNALING_PORT=str(taken.getsockname()[1]))
    assert "unset LAZO_SIGNALING_PORT" in said


@pytest.mark.parametrize(
    ("variable", "value", "expected"),
    [
        ("DATABASE_URL", "postgresql://lazo:hunter2@127.0.0.1:1/lazo", r"no PostgreSQL at 127\.0\.0\.1:1"),
        ("DATABASE_URL", "postgresql://lazo:hunter2@no-such-host.invalid/lazo", r"no PostgreSQL at no-such-host"),
        ("DATABASE_URL", "mysql://lazo:hunter2@127.0.0.1/lazo", r"DATABASE_URL: .*postgresql://"),
        ("REDIS_URL", "redis://:hunter2@127.0.0.1:1/0", r"REDIS_URL: .*127\.0\.0\.1:1"),
        ("REDIS_URL", "http://127.0.0.1/", r"REDIS_URL: "),
        ("LAZO_HTTP_PORT", "eighty", r"LAZO_HTTP_PORT: "),
        ("LAZO_DATA_DIR", "/proc/nowhere", r"/proc/nowhere cannot be used"),
        ("LAZO_ENV", "production", r"LAZO_SECRET"),
    ],
)
def test_a_wrong_setting_is_told_in_one_line(tmp_path: Path, variable: str, value: str, expected: str) -> None:
    said = _refused(tmp_path / "data", free_port(), **{variable: value})
    assert re.search(expected, said), said
    assert "hunter2" not in said


def test_a_second_lazo_on_the_same_data_is_refused_and_the_first_goes_on(data: Path) -> None:
    with _running(data, free_port()) as lazo:
        said = _refused(data, free_port())
        assert f"process {lazo.process.pid}" in said
        assert int(lazo.answer()) == lazo.children()["http"]


def test_a_process_that_cannot_start_is_named_with_its_last_words(data: Path) -> None:
    said = _refused(data, free_port(), PLACEHOLDER_BREAKS="signaling")
    assert "signaling process ended: RuntimeError: the placeholder was told to break" in said
    assert not places.is_alive((postgres._state(data / "postgres") or (0, ""))[0])


def test_your_own_servers_are_used_when_given(tmp_path: Path, server_url: str, redis_url: str) -> None:
    name = f"lazo_given_{os.getpid()}"
    given = server_url.replace("/postgres?", f"/{name}?")
    with _running(tmp_path / "data", free_port(), DATABASE_URL=given, REDIS_URL=redis_url) as lazo:
        assert "PostgreSQL (yours) and Valkey (yours)" in lazo.said()
        assert not (tmp_path / "data" / "postgres").exists()
        assert databases.look(given).revision == databases.newest_revision()
        lazo.interrupt()
        assert databases.look(given).revision
