"""Whether a microphone is overdriven: the tops of its waves are cut off."""

from collections import deque

import numpy as np
import numpy.typing as npt

from kiosk.audio.pcm import Pcm

FULL = 32_670
"""At or beside full scale: within 0.3 %, as some converters stop short of the last steps."""
FULL_RUN = 3
"""So many samples there in a row are an over, by the custom of digital meters."""
LOUD = 3_277
"""A tenth of full scale; lower waves are not looked at."""
HIGH = 0.6
"""Of the block's peak: a top is above that."""
FLAT = 0.015
"""Of the block's peak: a top moves by less from sample to sample where it was cut off, with the
noise of a cheap converter and the tilt of its high-pass."""
FLAT_RUN = 6
"""So many flat samples in a row are looked at."""
EDGE = 5
"""So many times as steep is the wave beside a top that was cut off.  A round top of `FLAT_RUN`
samples gets steeper by two thirds in the next two."""
WITHIN_S = 4.0
OFTEN = 6
"""So many clipped blocks within `WITHIN_S` are an overdriven microphone.  Clean speech of three
kinds of voice gave at most 0.2 on average, the same 6 dB over a converter's limit 7 to 84."""
SELDOM = 2
"""More within `WITHIN_S`, and it is not over yet; clean speech seems clipped now and then."""
SPREAD_S = 1.0
"""From the first to the last of them: no thump of a hand lasts so long."""
CLEAN_S = 10.0
"""Seconds of speech with seldom a clipped block, after which it is over."""


def is_clipped(block: Pcm) -> bool:
    """Tell whether a wave is cut off, at full scale or, as cheap codecs do, below it."""
    wave = block.astype(np.int32)
    size = np.abs(wave)
    top = int(size.max())
    if top < LOUD:
        return False
    if top >= FULL and _longest_run(size >= FULL)[1] >= FULL_RUN:
        return True
    slope = np.abs(np.diff(wave))
    begin, length = _longest_run((slope <= FLAT * top) & (size[1:] >= HIGH * top))
    if length < FLAT_RUN:
        return False
    end = begin + length
    edges = (slope[max(0, begin - 2) : begin], slope[end : end + 2])
    return all(len(edge) and edge.max() >= EDGE * FLAT * top for edge in edges)


def _longest_run(true: npt.NDArray[np.bool_]) -> tuple[int, int]:
    """Where the longest run of true values begins, and its length."""
    at = np.flatnonzero(true)
    if not len(at):
        return 0, 0
    breaks = np.flatnonzero(np.diff(at) > 1)
    begins = at[np.concatenate(([0], breaks + 1))]
    lengths = at[np.concatenate((breaks, [len(at) - 1]))] - begins + 1
    longest = int(lengths.argmax())
    return int(begins[longest]), int(lengths[longest])


class ClippingWatch:
    """Tells a microphone that clips again and again from one that was shouted at once."""

    def __init__(self, *, clipping: bool = False) -> None:
        self.clipping = clipping
        """It does."""
        self._clipped_s: deque[float] = deque()
        self._clean_s = 0.0

    def hear(self, block: Pcm, at_s: float, *, speech_s: float) -> None:
        """Take a block, `speech_s` of which is speech."""
        if is_clipped(block):
            self._clipped_s.append(at_s)
        while self._clipped_s and self._clipped_s[0] < at_s - WITHIN_S:
            self._clipped_s.popleft()
        self._clean_s = 0.0 if len(self._clipped_s) > SELDOM else self._clean_s + speech_s
        if len(self._clipped_s) >= OFTEN and at_s - self._clipped_s[0] >= SPREAD_S:
            self.clipping = True
        elif self._clean_s >= CLEAN_S:
            self.clipping = False
