"""When a device that cannot be used is tried again, and when all are listed anew.

Trying again disturbs nobody.  A new list stops the other device too, for as long as PortAudio takes
to start, so it is made only where it can help.
"""

import math
from collections.abc import Sequence
from typing import Literal

from kiosk.audio.direction import Failure

RETRY_S = 1.0
"""Between tries, while nothing is known to have changed; a try can hang in PortAudio."""
LIST_S = 1.0
"""Between lists, while a device is missing that only a list can bring back.  Not every device
announces itself, and one that does may be usable only a moment later."""
LIST_RARELY_S = 5.0
"""Between lists, while a device is listed and fails: PortAudio itself may be what is wrong."""

Step = Literal["wait", "try", "list"]


class Mending:
    """Decides what is done next about devices that fail; told the time, and what is known."""

    def __init__(self) -> None:
        self._tried_s = self._listed_s = -math.inf
        """The last list counts as a try; so does the beginning of a failure as a list."""
        self._tried_changes = self._listed_changes = 0
        self._failing = False

    def step(
        self, now_s: float, failures: Sequence[Failure], *, changes: int, opened: bool
    ) -> Step:
        """Return what to do now.

        `changes` counts devices that came or went.  While closed, one is reason enough for a new
        list: a better candidate may be there.
        """
        if failures and not self._failing:
            self._tried_s, self._listed_s = -math.inf, now_s
        self._failing = bool(failures)
        by_list = any(failure.list_anew for failure in failures)
        stale = changes != self._listed_changes
        due_s = self._listed_s + (LIST_S if by_list else LIST_RARELY_S)
        if (stale and (by_list or not opened)) or (failures and now_s >= due_s):
            self._tried_s = self._listed_s = now_s
            self._tried_changes = self._listed_changes = changes
            return "list"
        news = changes != self._tried_changes
        if failures and (news or now_s >= self._tried_s + RETRY_S):
            self._tried_s, self._tried_changes = now_s, changes
            return "try"
        return "wait"
