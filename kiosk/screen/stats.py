"""How long frames took to draw, and how many were late."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

KEPT = 36_000
"""Frames remembered: twenty minutes at 30 frames/s."""


@dataclass(frozen=True, slots=True)
class FrameFigures:
    """Figures of a window's life."""

    frames: int
    p50_ms: float
    p95_ms: float
    p99_ms: float
    dropped: int


class FrameStats:
    """Collects the drawing time of frames; the oldest are forgotten."""

    def __init__(self) -> None:
        self._ms: NDArray[np.float32] = np.zeros(KEPT, np.float32)
        self._count = 0
        self._dropped = 0

    def add(self, drawing_ms: float) -> None:
        """One frame was laid out, painted and shown."""
        self._ms[self._count % KEPT] = drawing_ms
        self._count += 1

    def drop(self, frames: int) -> None:
        """So many frames should have been shown and were not."""
        self._dropped += frames

    def figures(self) -> FrameFigures:
        """Percentiles so far; zeros before the first frame."""
        if not self._count:
            return FrameFigures(0, 0.0, 0.0, 0.0, self._dropped)
        p50, p95, p99 = np.percentile(self._ms[: self._count], (50, 95, 99))
        return FrameFigures(
            self._count,
            round(float(p50), 3),
            round(float(p95), 3),
            round(float(p99), 3),
            self._dropped,
        )
