"""How well a call hears the service, by what arrives and when (pure; told the time).

Whatever comes counts: voice, reports, acknowledgements, messages, and the answers to questions the
booth asks for this alone (STUN binding requests).  A service that is silent because nobody speaks
answers them all the same, so silence is not darkness.
"""

from collections import deque
from statistics import median

from kiosk.core.snapshot import Hearing

ASK_S = 0.4
"""Pause between two questions."""
SEARCH_S = 0.2
"""The same while nothing was heard for `SLOW_S`: what is back shall be known soon."""
SLOW_S = 1.0
"""Nothing heard for so long is slow."""
DARK_S = 2.5
"""Nothing heard for so long is dark."""
LATE_S = 0.6
"""A longer round trip is slow: people begin to talk at the same time."""
ROUND_TRIPS = 3
"""The median of so many counts; one late answer is none."""
CALM_S = 2.0
"""Nothing must be slow for so long before the line is well again."""
LEAST_ASKED = 4
"""So many questions must have left since the service was heard before it is called dark: a booth
that stood still has heard nothing because it asked nothing."""
MOST_UNANSWERED = 15
"""So many in a row mean that nothing of the booth arrives any more, whatever still comes."""


class Liveness:
    """Judges one open call; all times are monotonic seconds and never go backwards."""

    hearing: Hearing
    """As of the last call of any method."""

    def __init__(self, now_s: float) -> None:
        """Begin with a call that opened just now, so the service was heard just now."""
        self.hearing = "well"
        self._heard_s = now_s
        self._reached_s = now_s
        """When the last question left that was answered."""
        self._answers = False
        """It answers questions at all."""
        self._asked_unheard = 0
        self._asked_unanswered = 0
        self._round_trips_s: deque[float] = deque(maxlen=ROUND_TRIPS)
        self._bad_s: float | None = None
        """When it was slow or dark last; None where it never was."""

    @property
    def since_s(self) -> float:
        """Second from which on nothing that the booth sent may have arrived, as far as is known."""
        return min(self._reached_s, self._heard_s) if self._answers else self._heard_s

    def pause_s(self, now_s: float) -> float:
        """Return how long to wait before the next question and the next look."""
        silent_s = now_s - self._heard_s
        if self.hearing != "well" or silent_s >= SLOW_S:
            return SEARCH_S
        return ASK_S

    def ask(self, now_s: float) -> None:
        """Count a question that left just now."""
        self._asked_unheard += 1
        self._asked_unanswered += 1
        self.look(now_s)

    def hear(self, now_s: float) -> None:
        """Take note that anything came from the service."""
        self._heard_s = now_s
        self._asked_unheard = 0
        self.look(now_s)

    def answer(self, asked_s: float, now_s: float) -> None:
        """Take note of the answer to the question that left at `asked_s`."""
        self._answers = True
        self._reached_s = max(self._reached_s, asked_s)
        self._asked_unanswered = 0
        self._round_trips_s.append(now_s - asked_s)
        self.hear(now_s)

    def look(self, now_s: float) -> None:
        """Judge anew."""
        if self._is_dark(now_s):
            self.hearing, self._bad_s = "dark", now_s
        elif self._is_slow(now_s):
            self.hearing, self._bad_s = "slow", now_s
        elif self._bad_s is not None and now_s - self._bad_s < CALM_S:
            self.hearing = "slow"
        else:
            self.hearing = "well"

    def _is_dark(self, now_s: float) -> bool:
        unheard = now_s - self._heard_s >= DARK_S and self._asked_unheard >= LEAST_ASKED
        return unheard or (self._answers and self._asked_unanswered >= MOST_UNANSWERED)

    def _is_slow(self, now_s: float) -> bool:
        late = self._round_trips_s and median(self._round_trips_s) > LATE_S
        return bool(late) or now_s - self._heard_s >= SLOW_S
