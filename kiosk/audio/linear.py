"""The linear stage before the echo canceller proper: aligned, on the microphone's clock.

What it leaves of the echo is small, so the stage after it, which must suppress where it cannot
subtract, takes far less of a talker with it.
"""

import numpy as np
import numpy.typing as npt

from kiosk.audio.alignment import Alignment
from kiosk.audio.pcm import Pcm, silence
from kiosk.audio.port import FRAME_SAMPLES, RATE_HZ
from kiosk.audio.speex import LinearCanceller

EARLY = RATE_HZ * 5 // 1000
"""Samples by which the played sound comes before its echo: room for an error of the delay."""
GLIDE_S = 8.0
"""How slowly an error of the alignment is taken out, so that the filter can follow."""
JUMP = RATE_HZ * 3 // 1000
"""An error of more samples is another delay: the filter begins anew there."""
KEPT_S = 1.0
"""Played sound that can be read again: the longest delay, and room."""

_TAPS = 32


class PlayedLine:
    """The last second of what was played, readable between its samples."""

    def __init__(self) -> None:
        self._kept = round(KEPT_S * RATE_HZ)
        self._samples = np.zeros(2 * self._kept, np.float32)
        self._filled = self._kept
        self.count = 0
        """Samples ever played."""

    def add(self, block: Pcm) -> None:
        """Take what is played next."""
        if self._filled + len(block) > len(self._samples):
            self._samples[: self._kept] = self._samples[self._filled - self._kept : self._filled]
            self._filled = self._kept
        self._samples[self._filled : self._filled + len(block)] = block
        self._filled += len(block)
        self.count += len(block)

    def read(self, position: float, step: float) -> Pcm:
        """Return 10 ms from a sample number on, `step` samples apart; silence where there is none.

        `step` is near one: within a block the fraction is taken to grow in a straight line.
        """
        whole = int(np.floor(position))
        begin = self._filled - self.count + whole - _TAPS // 2 + 1
        end = begin + FRAME_SAMPLES + _TAPS - 1
        if begin < 0 or begin >= self._filled:
            return silence()
        piece = self._samples[begin : min(end, self._filled)]
        if len(piece) < end - begin:
            piece = np.concatenate([piece, np.zeros(end - begin - len(piece), np.float32)])
        fraction = position - whole
        first = np.convolve(piece, _between(fraction), "valid")
        last = np.convolve(piece, _between(fraction + (step - 1) * FRAME_SAMPLES), "valid")
        samples = first + (last - first) * _RAMP
        return np.asarray(np.clip(np.rint(samples), -32768, 32767), np.int16)


_RAMP = np.arange(FRAME_SAMPLES, dtype=np.float32) / FRAME_SAMPLES


def _between(fraction: float) -> npt.NDArray[np.float32]:
    """Return a windowed sinc that reads so far after the middle of its taps."""
    distance = np.arange(_TAPS) - (_TAPS // 2 - 1) - fraction
    taps = np.sinc(distance) * np.cos(np.pi * distance / (_TAPS + 2)) ** 2
    return np.asarray((taps / taps.sum())[::-1], np.float32)


class LinearStage:
    """Takes the linear echo out of a microphone once it knows the delay; until then it watches."""

    def __init__(self) -> None:
        """Raise `speex.SpeexError` when the library is not there."""
        self._filter = LinearCanceller()
        self._alignment = Alignment()
        self._played = PlayedLine()
        self._captured = 0
        self._reading: float | None = None
        """The number of the played sample that the next block is compared with."""

    @property
    def active(self) -> bool:
        """The delay is known, and echo is being taken out."""
        return self._reading is not None

    def play(self, block: Pcm) -> None:
        """Take the next 10 ms that are played."""
        self._played.add(block)
        self._alignment.play(block)

    def hear(self, block: Pcm) -> Pcm:
        """Return the next 10 ms that were captured, with less echo."""
        self._alignment.hear(block)
        begin, self._captured = self._captured, self._captured + len(block)
        if not self._alignment.known:
            self._reading = None
            return block
        due = self._alignment.source_of(begin) + EARLY
        if self._reading is None or abs(due - self._reading) > JUMP:
            self._filter.reset()
            self._reading = due
        step = 1 + self._alignment.drift + (due - self._reading) / (GLIDE_S * RATE_HZ)
        played = self._played.read(self._reading, step)
        self._reading += step * FRAME_SAMPLES
        return self._filter.cancel(block, played)

    def restart(self) -> None:
        """Samples were lost: find the delay anew."""
        self._alignment.restart()
