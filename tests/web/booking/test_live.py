"""A time that somebody takes leaves the other's open page within two seconds, and comes back (features BK-3)."""

import asyncio
import socket
import time
from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from playwright.async_api import Browser, async_playwright

from cli import http
from domain.booking import appointments, holds
from domain.booking.schemas import BookAppointment
from kit.actor import Actor, Role
from kit.db import Database, Scope
from kit.settings import Settings
from signaling import main as signaling
from tests.factories.places import Town

CHROMIUM = "/usr/bin/chromium"
pytestmark = pytest.mark.e2e


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
async def site(settings: Settings, town: Town) -> AsyncIterator[str]:
    """The pages and the signaling server, really listening."""
    pages, sockets = free_port(), free_port()
    found = settings.model_copy(
        update={
            "http_port": pages, "public_url": f"http://127.0.0.1:{pages}", "signaling_port": sockets,
            "signaling_url": f"http://127.0.0.1:{sockets}",
        }
    )  # fmt: skip
    runner = web.AppRunner(http.create_app(found))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", pages).start()
    ready = asyncio.Event()
    listening = asyncio.create_task(signaling.serve(found, ready.set))
    await asyncio.wait_for(ready.wait(), 10)
    yield found.public_url
    listening.cancel()
    await asyncio.gather(listening, return_exceptions=True)
    await runner.cleanup()


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as play:
        chromium = await play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield chromium
        await chromium.close()


async def test_taken_and_freed(site: str, browser: Browser, db: Database, town: Town) -> None:
    page = await browser.new_page(viewport={"width": 390, "height": 844})
    await page.goto(f"{site}/vets/{town.slug}")
    await page.wait_for_selector("live-slots[data-live]")
    slot = page.locator("[data-starts-at]").last
    starts_at = await slot.get_attribute("data-starts-at")
    assert starts_at is not None
    ana = Actor(Role.PET_OWNER, town.people["ana"], name="Ana")
    wanted = BookAppointment.model_validate(
        {
            "pet_id": town.pet_id, "provider_id": town.practitioner_id, "service_id": town.service_id,
            "starts_at": starts_at, "reason": "Scratches his ear since Monday",
        }
    )  # fmt: skip
    async with db.begin(Scope.pet_owner(ana.person)) as session:
        taken = await holds.take(session, ana, wanted)
    began = time.monotonic()
    gone = page.locator(f'[data-gone][data-starts-at="{starts_at}"]')
    await gone.wait_for(timeout=2000)
    assert time.monotonic() - began < 2
    assert "taken" in await gone.inner_text()
    assert await gone.get_attribute("href") is None
    async with db.begin(Scope.pet_owner(ana.person)) as session:
        await appointments.cancel(session, ana, await appointments.locked(session, taken.id), "changed_my_mind")
    await page.locator(f'[data-starts-at="{starts_at}"]:not([data-gone])').wait_for(timeout=2000)
