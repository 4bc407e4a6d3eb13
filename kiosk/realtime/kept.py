"""The last seconds of the microphone, for a line that was gone while somebody spoke (pure)."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kiosk.audio.port import FRAME_BYTES, FRAME_MS, FRAME_SAMPLES

KEPT_S = 20.0
"""Ten seconds before a loss, when an answer may have begun, and ten of the gap; of speech alone
where a gap is longer."""
KEPT_FRAMES = round(1000 * KEPT_S / FRAME_MS)

Samples = npt.NDArray[np.int16]
"""Mono samples at 48 kHz."""
Stretch = tuple[float, float]
"""Monotonic seconds: what was captured at the first or later, and before the second."""
FRAME_S = FRAME_MS / 1000


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame of the microphone."""

    number: int
    """Frames are counted as they come."""
    pcm: bytes
    """`FRAME_BYTES` of it."""
    captured_s: float
    """Monotonic second of its first sample."""


class Kept:
    """A ring of `KEPT_FRAMES` frames: what comes overwrites the oldest, and nothing grows."""

    def __init__(self) -> None:
        self._pcm = np.zeros((KEPT_FRAMES, FRAME_SAMPLES), np.int16)
        self._captured_s = np.zeros(KEPT_FRAMES)
        self._first = 0
        """Number of the first frame since `clear`."""
        self.end = 0
        """Number of the frame that comes next."""

    @property
    def begin(self) -> int:
        """Number of the oldest frame that is there; `end` where there is none."""
        return max(self._first, self.end - KEPT_FRAMES)

    @property
    def full(self) -> bool:
        """What comes next overwrites something."""
        return self.end - self.begin == KEPT_FRAMES

    def keep(self, pcm: bytes, captured_s: float) -> None:
        """Take one frame, captured at that monotonic second; one of a wrong size is left out."""
        if len(pcm) != FRAME_BYTES:
            return
        place = self.end % KEPT_FRAMES
        self._pcm[place] = np.frombuffer(pcm, "<i2")
        self._captured_s[place] = captured_s
        self.end += 1

    def since(self, since_s: float) -> int:
        """Return the number of the first frame that was captured then or later, else `end`."""
        numbers = range(self.begin, self.end)
        return next((n for n in numbers if self._captured_s[n % KEPT_FRAMES] >= since_s), self.end)

    @property
    def until_s(self) -> float:
        """Monotonic second at which the newest frame ends; 0 where there is none."""
        newest = self.frame(self.end - 1)
        return newest.captured_s + FRAME_S if newest else 0.0

    def outside(self, first: int, stretches: Iterable[Stretch]) -> list[int]:
        """Return the numbers of the frames from `first` on that lie in none of the stretches."""
        numbers = np.arange(max(first, self.begin), self.end)
        captured_s = self._captured_s[numbers % KEPT_FRAMES]
        inside = np.zeros(len(numbers), np.bool_)
        for begin_s, end_s in stretches:
            inside |= (captured_s >= begin_s) & (captured_s < end_s)
        return [int(number) for number in numbers[~inside]]

    def frame(self, number: int) -> Frame | None:
        """Return a frame; None where it is overwritten, wiped, or still to come."""
        if not self.begin <= number < self.end:
            return None
        place = number % KEPT_FRAMES
        return Frame(number, self._pcm[place].tobytes(), float(self._captured_s[place]))

    def samples(self) -> Samples:
        """Return a copy of all that is there, from frame `begin` on."""
        places = np.arange(self.begin, self.end) % KEPT_FRAMES
        return self._pcm[places].reshape(-1)

    def condense(self, worth: npt.NDArray[np.bool_]) -> None:
        """Leave out what is not marked, of all frames from `begin` on: the rest lasts longer.

        Frames are numbered anew, so nobody may hold any of their numbers.
        """
        places = np.arange(self.begin, self.end) % KEPT_FRAMES
        pcm, captured_s = self._pcm[places[worth]], self._captured_s[places[worth]]
        self._first = self.end - len(pcm)
        self._pcm.fill(0)
        new = np.arange(self._first, self.end) % KEPT_FRAMES
        self._pcm[new], self._captured_s[new] = pcm, captured_s
        pcm.fill(0)

    def clear(self) -> None:
        """Overwrite every sample: the candidate has gone."""
        self._pcm.fill(0)
        self._captured_s.fill(0.0)
        self._first = self.end
