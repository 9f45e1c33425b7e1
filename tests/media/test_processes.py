"""The real signaling and media processes, a real visit in PostgreSQL, and a browser: the whole of a demonstration call."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from domain.consultations import presence, rooms
from domain.consultations.models import Consultation
from domain.records import notes
from kit.db import Database, Scope
from media.calls import QUEUE
from media.main import open_redis
from tests.factories.money import World, open_world
from tests.media.harness import Harness
from tests.media.test_demo_vet import SCRIPTS
from tests.signaling.parties import SECRET, Visit, free_port


@pytest.fixture
def ports(fresh_url: str, redis_url: str, tmp_path: Path) -> Iterator[dict[str, int]]:
    given = {"http": free_port(), "signaling": free_port(), "media": free_port()}
    env = {
        **os.environ, "DATABASE_URL": fresh_url, "REDIS_URL": redis_url, "LAZO_SECRET": SECRET.decode(),
        "LAZO_DATA_DIR": str(tmp_path), **{f"LAZO_{name.upper()}_PORT": str(port) for name, port in given.items()},
    }  # fmt: skip
    names = ("signaling", "media")
    children = [subprocess.Popen([sys.executable, "-m", "cli", name], env=env) for name in names]
    yield given
    for child in children:
        child.terminate()
    for child in children:
        assert child.wait(10) == 0


async def room_of(world: World) -> tuple[Visit, Consultation]:
    appointment = await world.get(await world.paid())
    async with world.db.begin(Scope.system()) as session:
        room = await rooms.of_appointment(session, appointment.id)
    assert room is not None
    users = {"pet_owner": str(world.pet_owner.person), "practitioner": str(world.vet.person)}
    return Visit(room.room_id, str(room.id), users), room


@pytest.mark.e2e
async def test_a_whole_demonstration_call(
    db: Database, redis_url: str, ports: dict[str, int], browser: Browser
) -> None:
    world = await open_world(db)
    visit, room = await room_of(world)
    harness = await Harness(visit, ports["http"], f"http://127.0.0.1:{ports['signaling']}").start()
    page = await browser.new_page(viewport={"width": 390, "height": 844})
    try:
        await page.goto(f"{harness.url}/room/pet_owner?locale=es")
        await page.click('[data-action="join"]:visible')
        redis = open_redis(redis_url)
        call = {
            "room": visit.room, "consultation": visit.consultation, "user": visit.users["practitioner"], "name": "Montes",
            "locale": "es", "pet": "Luna", "script": SCRIPTS["es"], "pace": 0.1,
        }  # fmt: skip
        await redis.rpush(QUEUE, json.dumps(call))
        await redis.aclose()
        await page.wait_for_selector("video-room[data-flowing]", timeout=15_000)
        await expect(page.locator('[data-part="photo-button"][data-asked]')).to_be_visible(timeout=20_000)
        if os.environ.get("LAZO_TEST_SHOTS"):
            await page.screenshot(path=Path(os.environ["LAZO_TEST_SHOTS"]) / "demo-vet.png")
        await page.fill('[data-part="chat-input"]', "Mira")
        await page.keyboard.press("Enter")
        await expect(page.locator('[data-when="finished"]')).to_be_visible(timeout=60_000)
    finally:
        await page.close()
        await harness.stop()
    async with db.begin(Scope.system()) as session:
        ended = await session.get_one(Consultation, room.id)
        note = await notes.of_appointment(session, room.appointment_id)
        assert ended.state == "ended"
        assert await presence.overlap_seconds(session, room.id) >= 1
        assert note is not None
        assert note.state == "signed"
        assert "piel" in note.diagnosis
