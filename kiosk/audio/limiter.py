"""A peak limiter: no sample passes the ceiling, and none is bent."""

import math

import numpy as np
import numpy.typing as npt

from kiosk.audio.port import RATE_HZ

LOOK_AHEAD_MS = 2
"""How long before a peak the gain begins to fall, and what the limiter delays the voice by: long
enough that the fall is no click, and short beside a packet."""
RELEASE_S = 0.15
"""Time constant of the way back: several pitch periods, so that the gain does not follow them, and
shorter than a syllable."""

_PART = RATE_HZ * LOOK_AHEAD_MS // 1000
_RISE = 1 - math.exp(-LOOK_AHEAD_MS / 1000 / RELEASE_S)

Wave = npt.NDArray[np.float32]


class Limiter:
    """Holds a voice under a ceiling, `LOOK_AHEAD_MS` later.

    The gain is a line between points `LOOK_AHEAD_MS` apart.  The points at both ends of a part are
    low enough for its peak, so every sample between them is under the ceiling.
    """

    def __init__(self, ceiling: float) -> None:
        self._ceiling = ceiling
        self._held = np.zeros(_PART, np.float32)
        """The part that waits, for its end to be known."""
        self._held_need = 1.0
        """The gain that its peak needs."""
        self._gain = 1.0
        """At its beginning."""

    def __call__(self, wave: Wave) -> Wave:
        """Return as many samples, `LOOK_AHEAD_MS` late; a whole number of parts at a time."""
        line = np.concatenate((self._held, wave))
        self._held = line[len(wave) :]
        parts = line[: len(wave)].reshape(-1, _PART)
        peaks = np.abs(wave).reshape(-1, _PART).max(axis=1).tolist()
        if self._gain == 1.0 and self._held_need == 1.0 and max(peaks) <= self._ceiling:
            return parts.reshape(-1)
        points = [self._gain]
        for peak in peaks:
            need = min(1.0, self._ceiling / peak) if peak else 1.0
            back = self._gain + (1 - self._gain) * _RISE
            self._gain = min(self._held_need, need, back if back < _AS_GOOD_AS_ONE else 1.0)
            self._held_need = need
            points.append(self._gain)
        slopes = np.asarray(points, np.float32)
        gains = slopes[:-1, None] + np.diff(slopes)[:, None] * _STEPS
        return np.asarray(parts * gains, np.float32).reshape(-1)


_STEPS = np.arange(_PART, dtype=np.float32)[None, :] / _PART
_AS_GOOD_AS_ONE = 0.9999
"""From here on the way back is over: a thousandth of a decibel."""
