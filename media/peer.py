"""Our side of one media session. It only ever answers: aiortc has neither rollback nor ICE restart."""

import asyncio
import logging
import re
from contextlib import suppress
from typing import Any

from aiortc import MediaStreamTrack, RTCConfiguration, RTCPeerConnection, RTCSessionDescription
from aiortc.mediastreams import MediaStreamError
from aiortc.sdp import candidate_from_sdp

log = logging.getLogger(__name__)
UFRAG = re.compile(r"^a=ice-ufrag:(\S+)", re.MULTILINE)


class RestartNeededError(Exception):
    """The offer asks for an ICE restart, which we cannot do: a new media session has to begin."""


class AnsweringPeer:
    """Answers offers with our tracks and consumes what the other side sends."""

    def __init__(self, tracks: list[MediaStreamTrack]) -> None:
        # No servers: the library would otherwise ask a public STUN server of another company.
        self.pc = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        self.frames = {"audio": 0, "video": 0}
        self.seen = asyncio.Event()
        self._ufrag = ""
        self._readers: set[asyncio.Task[None]] = set()
        for track in tracks:
            self.pc.addTrack(track)
        self.pc.on("track", self._read)

    async def answer(self, sdp: str) -> str:
        """Our answer to an offer; raises RestartNeededError, or ValueError for an offer that makes no sense."""
        found = UFRAG.search(sdp)
        ufrag = found.group(1) if found else ""
        if self._ufrag and ufrag != self._ufrag:
            raise RestartNeededError
        self._ufrag = ufrag
        await self.pc.setRemoteDescription(RTCSessionDescription(sdp, "offer"))
        await self.pc.setLocalDescription(await self.pc.createAnswer())
        return self.pc.localDescription.sdp

    async def add_candidate(self, given: dict[str, Any] | None) -> None:
        """One more way to reach the other side; an unreadable one is passed over."""
        text = (given or {}).get("candidate") or ""
        if not text or given is None or self.pc.remoteDescription is None:
            return
        with suppress(ValueError, AssertionError, IndexError):
            candidate = candidate_from_sdp(text.split(":", 1)[1])
            candidate.sdpMid, candidate.sdpMLineIndex = given.get("sdpMid"), given.get("sdpMLineIndex")
            await self.pc.addIceCandidate(candidate)

    async def close(self) -> None:
        """Stop sending and reading."""
        await self.pc.close()
        for reader in self._readers:
            reader.cancel()

    def _read(self, track: MediaStreamTrack) -> None:
        async def consume() -> None:
            with suppress(MediaStreamError):
                while True:
                    await track.recv()
                    self.frames[track.kind] += 1
                    if track.kind == "video":
                        self.seen.set()

        task = asyncio.get_running_loop().create_task(consume())
        self._readers.add(task)
        task.add_done_callback(self._readers.discard)
