"""One frame of the demo vet for one moment: what moves, and where."""

import math
from dataclasses import dataclass
from datetime import datetime

from PIL import Image, ImageDraw

from media import drawing

BLINK_EVERY, BLINK_FOR = 3.7, 0.16
WAVE_SECONDS = 2.6


@dataclass(slots=True)
class Mood:
    """What the vet does: how loud she speaks now (0 to 1), until when she waves, and whether she writes."""

    level: float = 0.0
    waves_until: float = 0.0
    writes: bool = False


def paint(at: float, clock: datetime, mood: Mood) -> Image.Image:
    """The picture ``at`` seconds after the beginning; ``clock`` is what the wall clock shows."""
    frame = drawing.background().copy()
    _clock(frame, clock)
    sway = math.sin(at * 0.9)
    _paste(frame, drawing.body(), 150, 272 + round(math.sin(at * 1.6)))
    blinking = at % BLINK_EVERY < BLINK_FOR
    mouth = min(drawing.MOUTHS - 1, math.ceil(mood.level * drawing.MOUTHS - 0.4)) if mood.level > 0.05 else 0
    nod = 6 if mood.writes else 0
    _paste(
        frame, drawing.head(mouth, blinking=blinking), 230 + round(3 * sway), 92 + nod + round(2 * math.sin(at * 1.6))
    )
    if at < mood.waves_until:
        _paste(frame, drawing.arm(int(at * 14) % drawing.WAVES), 395, 175)
    _paste(frame, drawing.desk(), 0, 400)
    if mood.writes:
        along = (at * 0.7) % 1
        _paste(frame, drawing.writing_hand(), 330 + round(52 * along), 372 + round(4 * math.sin(at * 17)))
    _bars(frame, at, mood.level)
    return frame


def _paste(frame: Image.Image, layer: Image.Image, x: int, y: int) -> None:
    frame.paste(layer, (x, y), layer)


def _clock(frame: Image.Image, clock: datetime) -> None:
    _paste(frame, drawing.clock_face(), 495, 30)
    pen = ImageDraw.Draw(frame)
    second = clock.second + clock.microsecond / 1e6
    hands = (
        ((clock.hour % 12 + clock.minute / 60) / 12, 20, 4, drawing.INK),
        ((clock.minute + second / 60) / 60, 30, 3, drawing.INK),
        (second / 60, 33, 1, drawing.CORAL),
    )
    for part, length, width, colour in hands:
        turn = 2 * math.pi * part - math.pi / 2
        pen.line((540, 75, 540 + length * math.cos(turn), 75 + length * math.sin(turn)), fill=colour, width=width)


def _bars(frame: Image.Image, at: float, level: float) -> None:
    pen = ImageDraw.Draw(frame)
    for number in range(5):
        tall = 4 + 26 * level * (0.5 + 0.5 * math.sin(at * 11 + number * 1.7))
        left = 556 + number * 11
        pen.rounded_rectangle((left, 452 - tall, left + 6, 452), 3, fill=drawing.COAT)
