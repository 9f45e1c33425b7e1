"""Two browsers in one room: sound and picture both ways, and everything that goes wrong in between."""

import asyncio
import json
from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect

from tests.media.harness import Harness
from tests.signaling.parties import Process

pytestmark = pytest.mark.e2e

KEEP_CONNECTIONS = """
window.connections = [];
const Real = window.RTCPeerConnection;
window.RTCPeerConnection = class extends Real { constructor(...given) { super(...given); window.connections.push(this); } };
"""
FRAMES = """() => {
  const video = document.querySelector('[data-part="remote"]');
  return video.getVideoPlaybackQuality().totalVideoFrames;
}"""
RECEIVED = """async () => {
  const pc = window.connections.at(-1), got = {};
  (await pc.getStats()).forEach(s => { if (s.type === 'inbound-rtp') got[s.kind] = s.kind === 'audio' ? s.totalSamplesReceived : s.framesDecoded; });
  return got;
}"""
LOUDNESS = """async () => {
  const stats = await window.connections.at(-1).getStats(); let energy = 0;
  stats.forEach(s => { if (s.type === 'inbound-rtp' && s.kind === 'audio') energy = s.totalAudioEnergy; });
  return energy;
}"""


class Side:
    """One person with the room open."""

    def __init__(self, page: Page, harness: Harness, role: str) -> None:
        self.page, self.harness, self.role = page, harness, role
        self.complaints: list[str] = []
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

    async def open(self) -> "Side":
        await self.page.goto(f"{self.harness.url}/room/{self.role}")
        await self.press("join")
        return self

    async def press(self, action: str) -> None:
        await self.page.click(f'[data-action="{action}"]:visible')

    async def flows(self, seconds: float = 10) -> None:
        await self.page.wait_for_selector("video-room[data-flowing][data-link=connected]", timeout=seconds * 1000)

    async def frames_in(self, seconds: float) -> int:
        before = await self.page.evaluate(FRAMES)
        await asyncio.sleep(seconds)
        return int(await self.page.evaluate(FRAMES) - before)

    async def ask(self, script: str) -> Any:
        return await self.page.evaluate(script)


@pytest.fixture
async def sides(browser: Browser, place: tuple[Harness, Process]) -> Any:
    harness, _ = place
    contexts = []
    made = []
    for role, size in (("pet_owner", (390, 844)), ("practitioner", (1280, 800))):
        context = await browser.new_context(viewport={"width": size[0], "height": size[1]})
        await context.add_init_script(KEEP_CONNECTIONS)
        contexts.append(context)
        made.append(Side(await context.new_page(), harness, role))
    yield made
    for side in made:
        assert side.complaints == []
    for context in contexts:
        await context.close()


async def meet(sides: list[Side]) -> tuple[Side, Side]:
    owner, vet = sides
    await owner.open()
    await vet.open()
    await vet.page.click('[data-action="admit"]:enabled')
    await asyncio.gather(owner.flows(), vet.flows())
    return owner, vet


async def test_sound_and_picture_both_ways(sides: list[Side]) -> None:
    owner, vet = await meet(sides)
    await asyncio.sleep(2)
    for side in (owner, vet):
        got = await side.ask(RECEIVED)
        assert got["video"] > 20, got
        assert got["audio"] > 40_000, got
        assert await side.ask(FRAMES) > 15
        assert await side.ask(LOUDNESS) > 0


async def test_mute_camera_and_device_switch(sides: list[Side]) -> None:
    owner, vet = await meet(sides)
    await owner.page.keyboard.press("m")
    await expect(vet.page.locator("video-room[data-peer-muted]")).to_be_attached()
    await asyncio.sleep(0.5)
    quiet = await vet.ask(LOUDNESS)
    await asyncio.sleep(1)
    assert await vet.ask(LOUDNESS) - quiet < 1e-3  # concealment fades out; the tone itself is two hundred times louder
    await owner.press("mute")
    await owner.press("camera")
    await expect(vet.page.locator("video-room[data-peer-camera-off]")).to_be_attached()
    assert (
        await owner.ask("() => window.connections.at(-1).getSenders().filter(s => s.track?.kind === 'video').length")
        == 0
    )
    await owner.press("camera")
    await expect(vet.page.locator("video-room:not([data-peer-camera-off])")).to_be_attached()
    assert await vet.frames_in(1.5) > 8
    sent = (
        "() => window.connections.at(-1).getSenders().find(s => s.track?.kind === 'video').track.getSettings().deviceId"
    )
    before = await owner.ask(sent)
    await owner.press("settings")
    await owner.page.locator('[data-part="settings"] select[data-device="camera"]').select_option(label="fake_device_2")
    await owner.page.wait_for_function(f"before => ({sent})() !== before", arg=before)
    assert await vet.frames_in(1.5) > 8
    picker = owner.page.locator('[data-part="settings"] select[data-device="microphone"]')
    options = await picker.locator("option").evaluate_all("all => all.map(o => o.value)")
    await picker.select_option(options[-1])
    await owner.page.keyboard.press("Escape")
    loud = await vet.ask(LOUDNESS)
    await asyncio.sleep(1.5)
    assert await vet.ask(LOUDNESS) > loud


async def test_hang_up_by_mistake_and_return(sides: list[Side]) -> None:
    owner, vet = await meet(sides)
    await owner.press("hang-up")
    await expect(owner.page.locator('[data-action="return"]')).to_be_visible()
    await expect(vet.page.locator('[data-blank="left"]')).to_be_visible()
    await owner.press("return")
    await asyncio.gather(owner.flows(), vet.flows())
    assert await vet.frames_in(1) > 5
    await vet.press("hang-up")
    await vet.press("finish")
    await expect(owner.page.locator('[data-when="finished"]')).to_be_visible()
    await expect(vet.page.get_by_role("button", name="Sign the record")).to_be_visible()


async def test_both_offer_at_once_and_agree(sides: list[Side]) -> None:
    owner, vet = await meet(sides)
    for _ in range(8):
        await asyncio.gather(*(s.ask("() => window.connections.at(-1).restartIce()") for s in (owner, vet)))
        await asyncio.sleep(0.15)
    stable = "window.connections.at(-1).signalingState === 'stable' && window.connections.at(-1).connectionState === 'connected'"
    await asyncio.gather(*(s.page.wait_for_function(stable, timeout=8000) for s in (owner, vet)))
    assert await vet.frames_in(1) > 5
    assert await owner.frames_in(1) > 5
    assert await owner.ask("() => window.connections.length") == 1


@pytest.mark.kill
async def test_signaling_dies_and_the_call_goes_on(
    sides: list[Side], place: tuple[Harness, Process], valkey: Any
) -> None:
    harness, process = place
    owner, vet = await meet(sides)
    process.kill()
    seen = await asyncio.gather(owner.frames_in(2), vet.frames_in(2))
    assert min(seen) > 15, seen
    assert not await owner.page.locator('[data-part="banner"]').is_visible()
    back = Process(valkey.url, process.port, public_url=harness.url)
    try:
        await owner.press("chat")
        await owner.page.fill('[data-part="chat-input"]', "Still here")
        await owner.page.keyboard.press("Enter")
        await expect(vet.page.locator(".bubble", has_text="Still here")).to_be_attached(timeout=10000)
        assert await owner.ask("() => window.connections.length") == 1
        assert await vet.frames_in(1) > 5
    finally:
        back.kill()


async def test_the_vet_reloads_and_keeps_call_and_text(sides: list[Side]) -> None:
    owner, vet = await meet(sides)
    note = vet.page.locator('textarea[name="diagnosis"]')
    await note.fill("Otitis externa, left ear")
    await expect(vet.page.locator('[data-part="note-saved"][data-state="note_saved"]')).to_be_visible(timeout=6000)
    assert vet.harness.note["diagnosis"] == "Otitis externa, left ear"
    await vet.page.locator('textarea[name="treatment"]').fill("Not saved yet")
    await vet.open()
    await asyncio.gather(owner.flows(), vet.flows())
    assert await note.input_value() == "Otitis externa, left ear"
    assert await vet.page.locator('textarea[name="treatment"]').input_value() == "Not saved yet"
    await expect(vet.page.locator('[data-part="note-saved"][data-state="note_saved"]')).to_be_visible(timeout=6000)
    assert await vet.frames_in(1) > 5
    await vet.page.select_option('[data-part="note-template"]', "otitis")
    assert "Clean the ear" in await vet.page.locator('textarea[name="treatment"]').input_value()
    await expect(vet.page.locator('[data-part="note-saved"][data-state="note_saved"]')).to_be_visible(timeout=6000)
    vet.harness.note |= {"version": vet.harness.note["version"] + 1, "notes": "from elsewhere"}
    await note.press("End")
    await note.type("!")
    dialog = vet.page.locator('[data-part="note-conflict"]')
    await expect(dialog).to_be_visible(timeout=6000)
    await expect(dialog).to_contain_text("from elsewhere")
    await dialog.get_by_role("button", name="Keep mine").click()
    await expect(vet.page.locator('[data-part="note-saved"][data-state="note_saved"]')).to_be_visible(timeout=6000)
    assert vet.harness.note["diagnosis"].endswith("!")


async def test_a_second_window_takes_over_and_the_first_stays_quiet(sides: list[Side]) -> None:
    owner, vet = await meet(sides)
    second = Side(await owner.page.context.new_page(), owner.harness, "pet_owner")
    await second.open()
    await asyncio.gather(second.flows(), vet.flows())
    await expect(owner.page.locator('[data-action="use-here"]')).to_be_visible()
    tickets = owner.harness.tickets
    await asyncio.sleep(3)
    assert owner.harness.tickets == tickets
    assert await vet.frames_in(1) > 5


async def test_chat_photo_and_keys_while_writing(sides: list[Side]) -> None:
    owner, vet = await meet(sides)
    await owner.page.keyboard.press("c")
    await owner.page.fill('[data-part="chat-input"]', "")
    await owner.page.locator('[data-part="chat-input"]').press_sequentially("mvcns <b>")
    assert await owner.page.locator('[data-action="mute"]').get_attribute("aria-pressed") == "false"
    await owner.page.keyboard.press("Enter")
    await expect(vet.page.locator('[data-part="chat-badge"]')).to_have_text("1")
    await vet.page.keyboard.press("c")
    await expect(vet.page.locator(".bubble p")).to_have_text("mvcns <b>")
    await vet.page.locator("body").click(position={"x": 300, "y": 20})
    await vet.page.keyboard.press("s")
    await expect(owner.page.locator(".bubble img")).to_be_visible()
    assert len(owner.harness.photos) == 1


async def test_a_refused_camera_is_explained_and_sound_still_joins(
    browser: Browser, place: tuple[Harness, Process]
) -> None:
    harness, _ = place
    context = await browser.new_context(viewport={"width": 390, "height": 844})
    await context.add_init_script("""
      const real = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
      navigator.mediaDevices.getUserMedia = async (wanted) => {
        if (wanted.video) throw new DOMException('', 'NotReadableError');
        return real(wanted);
      };""")
    page = await context.new_page()
    await page.goto(f"{harness.url}/room/pet_owner")
    await expect(page.locator('[data-part="fault"]')).to_contain_text("Another program is using your camera")
    await page.click('[data-action="join"]:visible')
    await expect(page.locator('[data-part="waiting-words"]')).to_contain_text("has not arrived")
    words = json.loads(await page.locator("script[data-room-words]").text_content() or "{}")
    assert len(words) > 60
    await context.close()
