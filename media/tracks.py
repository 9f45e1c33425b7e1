"""The demo vet's picture and sound as tracks, paced by the clock."""

import asyncio
import time
from collections import deque
from fractions import Fraction

import av
import numpy as np
from aiortc import MediaStreamTrack
from av.frame import Frame

from kit import clock
from media import scene, voice

FPS = 20
VIDEO_CLOCK = 90_000


class Voice(MediaStreamTrack):
    """Silence, and what was queued to be said."""

    kind = "audio"

    def __init__(self, mood: scene.Mood) -> None:
        super().__init__()
        self._mood = mood
        self._queue: deque[voice.Sound] = deque()
        self._sent = 0
        self._began = 0.0

    def say(self, sound: voice.Sound) -> None:
        """Say ``sound`` after what is being said."""
        self._queue.extend(sound[at : at + voice.FRAME] for at in range(0, len(sound), voice.FRAME))

    async def recv(self) -> Frame:
        """Twenty milliseconds."""
        self._began = self._began or time.monotonic()
        ahead = self._began + self._sent / voice.RATE - time.monotonic()
        if ahead > 0:
            await asyncio.sleep(ahead)
        samples = self._queue.popleft() if self._queue else np.zeros(voice.FRAME, np.int16)
        loud = float(np.abs(samples).mean()) / 32767 * 14
        self._mood.level = max(min(1.0, loud), self._mood.level * 0.75)
        frame = av.AudioFrame.from_ndarray(samples.reshape(1, -1), format="s16", layout="mono")
        frame.sample_rate, frame.pts, frame.time_base = voice.RATE, self._sent, Fraction(1, voice.RATE)
        self._sent += voice.FRAME
        return frame


class Picture(MediaStreamTrack):
    """The drawn vet, twenty pictures a second; late ones are skipped, not caught up."""

    kind = "video"

    def __init__(self, mood: scene.Mood) -> None:
        super().__init__()
        self._mood = mood
        self._began = time.monotonic()
        self._number = -1

    @property
    def age(self) -> float:
        """Seconds since the first picture."""
        return time.monotonic() - self._began

    async def recv(self) -> Frame:
        """The next picture that is due."""
        self._number = max(self._number + 1, int(self.age * FPS))
        ahead = self._number / FPS - self.age
        if ahead > 0:
            await asyncio.sleep(ahead)
        image = scene.paint(self._number / FPS, clock.now(), self._mood)
        frame = av.VideoFrame.from_ndarray(np.asarray(image), format="rgb24")
        frame.pts, frame.time_base = self._number * VIDEO_CLOCK // FPS, Fraction(1, VIDEO_CLOCK)
        return frame
