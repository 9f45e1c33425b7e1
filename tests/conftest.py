"""One PostgreSQL and one Valkey per run, a database migrated once; tests that commit get a fresh copy of it."""

import asyncio
import itertools
import os
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import asyncpg
import pytest

from cli.embedded import postgres, valkey
from domain import reactions
from kit import clock, events
from kit.db import Database
from migrations import apply

_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def server_url() -> Iterator[str]:
    """A PostgreSQL of our own (or ``LAZO_TEST_DATABASE_URL``), as ``postgresql://…/postgres``."""
    given = os.environ.get("LAZO_TEST_DATABASE_URL")
    if given:
        yield given
        return
    with tempfile.TemporaryDirectory(prefix="lazo-pg-") as folder:
        server = postgres.start_postgres(Path(folder))
        server.wait_ready()
        yield server.url
        server.stop()


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    """A Valkey of our own, on a unix socket."""
    with tempfile.TemporaryDirectory(prefix="lazo-vk-") as folder:
        server = valkey.start_valkey(Path(folder))
        yield server.url
        server.stop()


def database_url(server_url: str, name: str) -> str:
    """The SQLAlchemy address of database ``name`` on the server."""
    head, _, query = server_url.replace("postgresql://", "postgresql+asyncpg://", 1).partition("?")
    return f"{head.rsplit('/', 1)[0]}/{name}" + (f"?{query}" if query else "")


@pytest.fixture(scope="session")
def template(server_url: str) -> str:
    """The name of a migrated, empty database that others are copied from."""

    async def build() -> None:
        admin = await asyncpg.connect(server_url)
        await admin.execute("drop database if exists lazo_template")
        await admin.execute("create database lazo_template")
        await admin.close()
        await apply.upgrade(database_url(server_url, "lazo_template"))

    asyncio.run(build())
    return "lazo_template"


async def _copy(server_url: str, template: str) -> str:
    name = f"lazo_test_{os.getpid()}_{next(_numbers)}"
    admin = await asyncpg.connect(server_url)
    await admin.execute(f"create database {name} template {template}")
    await admin.close()
    return name


@pytest.fixture
async def fresh_url(server_url: str, template: str) -> AsyncIterator[str]:
    """The SQLAlchemy address of a database of the test's own; commits are real; dropped afterwards."""
    name = await _copy(server_url, template)
    yield database_url(server_url, name)
    admin = await asyncpg.connect(server_url)
    await admin.execute(f"drop database {name} with (force)")
    await admin.close()


@pytest.fixture
async def db(fresh_url: str) -> AsyncIterator[Database]:
    """A database of the test's own behind the application's own door."""
    database = Database(fresh_url)
    yield database
    await database.close()


@pytest.fixture(autouse=True)
def _house() -> Iterator[None]:
    events.install(reactions.REACTIONS)
    yield
    clock.set_shift(0)
