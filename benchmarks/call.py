"""From *Join* to the first remote picture in real Chromium, with its parts; one JSON line per figure.

Two browsers, real signaling, real Valkey, the vet already in a live room (no person's admission is timed). The rival
is what the browser itself cannot do without: two connections in one page with no server between them.
"""

import asyncio
import itertools
import statistics
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from playwright.async_api import Browser, Page, async_playwright

from benchmarks.figures import show
from cli.embedded.valkey import start_valkey
from tests.media.conftest import FLAGS
from tests.media.harness import Harness
from tests.signaling.parties import Process, Visit, free_port

RUNS = 9
RIVAL = "two connections in one Chromium page, no server between"
STEPS = ("join", "ticket", "welcome", "offer", "connected", "first-frame")
LOOPBACK = """async () => {
  const stream = await navigator.mediaDevices.getUserMedia({ audio: true, video: { width: 1280, height: 720 } });
  const begun = performance.now(), a = new RTCPeerConnection(), b = new RTCPeerConnection();
  a.onicecandidate = ({ candidate }) => candidate && b.addIceCandidate(candidate);
  b.onicecandidate = ({ candidate }) => candidate && a.addIceCandidate(candidate);
  const video = document.createElement('video'); video.muted = true; document.body.append(video);
  const seen = new Promise(done => video.requestVideoFrameCallback(() => done(performance.now() - begun)));
  b.ontrack = ({ streams }) => { video.srcObject = streams[0]; video.play(); };
  stream.getTracks().forEach(track => a.addTrack(track, stream));
  await a.setLocalDescription(); await b.setRemoteDescription(a.localDescription);
  stream.getTracks().forEach(track => b.addTrack(track, stream));
  await b.setLocalDescription(); await a.setRemoteDescription(b.localDescription);
  const took = await seen; a.close(); b.close(); stream.getTracks().forEach(t => t.stop()); video.remove();
  return took;
}"""


async def room(browser: Browser, harness: Harness, role: str) -> Page:
    page = await (await browser.new_context(viewport={"width": 1280, "height": 800})).new_page()
    await page.goto(f"{harness.url}/room/{role}")
    await page.wait_for_selector('[data-action="join"]:visible')
    await page.wait_for_timeout(300)
    return page


async def marks(page: Page) -> dict[str, float]:
    found = await page.evaluate(
        "performance.getEntriesByType('mark').map(m => [m.name.replace('call:', ''), m.startTime])"
    )
    return dict(found)


async def join_live_room(browser: Browser, harness: Harness) -> dict[str, float]:
    owner = await room(browser, harness, "pet_owner")
    await owner.click('[data-action="join"]:visible')
    await owner.wait_for_selector("video-room[data-flowing]", timeout=10_000)
    times = await marks(owner)
    await owner.click('[data-action="hang-up"]:visible')
    await owner.context.close()
    parts = {step: times[step] - times[before] for before, step in itertools.pairwise(STEPS)}
    return {**parts, "whole": times["first-frame"] - times["join"]}


async def measure(browser: Browser, harness: Harness) -> tuple[list[dict[str, float]], list[float]]:
    first, vet = await room(browser, harness, "pet_owner"), await room(browser, harness, "practitioner")
    for page in (first, vet):
        await page.click('[data-action="join"]:visible')
    await vet.click('[data-action="admit"]:enabled')
    await first.wait_for_selector("video-room[data-flowing]")
    await first.click('[data-action="hang-up"]:visible')
    await first.context.close()
    runs = [await join_live_room(browser, harness) for _ in range(RUNS)]
    await vet.context.close()
    floor = await room(browser, harness, "pet_owner")
    floors = [await floor.evaluate(LOOPBACK) for _ in range(RUNS)]
    return runs, floors


async def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        valkey, port = start_valkey(Path(folder)), free_port()
        process = Process(valkey.url, public_url=f"http://127.0.0.1:{port}")
        harness = await Harness(Visit(), port, process.url).start()
        async with async_playwright() as play:
            browser = await play.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
            runs, floors = await measure(browser, harness)
            await browser.close()
        await harness.stop()
        process.kill()
        valkey.stop()
    floor = statistics.median(floors)
    show("call.first_frame", statistics.median(r["whole"] for r in runs), "ms", RIVAL, floor)
    show("call.first_frame.worst", max(r["whole"] for r in runs), "ms", RIVAL, max(floors))
    for step in STEPS[1:]:  # from the mark before it to this one; together they are the whole
        show(f"call.first_frame.{step}", statistics.median(r[step] for r in runs), "ms", RIVAL, floor)


if __name__ == "__main__":
    asyncio.run(main())
