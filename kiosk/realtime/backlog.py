"""What of the microphone is still to be told, oldest first: kept frames, then what comes (pure)."""

from collections import deque
from collections.abc import Iterable

import numpy as np

from kiosk.audio.port import RATE_HZ
from kiosk.realtime.kept import FRAME_S, Frame, Kept, Samples

HOLE_S = 0.3
"""Time that nobody captured is told as a silence of at most that: words stay apart, and nothing
looks like the end of an answer."""


class Backlog:
    """Gives out each frame once, in order; what was overwritten meanwhile is passed over."""

    def __init__(self, kept: Kept, chosen: Iterable[int]) -> None:
        """Begin with the `chosen` numbers of frames; all that comes from now on follows."""
        self._kept = kept
        self._chosen = deque(chosen)
        self._next = kept.end
        self._before: Frame | None = None

    @property
    def old(self) -> bool:
        """Some of what was chosen has not been taken yet."""
        return bool(self._chosen)

    @property
    def frames(self) -> int:
        """How many frames wait."""
        return len(self._chosen) + self._kept.end - self._next

    @property
    def taken_s(self) -> float:
        """Monotonic second at which the newest frame that was taken ends; 0 before the first."""
        return self._before.captured_s + FRAME_S if self._before else 0.0

    def take(self, most: int) -> Samples:
        """Return the sound of the next frames, at most so many; empty where none waits."""
        parts = [np.empty(0, np.int16)]
        for _ in range(min(most, self.frames)):
            frame = self._kept.frame(self._pop())
            if frame is not None:
                parts += [self._hole(frame), np.frombuffer(frame.pcm, "<i2")]
                self._before = frame
        return np.concatenate(parts)

    def _pop(self) -> int:
        if self._chosen:
            return self._chosen.popleft()
        self._next += 1
        return self._next - 1

    def _hole(self, frame: Frame) -> Samples:
        before = self._before
        if before is None or frame.number != before.number + 1:
            return np.empty(0, np.int16)
        hole_s = frame.captured_s - before.captured_s - FRAME_S
        if hole_s < FRAME_S / 2:
            return np.empty(0, np.int16)
        return np.zeros(round(min(hole_s, HOLE_S) * RATE_HZ), np.int16)
