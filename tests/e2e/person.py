"""Somebody at a browser, who finds things by what they are called in their language."""

from typing import Any

from playwright.async_api import Locator, Page, expect

from kit import i18n

ZONES = {"AR": "America/Argentina/Buenos_Aires", "JO": "Asia/Amman", "PH": "Asia/Manila", "EC": "America/Guayaquil"}
SECONDS = 60_000
KEEP_CONNECTIONS = """
window.connections = [];
const Real = window.RTCPeerConnection;
window.RTCPeerConnection = class extends Real { constructor(...given) { super(...given); window.connections.push(this); } };
"""
RECEIVED = """async () => {
  const video = document.querySelector('[data-part="remote"]');
  const got = { width: video.videoWidth, shown: video.getVideoPlaybackQuality().totalVideoFrames, frames: 0, packets: 0, energy: 0 };
  (await window.connections.at(-1).getStats()).forEach((s) => {
    if (s.type !== 'inbound-rtp') return;
    if (s.kind === 'video') got.frames = s.framesDecoded;
    else { got.packets = s.packetsReceived; got.energy = s.totalAudioEnergy; }
  });
  return got;
}"""


class Person:
    """``complaints`` are errors that the pages' scripts raised."""

    def __init__(self, page: Page, locale: str) -> None:
        self.page, self.locale = page, locale
        self.complaints: list[str] = []
        page.on("pageerror", lambda error: self.complaints.append(f"{page.url}: {error}"))

    def say(self, text: str, **values: object) -> str:
        """One of the site's sentences as this person reads it."""
        with i18n.use(self.locale):
            return i18n.gettext(text, **values)

    def button(self, text: str, **values: object) -> Locator:
        return self.page.get_by_role("button", name=self.say(text, **values), exact=True)

    def link(self, text: str, **values: object) -> Locator:
        return self.page.get_by_role("link", name=self.say(text, **values), exact=True)

    def field(self, text: str) -> Locator:
        return self.page.get_by_label(self.say(text), exact=True)

    async def opens(self, path: str) -> None:
        answer = await self.page.goto(path)
        assert answer is not None
        assert answer.status == 200, f"{path}: {answer.status}"

    async def reads(self, text: str, **values: object) -> None:
        """Wait until these words are on the page."""
        await expect(self.page.get_by_text(self.say(text, **values)).first).to_be_visible(timeout=SECONDS)

    async def heads(self, text: str, **values: object) -> None:
        """Wait until this is the page's heading."""
        await expect(self.page.get_by_role("heading", level=1, name=self.say(text, **values))).to_be_visible(timeout=SECONDS)

    # ----- in the call -----

    async def joins(self) -> None:
        """Look at oneself, then in."""
        await expect(self.button("Join")).to_be_visible(timeout=SECONDS)
        await self.button("Join").click()

    async def sees_the_other(self) -> None:
        room = self.page.locator("video-room[data-flowing][data-link=connected]")
        await expect(room).to_be_attached(timeout=SECONDS)

    async def receives(self) -> dict[str, Any]:
        """What has come from the other side so far: frames decoded, packets of sound and their energy, the picture's width."""
        got: dict[str, Any] = await self.page.evaluate(RECEIVED)
        return got

    async def keeps_receiving(self, frames: int = 10) -> None:
        """Wait until so many further frames were decoded, and sound that is not silence with them."""
        before = await self.receives()
        await self.page.wait_for_function(
            f"async (before) => {{ const got = await ({RECEIVED})();"
            f" return got.frames > before.frames + {frames} && got.packets > before.packets + 20"
            " && got.energy > before.energy && got.width > 0; }",
            arg=before, polling=200, timeout=SECONDS,
        )  # fmt: skip

    async def writes(self, words: str) -> None:
        """Say something in the chat."""
        if not await self.field("Message").is_visible():
            await self.page.get_by_role("button", name=self.say("Chat and photos")).click()
        await self.field("Message").fill(words)
        await self.field("Message").press("Enter")

    async def hears(self, words: str) -> None:
        """See it in the chat."""
        if not await self.field("Message").is_visible():
            await self.page.get_by_role("button", name=self.say("Chat and photos")).click()
        await expect(self.page.get_by_role("log").get_by_text(words)).to_be_visible(timeout=SECONDS)
