"""How late packets are on this line, and so how much voice has to wait in the queue."""

import math
from collections import deque

import numpy as np

from kiosk.audio.port import RATE_HZ
from kiosk.audio.tuning import Tuning


class Arrivals:
    """Learns a line's delays: each packet against the fastest of the last seconds.

    The delays go into a histogram that forgets; a high quantile of it is what has to wait so that
    nearly every packet is in time.  The scheme is NetEq's.
    """

    def __init__(self, tuning: Tuning) -> None:
        self._tuning = tuning
        self._shares = np.zeros(tuning.longest_ms // tuning.bucket_ms + 1)
        self._shares[0] = 1.0
        self._seen = 0
        self._quantile_ms = 0
        self._fastest: deque[tuple[float, float]] = deque()
        """Arrival and transit, both in seconds; transits rise, so that the first is the fastest."""
        self._timestamp: int | None = None
        self._media = 0
        """The newest packet's timestamp, extended beyond 32 bits."""

    @property
    def target_ms(self) -> int:
        """How long the fastest packet should wait, by what is known of the line."""
        tuning = self._tuning
        least = tuning.start_ms if self._seen < tuning.start_packets else 0
        return max(least, min(tuning.longest_ms, self._quantile_ms) + tuning.margin_ms)

    def observe(self, arrival_s: float, timestamp: int) -> float:
        """Return how many ms later than the fastest of the last seconds a packet came."""
        if not math.isfinite(arrival_s):
            return 0.0
        transit = arrival_s - self._media_s(timestamp)
        while self._fastest and self._fastest[0][0] < arrival_s - self._tuning.window_s:
            self._fastest.popleft()
        late_ms = 1000 * (transit - self._fastest[0][1]) if self._fastest else 0.0
        if late_ms > self._tuning.jump_ms:
            self._fastest.clear()
            late_ms = 0.0
        while self._fastest and self._fastest[-1][1] >= transit:
            self._fastest.pop()
        self._fastest.append((arrival_s, transit))
        return max(0.0, late_ms)

    def restart(self) -> None:
        """Another sender: its clock is another one, its line is the same."""
        self._fastest.clear()
        self._timestamp = None

    def _media_s(self, timestamp: int) -> float:
        if self._timestamp is not None:
            self._media += (timestamp - self._timestamp + 2**31) % 2**32 - 2**31
        self._timestamp = timestamp
        return self._media / RATE_HZ

    def learn(self, late_ms: float) -> None:
        """Add one delay; the first ones weigh more, so that a line is known soon."""
        self._seen += 1
        weight = max(1 - self._tuning.forget, 1 / (self._seen + self._tuning.start_packets))
        self._shares *= 1 - weight
        bucket = min(len(self._shares) - 1, int(late_ms) // self._tuning.bucket_ms)
        self._shares[bucket] += weight
        place = int(np.searchsorted(np.cumsum(self._shares), self._tuning.quantile))
        self._quantile_ms = (min(place, len(self._shares) - 1) + 1) * self._tuning.bucket_ms
