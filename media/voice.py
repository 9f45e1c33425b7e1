"""A soft voice without words: syllables, pauses, a rise at the end. Drawn from numbers, 48 kHz mono."""

from functools import cache

import numpy as np
from numpy.typing import NDArray

RATE = 48_000
FRAME = RATE // 50
LOUDNESS = 0.16
Sound = NDArray[np.int16]

# First three resonances of some open and closed vowels, in Hz.
VOWELS = ((730, 1090, 2440), (530, 1840, 2480), (390, 1990, 2550), (570, 840, 2410), (440, 1020, 2240))


def _int16(wave: NDArray[np.float64]) -> Sound:
    return (np.clip(wave, -1, 1) * 32767).astype(np.int16)


def _whole_frames(wave: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.pad(wave, (0, -len(wave) % FRAME))


def speech(seconds: float, seed: int = 1) -> Sound:
    """About ``seconds`` of murmured sentence; the same seed says the same thing."""
    chance = np.random.default_rng(seed)
    parts: list[NDArray[np.float64]] = []
    said = 0.0
    while said < seconds:
        length = float(chance.uniform(0.13, 0.24))
        parts.append(_syllable(length, 175 + 35 * np.sin(said * 2.1) + chance.uniform(-8, 8), int(chance.integers(5))))
        pause = float(chance.uniform(0.25, 0.45)) if chance.random() < 0.12 else 0.03
        parts.append(np.zeros(int(RATE * pause)))
        said += length + pause
    return _int16(_whole_frames(np.concatenate(parts)) * LOUDNESS)


def _syllable(length: float, pitch: float, vowel: int) -> NDArray[np.float64]:
    at = np.arange(int(RATE * length)) / RATE
    phase = 2 * np.pi * (pitch * at + 6 * at**2)
    wave = np.zeros_like(at)
    for number in range(1, 18):
        weight = sum(np.exp(-(((number * pitch - peak) / (90 + 60 * i)) ** 2)) for i, peak in enumerate(VOWELS[vowel]))
        wave += (0.12 / number + weight) * np.sin(number * phase)
    return wave * np.sin(np.pi * at / length) ** 0.7 / 2


@cache
def chime() -> Sound:
    """Two notes that say somebody has come in."""
    at = np.arange(int(RATE * 0.9)) / RATE
    wave = np.zeros_like(at)
    for begin, pitch in ((0.0, 523.25), (0.18, 783.99)):
        since = np.clip(at - begin, 0, None)
        wave += (at >= begin) * np.exp(-5 * since) * np.minimum(1, since * 120) * np.sin(2 * np.pi * pitch * since)
    return _int16(_whole_frames(wave) * 0.2)
