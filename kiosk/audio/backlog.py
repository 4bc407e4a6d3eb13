"""How much captured sound has piled up, told from how old it is (pure).

After a stall a backlog would be delay for the rest of the call, so it is dropped.  The age that a
sound server tells has an error of its own, so only what is more than at its freshest counts.
"""

import math

MOST_S = 0.15
"""Sound that is older than at its freshest by that much is dropped."""
FORGET = 0.01
"""The freshest age rises by so much a second: what was true once may have been an error."""
GIVE_UP_S = 1.0
"""A backlog comes in a burst; what is still as old after so much time is none: the sound server has
become slower."""


class Backlog:
    """Follows one stream; told the time in monotonic seconds."""

    def __init__(self) -> None:
        self._freshest_s = math.inf
        self._known_s = math.inf
        """When that was last looked at."""
        self._dropping_since_s: float | None = None

    def take(self, age_s: float | None, now_s: float) -> float | None:
        """Return the backlog in seconds when some sound comes, or None where it must be dropped.

        `age_s` is None where it is not known.
        """
        if age_s is None:
            return 0.0
        rise_s = FORGET * max(0.0, now_s - self._known_s)
        self._freshest_s = min(age_s, self._freshest_s + rise_s)
        self._known_s = now_s
        if age_s - self._freshest_s > MOST_S:
            if self._dropping_since_s is None:
                self._dropping_since_s = now_s
            if now_s - self._dropping_since_s < GIVE_UP_S:
                return None
            self._freshest_s = age_s
        self._dropping_since_s = None
        return age_s - self._freshest_s
