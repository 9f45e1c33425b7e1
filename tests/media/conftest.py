from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, async_playwright

from cli.embedded.valkey import RunningValkey, start_valkey
from tests.media.harness import Harness
from tests.signaling.parties import Process, Visit, free_port

FLAGS = [
    "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update",
    # Chromium's second fake camera gives depth pictures, which nobody can encode: the third is a camera again.
    "--disable-sync", "--use-fake-device-for-media-stream=device-count=3", "--use-fake-ui-for-media-stream",
    "--autoplay-policy=no-user-gesture-required", "--disable-features=WebRtcHideLocalIpsWithMdns",
]  # fmt: skip


@pytest.fixture(scope="session")
def valkey(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningValkey]:
    server = start_valkey(Path(tmp_path_factory.mktemp("valkey")))
    server.wait_ready()
    yield server
    server.stop()


@pytest.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as play:
        running = await play.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        yield running
        await running.close()


@pytest.fixture
async def place(valkey: RunningValkey) -> AsyncIterator[tuple[Harness, Process]]:
    port = free_port()
    process = Process(valkey.url, public_url=f"http://127.0.0.1:{port}")
    harness = await Harness(Visit(), port, process.url).start()
    yield harness, process
    await harness.stop()
    process.kill()
