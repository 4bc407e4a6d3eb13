"""How loud the microphone is, and whether staff should change that.

Fed with what the converter gives, before anything is taken out of it.  Pure: time is told.
"""

import math
from collections import deque
from collections.abc import Set as AbstractSet

import numpy as np

from kiosk.audio.clipping import ClippingWatch
from kiosk.audio.pcm import SILENT_DBFS, Pcm, dbfs
from kiosk.audio.port import FRAME_SAMPLES, RATE_HZ
from kiosk.audio.speech import BLOCK_S, SpeechLevel
from kiosk.core.faults import Fault

PEAK_HOLD_S = 0.3
"""How long the meter's peak stands."""
BAND_HZ = (300, 3400)
"""The telephone band: most of speech, and little of hum, rumble and hiss."""
FAINTEST_DBFS = -75.0
"""What is quieter in the band is not taken for speech: a converter's own noise lies there."""
OVER_FLOOR_DB = 10.0
"""So far above the quietest moment of the last seconds is speech; the level of steady noise in 10
ms of the band varies by less than 1 dB (standard deviation)."""
FLOOR_S = 3.0
"""Nobody speaks for longer without a gap."""
QUIET_DBFS = -45.0
"""Speech below is too quiet: 19 dB under the -26 dBFS that ITU-T P.56's users set speech to, more
than services make up for, and near the noise of a cheap microphone."""
LOUD_ENOUGH_DBFS = -42.0
"""Speech above ends it: a little higher, so that it does not come and go."""
QUIET_S = 8.0
"""So much speech is listened to before it is called too quiet: two or three sentences."""
LOUD_S = 2.0
"""A sentence, so that a cough into a microphone that is turned down does not end it."""

_BIN_HZ = RATE_HZ / FRAME_SAMPLES
_BAND = slice(round(BAND_HZ[0] / _BIN_HZ), round(BAND_HZ[1] / _BIN_HZ) + 1)
_SCALE = 2 / (FRAME_SAMPLES * 32768.0) ** 2
_FLOOR_PARTS = 12
_PART_BLOCKS = round(FLOOR_S / BLOCK_S / _FLOOR_PARTS)


class InputMeter:
    """The level of one conversation's microphone, and what to advise staff about it.

    Begins with what the last conversation's meter advised: only speech shows that it is over.
    """

    def __init__(self, advice: AbstractSet[Fault] = frozenset()) -> None:
        self.level_dbfs = SILENT_DBFS
        """RMS of the last 10 ms."""
        self.peak_dbfs = SILENT_DBFS
        """Highest sample of the last `PEAK_HOLD_S` or so."""
        self._peak_until_s = float("-inf")
        self._voice = _VoiceBand()
        self._clipping = ClippingWatch(clipping=Fault.MIC_CLIPPING in advice)
        self._quiet = _QuietWatch(quiet=Fault.MIC_QUIET in advice)

    @property
    def advice(self) -> frozenset[Fault]:
        """What staff should mend."""
        found = (
            (Fault.MIC_CLIPPING, self._clipping.clipping),
            (Fault.MIC_QUIET, self._quiet.quiet),
        )
        return frozenset(fault for fault, holds in found if holds)

    def hear(self, block: Pcm, at_s: float, *, candidate: bool = True) -> None:
        """Take 10 ms that were captured at that time.

        `candidate` is False while the loudspeaker is heard: then speech is not the candidate's.
        """
        self.level_dbfs = dbfs(block)
        self._hold_peak(block, at_s)
        speaks = candidate and self._voice.hear(block)
        self._clipping.hear(block, at_s, speech_s=BLOCK_S if speaks else 0.0)
        if speaks:
            self._quiet.hear(10 ** (self.level_dbfs / 10))

    def _hold_peak(self, block: Pcm, at_s: float) -> None:
        peak = max(int(block.max()), -int(block.min())) / 32768
        peak_dbfs = max(SILENT_DBFS, 20 * math.log10(peak)) if peak else SILENT_DBFS
        if peak_dbfs >= self.peak_dbfs or at_s >= self._peak_until_s:
            self.peak_dbfs, self._peak_until_s = peak_dbfs, at_s + PEAK_HOLD_S


class _VoiceBand:
    """Tells speech from steady noise, by its level over the quietest moment of `FLOOR_S`.

    The minimum as the floor: Martin, Noise power spectral density estimation based on optimal
    smoothing and minimum statistics, IEEE Transactions on Speech and Audio Processing 9(5), 2001.
    """

    def __init__(self) -> None:
        self._minima: deque[float] = deque(maxlen=_FLOOR_PARTS)
        self._minimum = math.inf
        self._blocks = 0

    def hear(self, block: Pcm) -> bool:
        """Take a block; True for speech."""
        if not block.any():
            return False
        spectrum = np.fft.rfft(block)[_BAND]
        power = _SCALE * float(np.vdot(spectrum, spectrum).real)
        band_dbfs = 10 * math.log10(power) if power > 0 else SILENT_DBFS
        self._minimum = min(self._minimum, band_dbfs)
        self._blocks += 1
        floor_dbfs = min(self._minimum, *self._minima) if self._minima else self._minimum
        if self._blocks == _PART_BLOCKS:
            self._minima.append(self._minimum)
            self._minimum, self._blocks = math.inf, 0
        return band_dbfs > max(FAINTEST_DBFS, floor_dbfs + OVER_FLOOR_DB)


class _QuietWatch:
    """Tells a candidate who is hardly heard."""

    def __init__(self, *, quiet: bool) -> None:
        self.quiet = quiet
        self._level = SpeechLevel()
        self._faint_s = 0.0
        """Speech since it was loud enough last."""

    def hear(self, power: float) -> None:
        """Take a block of speech."""
        self._level.add(power)
        level_dbfs = self._level.dbfs
        self._faint_s += BLOCK_S
        if level_dbfs >= QUIET_DBFS:
            self._faint_s = 0.0
        if level_dbfs >= LOUD_ENOUGH_DBFS and self._level.seconds >= LOUD_S:
            self.quiet = False
        elif self._faint_s >= QUIET_S:
            self.quiet = True
