"""When a device that cannot be used is tried again, and when all are listed anew.

Trying again disturbs nobody.  A new list stops the other device too, for as long as PortAudio takes
to start, so it is made only where it can help.
"""

import math
from collections.abc import Sequence
from typing import Literal

from kiosk.audio.direction import Failure

RETRY_S = 0.5
"""Between tries; a microphone that is plugged in again must be heard within 2 s."""
LIST_S = 1.0
"""Between lists, while a device is missing that only a list can bring back: without a sound card of
its own, such as one of a sound server, it announces itself nowhere else."""
LIST_RARELY_S = 5.0
"""Between lists, while a device is listed and fails: PortAudio itself may be what is wrong."""

Step = Literal["wait", "try", "list"]


class Mending:
    """Decides what is done next about devices that fail; told the time, and what is known."""

    def __init__(self) -> None:
        self._tried_s = -math.inf
        self._listed_s: float | None = None
        """The last list, or the beginning of the failure; None while nothing fails."""

    def step(self, now_s: float, failures: Sequence[Failure], *, stale: bool, opened: bool) -> Step:
        """Return what to do now.

        `stale`: sound cards came or went since the list was made.  While closed that alone is
        reason for a new one: a better candidate may be there.
        """
        by_list = any(failure.list_anew for failure in failures)
        if self._listed_s is None:
            self._listed_s = now_s
        due_s = self._listed_s + (LIST_S if by_list else LIST_RARELY_S)
        if (stale and (by_list or not opened)) or (failures and now_s >= due_s):
            self._listed_s = self._tried_s = now_s
            return "list"
        if not failures:
            self._listed_s = None
            return "wait"
        if now_s >= self._tried_s + RETRY_S:
            self._tried_s = now_s
            return "try"
        return "wait"
