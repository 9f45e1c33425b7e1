"""The demo vet answers: first another aiortc peer, then a real browser."""

import asyncio
import json
import tomllib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from aiortc import RTCConfiguration, RTCPeerConnection, RTCSessionDescription
from aiortc.mediastreams import AudioStreamTrack, VideoStreamTrack
from playwright.async_api import Browser, expect

import domain
from cli.embedded.valkey import RunningValkey
from kit.settings import Settings
from media import ice_filter
from media.calls import QUEUE, Call
from media.main import Reception, open_redis, prepare
from tests.media.harness import Harness
from tests.signaling.parties import SECRET, Process, Visit, join

SCRIPTS = tomllib.loads((Path(domain.__path__[0]) / "demonstration/chat.toml").read_text())


class Written:
    """Where the note goes in these tests; the records slice has tests of its own."""

    def __init__(self) -> None:
        self.calls: list[Call] = []

    def __call__(self, call: Call) -> Any:
        async def write() -> bool:
            self.calls.append(call)
            return True

        return write


@pytest.fixture
async def vet(valkey: RunningValkey) -> AsyncIterator[tuple[Reception, Written]]:
    prepare()
    redis = open_redis(valkey.url)
    written = Written()
    reception = Reception(Settings(secret=SECRET.decode()), redis, written)
    answering = asyncio.ensure_future(reception.answer())
    yield reception, written
    answering.cancel()
    await asyncio.gather(answering, return_exceptions=True)
    await redis.aclose()
    ice_filter.uninstall()


async def ring(valkey: RunningValkey, visit: Visit, process: Process, locale: str = "en", pace: float = 0.05) -> None:
    message = {
        "room": visit.room, "consultation": visit.consultation, "user": visit.users["practitioner"], "name": "Dr Montes",
        "locale": locale, "pet": "Luna", "script": SCRIPTS[locale], "signaling_url": process.url,
        "ticket": visit.ticket("practitioner"), "pace": pace,
    }  # fmt: skip
    redis = open_redis(valkey.url)
    await redis.rpush(QUEUE, json.dumps(message))
    await redis.aclose()


@pytest.fixture
def visit() -> Visit:
    return Visit()


async def test_two_of_our_peers_talk_through_real_signaling(
    valkey: RunningValkey, vet: tuple[Reception, Written], visit: Visit
) -> None:
    process = Process(valkey.url)
    owner = await join(process, visit, "pet_owner")
    await ring(valkey, visit, process)
    epoch = (await owner.expect("admitted"))["epoch"]
    pc = RTCPeerConnection(RTCConfiguration(iceServers=[]))
    got = {"audio": 0, "video": 0}
    readers = []

    @pc.on("track")
    def read(track: Any) -> None:
        async def consume() -> None:
            while True:
                await track.recv()
                got[track.kind] += 1

        readers.append(asyncio.ensure_future(consume()))

    pc.addTrack(AudioStreamTrack())
    pc.addTrack(VideoStreamTrack())
    await pc.setLocalDescription(await pc.createOffer())
    await owner.say("description", {"epoch": epoch, "type": "offer", "sdp": pc.localDescription.sdp})
    answer = await owner.expect("description", type="answer")
    await pc.setRemoteDescription(RTCSessionDescription(answer["sdp"], "answer"))
    assert (await owner.expect("ask"))["kind"] == "photo"
    await owner.say("chat", {"body": "", "client_id": str(uuid4()), "file_id": str(uuid4())})
    await owner.expect("note.preview", done=True, seconds=30)
    reception, written = vet
    heard = next(iter(reception.visits.values())).peer
    assert heard is not None
    assert got["video"] > 10, got
    assert got["audio"] > 20
    assert heard.frames["video"] > 10
    assert heard.frames["audio"] > 20
    await owner.expect("finished", seconds=10)
    assert [call.consultation.hex for call in written.calls] == [visit.consultation.replace("-", "")]
    lines = [d["body"] for n, d in owner.heard if n == "chat.message"]
    assert any("Luna" in line for line in lines)
    await pc.close()
    await owner.socket.disconnect()
    process.kill()


@pytest.mark.e2e
async def test_a_browser_is_answered_in_about_a_second(
    browser: Browser, valkey: RunningValkey, vet: tuple[Reception, Written], place: tuple[Harness, Process]
) -> None:
    harness, process = place
    page = await browser.new_page(viewport={"width": 390, "height": 844})
    await page.goto(f"{harness.url}/room/pet_owner?locale=es")
    await page.click('[data-action="join"]:visible')
    await ring(valkey, harness.visit, process, "es", pace=0.1)
    await page.wait_for_selector("video-room[data-flowing]", timeout=5000)
    marks = dict(await page.evaluate("performance.getEntriesByType('mark').map(m => [m.name, m.startTime])"))
    assert marks["call:first-frame"] - marks["call:join"] < 2500
    photo = page.locator('[data-part="chat-photo"]')
    await expect(page.locator('[data-part="photo-button"][data-asked]')).to_be_visible(timeout=15000)
    await photo.set_input_files({"name": "luna.png", "mimeType": "image/png", "buffer": PNG})
    await expect(page.locator(".preview[data-done]")).to_be_visible(timeout=30000)
    remote = page.locator('[data-part="remote"]')
    assert await remote.evaluate("v => v.getVideoPlaybackQuality().totalVideoFrames") > 40
    assert await remote.evaluate("v => v.videoWidth") == 640
    reception, _ = vet
    heard = next(iter(reception.visits.values())).peer
    assert heard is not None
    assert heard.frames["video"] > 20
    assert len(harness.photos) == 1
    await expect(page.locator('[data-when="finished"]')).to_be_visible(timeout=15000)
    await page.close()


def _png() -> bytes:
    import io

    from PIL import Image

    out = io.BytesIO()
    Image.new("RGB", (2400, 1800), "#c98").save(out, "PNG")
    return out.getvalue()


PNG = _png()
