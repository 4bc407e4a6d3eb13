"""Which played sample each captured sample carries the echo of, found in the sound itself.

Counts of samples, not times, tie the two together: what a sound card plays and captures in one
run stays apart by a constant number of samples, plus the drift of the two clocks.  The delay is
the peak of the generalised cross-correlation with phase transform (Knapp and Carter, 1976); the
drift is the slope of a line through the last delays.
"""

from collections import deque

import numpy as np
import numpy.typing as npt

from kiosk.audio.pcm import Pcm
from kiosk.audio.port import FRAME_MS, FRAME_SAMPLES, RATE_HZ

LONGEST_MS = 500
"""Delays up to that are looked for: PulseAudio's 300 ms, and room."""
WINDOW_MS = 1000
"""Captured sound that is compared with what was played."""
LOOK_MS = 500
"""How often the delay is looked for."""
CERTAIN = 9.0
"""A peak that stands out so many times over the correlation's RMS is an echo, not chance."""
FIRST_SHARE = 0.5
"""The direct sound may be so much weaker than a reflection, and still be what comes first."""
AUDIBLE = 30.0
"""RMS in 16-bit samples, -61 dBFS; below that there is nothing to find."""
REMEMBERED = 60
"""Delays that the line is drawn through: the last 30 s of voice."""
SLOPE_FROM_S = 4.0
"""A shorter line tells no drift: 10 µs of error at its ends would be 5 ppm."""
OFF_LINE = RATE_HZ // 2000
"""Samples from the line that make a delay another one: 0.5 ms."""
AGREEING = 3
"""So many delays off the line, and near each other, are a new line."""
MOST_DRIFT = 500e-6
"""More is no sound card's clock."""

_DECIMATION = 3
_LOW_HZ = RATE_HZ // _DECIMATION
_LOW_BLOCK = FRAME_SAMPLES // _DECIMATION
_REACH = _LOW_HZ * LONGEST_MS // 1000
_WINDOW = _LOW_HZ * WINDOW_MS // 1000
_BAND_HZ = (150, 6000)
"""Where voices and small loudspeakers are."""
_Low = npt.NDArray[np.float32]
"""Samples at 16 kHz."""


class Alignment:
    """Watches both streams; is given every block, in the order of each stream."""

    def __init__(self) -> None:
        blocks = (_WINDOW + _REACH) // _LOW_BLOCK
        self._far: deque[_Low] = deque([np.zeros(_LOW_BLOCK, np.float32)] * blocks, maxlen=blocks)
        self._near: deque[_Low] = deque(maxlen=_WINDOW // _LOW_BLOCK)
        self._far_end = self._near_end = 0
        """Samples at 16 kHz that were ever played, and captured."""
        self._blocks_since_look = 0
        self._line: deque[tuple[int, float]] = deque(maxlen=REMEMBERED)
        """Of captured samples at 16 kHz: the number, and what leads from it to the number of the
        played sample that sounds in it."""
        self._strays: list[tuple[int, float]] = []
        self._anchor = (0, 0.0)
        """The line's last point."""
        self.drift = 0.0
        """Played samples per captured sample, less one."""

    @property
    def known(self) -> bool:
        """The delay has been found."""
        return bool(self._line)

    def source_of(self, captured: int) -> float:
        """Return the number of the played sample (48 kHz) that sounds in that captured one.

        Only meaningful while it is `known`.
        """
        at, offset = self._anchor
        return captured + _DECIMATION * offset + self.drift * (captured - _DECIMATION * at)

    def restart(self) -> None:
        """Samples were lost on either side: the delay is another, the clocks are the same."""
        self._line.clear()
        self._strays.clear()
        self._near.clear()
        self._blocks_since_look = 0

    def play(self, block: Pcm) -> None:
        """Take the next 10 ms that are played."""
        self._far.append(_low(block))
        self._far_end += _LOW_BLOCK

    def hear(self, block: Pcm) -> None:
        """Take the next 10 ms that were captured."""
        self._near.append(_low(block))
        self._near_end += _LOW_BLOCK
        self._blocks_since_look += 1
        if len(self._near) == self._near.maxlen and self._blocks_since_look >= LOOK_MS // FRAME_MS:
            self._blocks_since_look = 0
            self._look()

    def _look(self) -> None:
        far, near = np.concatenate(self._far), np.concatenate(self._near)
        lag = find_delay(far, near)
        if lag is not None:
            offset = (self._far_end - len(far) + lag) - (self._near_end - len(near))
            self._add(self._near_end - len(near) // 2, offset)

    def _add(self, at: int, offset: float) -> None:
        last_at, last = self._anchor
        expected = last + self.drift * (at - last_at)
        if self._line and abs(offset - expected) * _DECIMATION > OFF_LINE:
            self._strays = [s for s in self._strays if _near_to(s[1], offset)] + [(at, offset)]
            if len(self._strays) < AGREEING:
                return
            self._line.clear()
            self._line.extend(self._strays[:-1])
        self._strays.clear()
        self._line.append((at, offset))
        self._draw()

    def _draw(self) -> None:
        """Draw the line anew."""
        at = np.array([point[0] for point in self._line], np.float64)
        offsets = np.array([point[1] for point in self._line])
        if at[-1] - at[0] >= SLOPE_FROM_S * _LOW_HZ:
            slope, height = np.polyfit(at - at[-1], offsets, 1)
            if abs(slope) <= MOST_DRIFT:
                self.drift = float(slope)
                self._anchor = (int(at[-1]), float(height))
                return
        self._anchor = (int(at[-1]), float(np.mean(offsets - self.drift * (at - at[-1]))))


def find_delay(far: _Low, near: _Low) -> float | None:
    """Return how many samples into `far` the sound of `near` begins; None when it is not in there.

    Both at 16 kHz; `far` is longer by the longest delay.  Between samples, by a parabola.
    """
    if _rms(far) < AUDIBLE or _rms(near) < AUDIBLE / 8:
        return None
    count = len(far)
    spectrum = np.fft.rfft(far) * np.conj(np.fft.rfft(near, count))
    first, last = (hz * count // _LOW_HZ for hz in _BAND_HZ)
    strength = np.abs(spectrum)
    spectrum[:first] = spectrum[last:] = 0
    spectrum /= strength + 1e-3 * float(np.mean(strength[first:last])) + 1e-9
    correlation = np.abs(np.fft.irfft(spectrum, count)[: count - len(near)])
    highest = float(np.max(correlation))
    if highest < CERTAIN * _rms(correlation):
        return None
    begin = int(np.argmax(correlation > FIRST_SHARE * highest))
    peak = begin + int(np.argmax(correlation[begin : begin + _LOW_HZ // 1000]))
    if not 0 < peak < len(correlation) - 1:
        return None
    before, top, after = (float(value) for value in correlation[peak - 1 : peak + 2])
    return peak + 0.5 * (before - after) / (before - 2 * top + after)


def _low(block: Pcm) -> _Low:
    return np.asarray(block.reshape(-1, _DECIMATION).mean(axis=1), np.float32)


def _rms(samples: npt.NDArray[np.floating]) -> float:
    return float(np.sqrt(np.mean(np.square(samples))))


def _near_to(one: float, other: float) -> bool:
    return abs(one - other) * _DECIMATION <= OFF_LINE
