"""How the voice looks: level and brightness of what is handed to the sound card.

It is told before it leaves the loudspeaker, so that a face is in step with it.
"""

import math
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from kiosk.audio.pcm import SILENT_DBFS, Pcm
from kiosk.audio.port import FRAME_MS, RATE_HZ, Lips

FLOOR_DBFS = -60.0
"""Quieter moves no lips."""
STEP_S = 0.005
"""Two blocks whose times fit together no better are told apart."""
DARK_HZ, BRIGHT_HZ = 300.0, 3000.0
"""Between them lie the vowels of a voice, above them its sibilants."""
_BLOCK_S = FRAME_MS / 1000
_OCTAVES = math.log2(BRIGHT_HZ / DARK_HZ)


@dataclass(frozen=True, slots=True)
class _Block:
    leaves_s: float
    level_dbfs: float
    bright: float


class LipsWatch:
    """Gathers blocks; the playback thread adds, another takes."""

    def __init__(self) -> None:
        self._blocks: deque[_Block] = deque()
        self._silent = True
        """So it was told last."""

    def add(self, leaves_s: float, block: Pcm, level_dbfs: float) -> None:
        """Note 10 ms that leave the loudspeaker from that time on."""
        if level_dbfs < FLOOR_DBFS:
            self._blocks.append(_Block(leaves_s, SILENT_DBFS, 0.0))
        else:
            self._blocks.append(_Block(leaves_s, level_dbfs, bright(block)))

    def take(self) -> Iterator[Lips]:
        """Yield what was added since; of a silence only its beginning."""
        run: list[_Block] = []
        while self._blocks:
            block = self._blocks.popleft()
            if run and abs(block.leaves_s - run[0].leaves_s - len(run) * _BLOCK_S) > STEP_S:
                yield from self._told(run)
                run = []
            run.append(block)
        if run:
            yield from self._told(run)

    def _told(self, run: list[_Block]) -> Iterator[Lips]:
        levels_dbfs = tuple(block.level_dbfs for block in run)
        silent = max(levels_dbfs) <= SILENT_DBFS
        if not (silent and self._silent):
            yield Lips(run[0].leaves_s, levels_dbfs, tuple(block.bright for block in run))
        self._silent = levels_dbfs[-1] <= SILENT_DBFS


def bright(block: Pcm) -> float:
    """Return where the sound lies between a dark vowel (0) and a sibilant (1).

    By the mean frequency of its power, which the steps between samples tell without a transform.
    """
    wide = block.astype(np.float32)
    power = float(np.dot(wide, wide))
    if power <= 0:
        return 0.0
    steps = np.diff(wide)
    mean_hz = RATE_HZ / math.tau * math.sqrt(float(np.dot(steps, steps)) / power)
    return min(1.0, max(0.0, math.log2(max(mean_hz, 1.0) / DARK_HZ) / _OCTAVES))
