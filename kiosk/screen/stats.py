"""How long frames took to draw, and how many were late."""

from array import array
from dataclasses import dataclass
from statistics import quantiles

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
        self._ms = array("f")
        self._count = 0
        self._dropped = 0

    def add(self, drawing_ms: float) -> None:
        """One frame was laid out, painted and shown."""
        if self._count < KEPT:
            self._ms.append(drawing_ms)
        else:
            self._ms[self._count % KEPT] = drawing_ms
        self._count += 1

    def drop(self, frames: int) -> None:
        """So many frames should have been shown and were not."""
        self._dropped += frames

    def figures(self) -> FrameFigures:
        """Percentiles so far; zeros before the first frame."""
        kept = self._ms.tolist()
        if not kept:
            return FrameFigures(0, 0.0, 0.0, 0.0, self._dropped)
        shares = quantiles(kept, n=100, method="inclusive") if len(kept) > 1 else kept * 99
        p50, p95, p99 = (round(shares[percent - 1], 3) for percent in (50, 95, 99))
        return FrameFigures(self._count, p50, p95, p99, self._dropped)
