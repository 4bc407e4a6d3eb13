"""What a canceller leaves of an echo and takes of a talker, in a simulated room."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt
from scipy.ndimage import binary_dilation

from kiosk.audio.pcm import Pcm
from kiosk.audio.port import FRAME_SAMPLES
from kiosk.audio.suppressor import DELAY_MS
from tests.rigs.room import Heard, Room, frame_dbfs, speaking

DUCKED_DB = 10.0
"""A frame of the talker that is further down is lost to recognition."""
TALKER_DB = 15.0
"""Frames of the talker that count: their speech without its faintest sounds."""
HANGOVER_FRAMES = 20
"""Somebody speaks on through gaps of 200 ms (ITU-T P.56)."""
LEARNING_S = 5
"""What comes before is not judged."""


class Canceller(Protocol):
    """As `EchoCanceller`."""

    def play(self, block: Pcm) -> None: ...

    def hear(self, block: Pcm) -> Pcm: ...


@dataclass(frozen=True, slots=True)
class Result:
    """Levels over the frames in which the echo is speech; after `LEARNING_S`."""

    erle_db: float
    left_dbfs: float
    """With the noise."""
    noise_dbfs: float
    """At the microphone."""
    ducked: float
    """Share of the talker's frames, while both speak, that are more than `DUCKED_DB` down."""


def blocks(pcm: Pcm) -> Iterator[Pcm]:
    """Yield blocks of 10 ms."""
    for begin in range(0, len(pcm) - FRAME_SAMPLES + 1, FRAME_SAMPLES):
        yield pcm[begin : begin + FRAME_SAMPLES]


def run(canceller: Canceller, far: Pcm, microphone: Pcm, *, drift_ppm: float = 0.0) -> Pcm:
    """Call both callbacks in the order in which two clocks would; returns what was left."""
    waiting = blocks(far)
    played = 0
    left: list[Pcm] = []
    for i, block in enumerate(blocks(microphone)):
        while played <= i * (1 + drift_ppm * 1e-6):
            canceller.play(next(waiting, np.zeros(FRAME_SAMPLES, np.int16)))
            played += 1
        left.append(canceller.hear(block))
    return np.concatenate(left)


def result(room: Room, heard: Heard, left: Pcm, *, talk_from_s: float) -> Result:
    """Judge what was left; the talker is silent before `talk_from_s`."""
    left = left[DELAY_MS * 48 :]
    count = len(left) // FRAME_SAMPLES
    levels = frame_dbfs(left)[:count]
    echo, talker, noise = (
        frame_dbfs(part)[:count] for part in (heard.echo, heard.talker, heard.noise)
    )
    frames = np.arange(count)
    sounding = speaking(heard.echo)[:count]
    alone = sounding & (frames >= LEARNING_S * 100) & (frames < talk_from_s * 100 - 10)
    held = binary_dilation(sounding, iterations=HANGOVER_FRAMES)
    both = held & speaking(heard.talker, TALKER_DB)[:count] & (frames >= talk_from_s * 100)
    left_dbfs = mean_dbfs(levels[alone])
    return Result(
        erle_db=mean_dbfs(echo[alone]) - left_dbfs,
        left_dbfs=left_dbfs,
        noise_dbfs=mean_dbfs(noise[alone]),
        ducked=float(np.mean(levels[both] < talker[both] - DUCKED_DB)),
    )


def mean_dbfs(levels: npt.NDArray[np.float64]) -> float:
    """Return the level of the mean power."""
    return float(10 * np.log10(np.mean(10 ** (levels / 10)))) if len(levels) else -100.0
