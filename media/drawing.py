"""The demo vet, drawn by us: a person at a desk who blinks, speaks, waves and writes. 640 by 480.

Everything is drawn once, three times as large, and scaled down; a frame is a few pastes.
"""

import math
from collections.abc import Callable
from functools import cache

from PIL import Image, ImageDraw

WIDTH, HEIGHT, FINE = 640, 480, 3
WALL, DADO, WOOD, WOOD_DARK = "#f3e9dc", "#e6d6c2", "#b98a5e", "#8f6744"
SKIN, SKIN_SHADE, HAIR, COAT, SHIRT = "#d9a27e", "#c48a66", "#3b2a26", "#2f7d7e", "#f7f3ec"
INK, CORAL, LEAF, SKY, PAPER = "#2a2f3a", "#ee7f5f", "#5c8a5b", "#cfe4ea", "#fffdf8"
WAVES, MOUTHS = 12, 4
Pen = ImageDraw.ImageDraw


def _layer(draw: Callable[[Pen], None], box: tuple[int, int]) -> Image.Image:
    big = Image.new("RGBA", (box[0] * FINE, box[1] * FINE), (0, 0, 0, 0))
    draw(ImageDraw.Draw(big))
    return big.resize(box, Image.Resampling.LANCZOS)


def _at(*numbers: float) -> list[float]:
    return [n * FINE for n in numbers]


@cache
def background() -> Image.Image:
    """The room behind: a window, a shelf, a plant, a drawing of a dog on the wall."""

    def draw(pen: Pen) -> None:
        pen.rectangle(_at(0, 0, WIDTH, HEIGHT), fill=WALL)
        pen.rectangle(_at(0, 330, WIDTH, HEIGHT), fill=DADO)
        pen.rounded_rectangle(_at(40, 50, 190, 230), 6 * FINE, fill=PAPER)
        pen.rectangle(_at(50, 60, 180, 220), fill=SKY)
        pen.chord(_at(50, 170, 180, 270), 180, 360, fill="#a9cdb0")
        pen.rectangle(_at(32, 220, 198, 230), fill=PAPER)
        pen.line(_at(115, 60, 115, 220), fill=PAPER, width=6 * FINE)
        pen.line(_at(50, 140, 180, 140), fill=PAPER, width=6 * FINE)
        pen.rectangle(_at(450, 190, 620, 198), fill=WOOD)
        for left, tall, colour in (
            (462, 58, CORAL),
            (478, 66, COAT),
            (494, 52, "#d8b25a"),
            (509, 62, INK),
            (525, 56, LEAF),
        ):
            pen.rounded_rectangle(_at(left, 190 - tall, left + 13, 190), 2 * FINE, fill=colour)
        pen.polygon(_at(575, 165, 605, 165, 600, 190, 580, 190), fill=CORAL)
        for tilt in (-50, -25, 0, 25, 50):
            tip = math.radians(tilt - 90)
            pen.line(_at(590, 166, 590 + 44 * math.cos(tip), 166 + 44 * math.sin(tip)), fill=LEAF, width=7 * FINE)
        pen.rounded_rectangle(_at(470, 225, 600, 310), 4 * FINE, fill=PAPER, outline=WOOD, width=5 * FINE)
        pen.arc(_at(505, 245, 565, 300), 0, 360, fill=COAT, width=3 * FINE)
        pen.arc(_at(492, 248, 516, 290), 60, 300, fill=COAT, width=3 * FINE)
        pen.arc(_at(554, 248, 578, 290), 240, 120, fill=COAT, width=3 * FINE)
        for eye in (523, 543):
            pen.ellipse(_at(eye, 265, eye + 5, 270), fill=COAT)
        pen.ellipse(_at(529, 278, 541, 286), fill=COAT)

    return _layer(draw, (WIDTH, HEIGHT)).convert("RGB")


@cache
def body() -> Image.Image:
    """Shoulders, coat, stethoscope; pasted at (150, 270)."""

    def draw(pen: Pen) -> None:
        pen.rounded_rectangle(_at(30, 40, 310, 330), 90 * FINE, fill=COAT)
        pen.polygon(_at(130, 30, 210, 30, 190, 150, 170, 175, 150, 150), fill=SHIRT)
        pen.rectangle(_at(146, 0, 194, 62), fill=SKIN_SHADE)
        pen.ellipse(_at(140, 40, 200, 86), fill=SKIN)
        pen.line(_at(128, 34, 165, 150), fill="#276a6b", width=7 * FINE)
        pen.line(_at(212, 34, 175, 150), fill="#276a6b", width=7 * FINE)
        pen.arc(_at(112, 20, 228, 170), 15, 165, fill=INK, width=6 * FINE)
        pen.line(_at(170, 170, 170, 195), fill=INK, width=6 * FINE)
        pen.ellipse(_at(157, 190, 183, 216), fill=CORAL, outline=INK, width=4 * FINE)
        pen.rounded_rectangle(_at(225, 120, 275, 165), 5 * FINE, outline="#276a6b", width=4 * FINE)
        pen.line(_at(238, 108, 238, 132), fill=CORAL, width=5 * FINE)

    return _layer(draw, (340, 210))


@cache
def head(mouth: int, *, blinking: bool) -> Image.Image:
    """The head with one of four mouths, eyes open or shut; pasted at about (230, 95)."""

    def draw(pen: Pen) -> None:
        pen.ellipse(_at(62, 0, 118, 50), fill=HAIR)
        pen.ellipse(_at(12, 18, 168, 190), fill=HAIR)
        pen.ellipse(_at(20, 100, 42, 136), fill=SKIN_SHADE)
        pen.ellipse(_at(138, 100, 160, 136), fill=SKIN_SHADE)
        pen.ellipse(_at(30, 40, 150, 200), fill=SKIN)
        pen.pieslice(_at(26, 26, 154, 150), 180, 360, fill=HAIR)
        pen.ellipse(_at(34, 68, 150, 130), fill=SKIN)
        for left in (52, 102):
            if blinking:
                pen.arc(_at(left + 3, 100, left + 25, 116), 20, 160, fill=INK, width=4 * FINE)
            else:
                pen.ellipse(_at(left + 6, 97, left + 22, 117), fill=INK)
                pen.ellipse(_at(left + 14, 100, left + 19, 105), fill=PAPER)
            pen.ellipse(_at(left - 4, 90, left + 32, 124), outline=CORAL, width=4 * FINE)
            pen.arc(_at(left - 2, 76, left + 30, 100), 205, 335, fill=HAIR, width=4 * FINE)
        pen.line(_at(84, 106, 98, 106), fill=CORAL, width=4 * FINE)
        pen.arc(_at(82, 118, 100, 142), 30, 150, fill=SKIN_SHADE, width=4 * FINE)
        for left in (44, 118):
            pen.ellipse(_at(left, 134, left + 18, 146), fill="#e2a58c")
        _mouth(pen, mouth)

    return _layer(draw, (180, 205))


def _mouth(pen: Pen, mouth: int) -> None:
    if mouth == 0:
        pen.arc(_at(70, 140, 112, 170), 20, 160, fill="#8a3f37", width=4 * FINE)
        return
    open_by = (0, 7, 13, 19)[mouth]
    pen.ellipse(_at(76, 156 - open_by * 0.3, 106, 160 + open_by), fill="#8a3f37")
    pen.ellipse(_at(82, 157 + open_by * 0.5, 100, 160 + open_by * 0.95), fill="#d98274")


@cache
def arm(step: int) -> Image.Image:
    """The waving arm at one of twelve steps; pasted at (395, 175)."""

    def draw(pen: Pen) -> None:
        tilt = math.radians(-62 + 20 * math.sin(2 * math.pi * step / WAVES))
        hand = (70 + 120 * math.cos(tilt), 200 + 120 * math.sin(tilt))
        pen.line(_at(30, 205, 70, 200), fill=COAT, width=50 * FINE)
        pen.line(_at(70, 200, *hand), fill=COAT, width=40 * FINE)
        pen.ellipse(_at(48, 178, 92, 222), fill=COAT)
        wrist = (70 + 136 * math.cos(tilt), 200 + 136 * math.sin(tilt))
        pen.ellipse(_at(wrist[0] - 22, wrist[1] - 22, wrist[0] + 22, wrist[1] + 22), fill=SKIN)
        for spread in (-42, -16, 10, 36, 74):
            finger = tilt + math.radians(spread)
            tip = (wrist[0] + 38 * math.cos(finger), wrist[1] + 38 * math.sin(finger))
            pen.line(_at(*wrist, *tip), fill=SKIN, width=11 * FINE)
            pen.ellipse(_at(tip[0] - 5.5, tip[1] - 5.5, tip[0] + 5.5, tip[1] + 5.5), fill=SKIN)

    return _layer(draw, (215, 230))


@cache
def writing_hand() -> Image.Image:
    """A hand with a pen; moved along the line being written."""

    def draw(pen: Pen) -> None:
        pen.line(_at(18, 52, 52, 8), fill=INK, width=6 * FINE)
        pen.line(_at(18, 52, 14, 58), fill=CORAL, width=5 * FINE)
        pen.ellipse(_at(28, 22, 78, 62), fill=SKIN)
        pen.rounded_rectangle(_at(58, 30, 110, 64), 14 * FINE, fill=COAT)

    return _layer(draw, (112, 68))


@cache
def desk() -> Image.Image:
    """The desk with a mug and an open notebook; pasted at (0, 400)."""

    def draw(pen: Pen) -> None:
        pen.rectangle(_at(0, 22, WIDTH, 80), fill=WOOD)
        pen.rectangle(_at(0, 22, WIDTH, 30), fill=WOOD_DARK)
        pen.polygon(_at(235, 28, 405, 28, 425, 72, 215, 72), fill=PAPER)
        pen.line(_at(320, 28, 320, 72), fill=DADO, width=2 * FINE)
        for row in (40, 50, 60):
            pen.line(_at(250, row, 308, row), fill="#c9cfd8", width=2 * FINE)
        pen.arc(_at(94, 2, 124, 40), 270, 90, fill=CORAL, width=6 * FINE)
        pen.rounded_rectangle(_at(58, -6, 108, 50), 7 * FINE, fill=CORAL)

    return _layer(draw, (WIDTH, 80))


@cache
def clock_face() -> Image.Image:
    """The wall clock without its hands; pasted at (495, 30)."""

    def draw(pen: Pen) -> None:
        pen.ellipse(_at(2, 2, 88, 88), fill=PAPER, outline=INK, width=5 * FINE)
        for hour in range(12):
            turn = math.radians(hour * 30)
            pen.line(
                _at(
                    45 + 33 * math.cos(turn),
                    45 + 33 * math.sin(turn),
                    45 + 37 * math.cos(turn),
                    45 + 37 * math.sin(turn),
                ),
                fill=INK,
                width=3 * FINE,
            )

    return _layer(draw, (90, 90))
