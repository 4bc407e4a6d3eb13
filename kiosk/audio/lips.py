"""How the voice looks: level and brightness of what is handed to the sound card.

It is told before it leaves the loudspeaker, so that a face is in step with it.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from kiosk.audio.pcm import SILENT_DBFS, Pcm
from kiosk.audio.port import FRAME_MS, RATE_HZ, Lips

FLOOR_DBFS = -60.0
"""Quieter moves no lips."""
TOGETHER = 2
"""Blocks in a message."""
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


class LipsTeller:
    """Tells of each block, in the thread that hands them to the sound card.

    The beginning of a sound is told at once, what follows two blocks at a time, and of a silence
    only that it begins: an eye needs to know early, and each message costs waking somebody up.
    """

    def __init__(self, tell: Callable[[Lips], object]) -> None:
        self._tell = tell
        self._blocks: list[_Block] = []
        """Not yet told."""
        self._silent = True
        """So was the last block that was told."""

    def add(self, leaves_s: float, block: Pcm, level_dbfs: float) -> None:
        """Take 10 ms that leave the loudspeaker from that time on."""
        silent = level_dbfs < FLOOR_DBFS
        if silent and self._silent and not self._blocks:
            return
        if self._blocks and abs(leaves_s - self._blocks[-1].leaves_s - _BLOCK_S) > STEP_S:
            self._tell_all()
        level_dbfs, brightness = (SILENT_DBFS, 0.0) if silent else (level_dbfs, bright(block))
        self._blocks.append(_Block(leaves_s, level_dbfs, brightness))
        if self._silent or len(self._blocks) == TOGETHER:
            self._tell_all()

    def _tell_all(self) -> None:
        blocks, self._blocks = self._blocks, []
        self._silent = blocks[-1].level_dbfs <= SILENT_DBFS
        levels_dbfs = tuple(block.level_dbfs for block in blocks)
        self._tell(Lips(blocks[0].leaves_s, levels_dbfs, tuple(block.bright for block in blocks)))


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
