from collections.abc import Iterator
from pathlib import Path

import pytest

from cli.embedded.valkey import RunningValkey, start_valkey
from tests.signaling.parties import Process, Visit


@pytest.fixture(scope="session")
def valkey(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningValkey]:
    server = start_valkey(Path(tmp_path_factory.mktemp("valkey")))
    server.wait_ready()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def process(valkey: RunningValkey) -> Iterator[Process]:
    running = Process(valkey.url)
    yield running
    running.kill()


@pytest.fixture
def visit() -> Visit:
    return Visit()
