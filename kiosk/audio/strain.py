"""Whether the sound stutters often enough for staff to look at the machine (pure)."""

from collections import deque

WITHIN_S = 60.0
OFTEN = 5
"""So many over- and underruns within `WITHIN_S` are heard as stuttering; fewer as a click each."""
CALM_S = 120.0
"""Without one for so long it is over."""


class StrainWatch:
    """Counts over- and underruns while sound is open."""

    def __init__(self, *, strained: bool = False) -> None:
        self.strained = strained
        """They pile up."""
        self._total = 0
        self._runs_s: deque[float] = deque(maxlen=OFTEN)
        self._calm_since_s = float("-inf")

    def begin(self, at_s: float) -> None:
        """Sound is opened anew: nothing is counted yet, and what was found stands."""
        self._total = 0
        self._runs_s.clear()
        self._calm_since_s = at_s

    def note(self, total: int, at_s: float) -> None:
        """Take how many there were since `begin`, as often as is convenient."""
        new, self._total = total - self._total, total
        if new > 0:
            self._runs_s.extend([at_s] * min(OFTEN, new))
            self._calm_since_s = at_s
        if len(self._runs_s) == OFTEN and at_s - self._runs_s[0] <= WITHIN_S:
            self.strained = True
        elif at_s - self._calm_since_s >= CALM_S:
            self.strained = False
