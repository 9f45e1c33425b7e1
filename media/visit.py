"""One demonstration visit: admit, answer, greet, ask for a photo, look, write the record, say goodbye, end."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import uuid4

from aiortc.exceptions import InvalidAccessError, InvalidStateError

from media import voice
from media.calls import Call
from media.peer import AnsweringPeer, RestartNeededError
from media.scene import WAVE_SECONDS, Mood
from media.seat import Seat
from media.tracks import Picture, Voice

log = logging.getLogger(__name__)

LONGEST_VISIT = 15 * 60.0
ARRIVAL_PATIENCE = 5 * 60.0
PHOTO_PATIENCE = 45.0
ALONE_PATIENCE = 70.0
READING_PER_LETTER = 0.045
WRITING_PER_LETTER = 0.028


class Visit:
    """Hears the room and acts the script; ``write`` stores the record and says whether it could."""

    def __init__(self, seat: Seat, call: Call, write: Callable[[], Awaitable[bool]]) -> None:
        self._seat, self._call, self._write = seat, call, write
        self._script = call.script.about(call.pet)
        self._mood = Mood()
        self._voice, self._picture = Voice(self._mood), Picture(self._mood)
        self.peer: AnsweringPeer | None = None
        self._epoch = 0
        self._in, self._photo, self._gone = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def run(self) -> None:
        """From entering to leaving; at most a quarter of an hour."""
        acting: asyncio.Task[None] | None = None
        try:
            async with asyncio.timeout(LONGEST_VISIT):
                await self._seat.connect()
                acting = asyncio.get_running_loop().create_task(self._act())
                async for name, data in self._seat.events():
                    if name == "finished":
                        break
                    await self._hear(name, data)
        except TimeoutError:
            log.info("a demonstration visit was too long")
        finally:
            if acting is not None:
                acting.cancel()
                await asyncio.gather(acting, return_exceptions=True)
            await self._seat.close()
            if self.peer is not None:
                await self.peer.close()

    async def _hear(self, name: str, data: dict[str, Any]) -> None:
        if name == "welcome":
            await self._meet(data["phase"], data["epoch"], present=_present(data.get("peer")))
        elif name in {"peer.joined", "peer.back"}:
            self._gone.clear()
            await self._meet(data["phase"], data["epoch"], present=True)
        elif name in {"admitted", "epoch"}:
            await self._begin(data["epoch"])
        elif name == "description" and data["type"] == "offer" and data["epoch"] == self._epoch:
            await self._answer(data["sdp"])
        elif name == "candidate" and data["epoch"] == self._epoch and self.peer is not None:
            await self.peer.add_candidate(data["candidate"])
        elif name == "chat.message" and data.get("file_id"):
            self._photo.set()
        elif name == "peer.left":
            self._gone.set()

    async def _meet(self, phase: str, epoch: int, *, present: bool) -> None:
        if phase == "live":
            await self._begin(epoch)
        elif present:
            await self._seat.say("admit")

    async def _begin(self, epoch: int) -> None:
        if epoch <= self._epoch:
            return
        self._epoch = epoch
        if self.peer is not None:
            await self.peer.close()
            self._voice, self._picture = Voice(self._mood), Picture(self._mood)
        self.peer = AnsweringPeer([self._voice, self._picture])

    async def _answer(self, sdp: str) -> None:
        if self.peer is None:
            return
        try:
            answer = await self.peer.answer(sdp)
        except RestartNeededError:
            await self._seat.say("restart")
        except (ValueError, InvalidStateError, InvalidAccessError) as fault:
            log.warning("an offer was not answered: %s", type(fault).__name__)
        else:
            await self._seat.say("description", {"epoch": self._epoch, "type": "answer", "sdp": answer})
            self._in.set()

    async def _act(self) -> None:
        try:
            await asyncio.wait_for(self._in.wait(), ARRIVAL_PATIENCE)
        except TimeoutError:
            await self._seat.close()  # the visitor thought better of it; somebody else may need the place
            return
        if self.peer is not None:
            await asyncio.wait([asyncio.ensure_future(self.peer.seen.wait())], timeout=4)
        self._mood.waves_until = self._picture.age + WAVE_SECONDS
        self._voice.say(voice.chime())
        await self._tell(self._script.greeting)
        await self._rest(2)
        await self._tell(self._script.ask_photo)
        await self._seat.say("ask", {"kind": "photo"})
        if await self._waits_for_photo():
            await self._tell(self._script.thanks_photo)
            await self._rest(2)
        for line in self._script.observations:
            await self._tell(line)
            await self._rest(1.5)
        await self._write_note()
        await self._tell(self._script.goodbye)
        self._mood.waves_until = self._picture.age + WAVE_SECONDS
        await self._rest(3)
        await self._seat.say("finish")

    async def _waits_for_photo(self) -> bool:
        try:
            await asyncio.wait_for(self._photo.wait(), PHOTO_PATIENCE * self._call.pace)
        except TimeoutError:
            return False
        return True

    async def _tell(self, line: str) -> None:
        """Murmur and write the same line; as long as it takes to read."""
        await self._company()
        await self._seat.say("typing")
        seconds = 0.6 + READING_PER_LETTER * len(line)
        sound = await asyncio.to_thread(voice.speech, min(seconds, 6.0), len(line))
        self._voice.say(sound)
        await self._rest(0.5)
        await self._seat.say("chat", {"body": line, "client_id": str(uuid4())})
        await self._rest(seconds)

    async def _write_note(self) -> None:
        self._mood.writes = True
        parts = [(name, "\n".join(lines)) for name, lines in self._script.note if lines]
        for name, text in parts:
            shown = 0
            while shown < len(text):
                await self._company()
                shown = min(len(text), shown + 7)
                await self._seat.say("note.preview", {"field": name, "text": text[:shown]})
                await self._rest(WRITING_PER_LETTER * 7)
        await self._write()
        if parts:
            await self._seat.say("note.preview", {"field": parts[-1][0], "text": parts[-1][1], "done": True})
        self._mood.writes = False

    async def _rest(self, seconds: float) -> None:
        await asyncio.sleep(seconds * self._call.pace)

    async def _company(self) -> None:
        """Nobody speaks to an empty room: wait for the other side, and end when it stays away."""
        if not self._gone.is_set():
            return
        for _ in range(int(ALONE_PATIENCE)):
            await asyncio.sleep(1)
            if not self._gone.is_set():
                return
        await self._seat.close()


def _present(face: dict[str, Any] | None) -> bool:
    return face is not None and face["status"] != "left"
