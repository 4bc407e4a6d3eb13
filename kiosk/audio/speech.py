"""The level of speech: its power over the last seconds in which there was some."""

import math
from collections import deque

from kiosk.audio.pcm import SILENT_DBFS
from kiosk.audio.port import FRAME_MS

BLOCK_S = FRAME_MS / 1000
WINDOW_S = 4.0
"""Seconds of speech: longer than a phrase, so that emphasis is no change of level."""


class SpeechLevel:
    """Mean power of the last `WINDOW_S` of speech, as ITU-T P.56 has it for a whole recording."""

    def __init__(self) -> None:
        self._powers: deque[float] = deque()
        self._sum = 0.0

    def add(self, power: float) -> None:
        """Take a block of speech: its mean square, 1 for full scale."""
        self._powers.append(power)
        self._sum += power
        if len(self._powers) * BLOCK_S > WINDOW_S:
            self._sum -= self._powers.popleft()

    @property
    def seconds(self) -> float:
        """How much speech it is made from."""
        return len(self._powers) * BLOCK_S

    @property
    def dbfs(self) -> float:
        """The level relative to a full-scale square wave."""
        mean = self._sum / max(1, len(self._powers))
        return max(SILENT_DBFS, 10 * math.log10(mean)) if mean > 0 else SILENT_DBFS
