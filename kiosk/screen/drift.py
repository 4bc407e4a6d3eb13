"""A screen that stands for hours moves a little, so that nothing burns into the glass."""

from kiosk.core.snapshot import Phase

STANDING = frozenset({Phase.IDLE, Phase.OUT_OF_SERVICE, Phase.MAINTENANCE})
"""Phases that may last for hours; in the others somebody is here, and nothing drifts."""
STEP_S = 40.0
"""From one pixel to the next: as seldom as that, moving everything costs nothing."""


def drift(now_s: float, reach_px: int) -> tuple[int, int]:
    """How far everything is moved at a monotonic second, right and down, by `reach_px` at most.

    One pixel at a time, along a path that comes by every place in the square.
    """
    step = int(now_s // STEP_S)
    return _sway(step, reach_px), _sway(step, max(0, reach_px - 1))


def _sway(step: int, reach: int) -> int:
    """To and fro between `-reach` and `reach`, beginning in the middle."""
    return abs((step - reach) % (4 * reach) - 2 * reach) - reach if reach else 0
