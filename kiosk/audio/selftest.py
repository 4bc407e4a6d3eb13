"""Whether the echo canceller does its work here, judged from the booth's own voice.

It runs silently during the first seconds of every greeting, in which nobody is heard yet, so that
the greeting itself is the test.  Power alone would take a candidate who talks in those seconds for
a bad canceller.  So only what is left of the echo counts: the part of the sound that is coherent
with what was played.  Another's speech is not, and only raises the level from which an echo can be
told; where that is too high nothing is decided.
"""

import enum
import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kiosk.audio.alignment import LONGEST_MS, find_delay
from kiosk.audio.pcm import SILENT_DBFS, Pcm, dbfs
from kiosk.audio.port import FRAME_MS, RATE_HZ

TEST_S = 2.0
"""Sound that is judged: as long as a greeting is protected."""
VOICED_S = 0.6
"""Less voice in it tells nothing."""
PLAYED_DBFS = -45.0
"""A block that counts as voice."""
LEAK_DBFS = -45.0
"""A louder rest of the echo is heard as speech by the voice detection of a service."""
EARLY_MS = 50
"""The two threads may be so far out of step that an echo seems to come before its sound."""
SEGMENT = 1024
"""Samples at 16 kHz that are transformed at once: the 64 ms in which a room sends most back."""
CHANCE = 2.0
"""A coherent share so many times above what chance gives is an echo."""
LEAKS_IN_A_ROW = 2
"""So many tests with a leak rule out a chance."""

_BLOCKS = round(TEST_S * 1000 / FRAME_MS)
_DECIMATION = 3
_LOW_HZ = RATE_HZ // _DECIMATION
_BAND = slice(200 * SEGMENT // _LOW_HZ, 4000 * SEGMENT // _LOW_HZ)
"""Where voices are told from noise."""
_Low = npt.NDArray[np.float64]
_Spectra = npt.NDArray[np.complex128]


class Verdict(enum.Enum):
    """What a test has found."""

    CLEAN = "full duplex is safe"
    LEAKS = "the voice comes back as speech"
    UNCLEAR = "somebody spoke, or too little was played"


@dataclass(frozen=True, slots=True)
class Judgement:
    """One test's result."""

    verdict: Verdict
    delay_ms: float | None
    """From the playback callback to the capture callback; None when no echo was found."""
    echo_dbfs: float
    """Level of the echo before cancellation."""
    left_dbfs: float
    """Level of the echo after it; as good as it can be told."""

    @property
    def erle_db(self) -> float:
        """By how much the echo was lowered, at least."""
        return self.echo_dbfs - self.left_dbfs


class EchoProbe:
    """Collects sound from the first voice on; one thread adds, another judges."""

    def __init__(self) -> None:
        self._blocks: list[tuple[Pcm, Pcm, Pcm]] = []

    def add(self, played: Pcm, captured: Pcm, left: Pcm) -> None:
        """Take 10 ms of each; what is more than a test needs is not kept."""
        if len(self._blocks) < _BLOCKS and (self._blocks or dbfs(played) > PLAYED_DBFS):
            self._blocks.append((played, captured, left))

    def restart(self) -> None:
        """Forget what was collected."""
        self._blocks = []

    def judge(self) -> Judgement | None:
        """Return a result when there is enough, and begin anew."""
        blocks = self._blocks
        if len(blocks) < _BLOCKS:
            return None
        self._blocks = []
        voiced = sum(dbfs(played) > PLAYED_DBFS for played, _, _ in blocks)
        if voiced * FRAME_MS < VOICED_S * 1000:
            return Judgement(Verdict.UNCLEAR, None, SILENT_DBFS, SILENT_DBFS)
        return judge(*(np.concatenate(each) for each in zip(*blocks, strict=True)))


class Findings:
    """Makes up its mind from test to test."""

    def __init__(self, *, leaks: bool = False) -> None:
        self.leaks = leaks
        """The canceller fails here: half-duplex is what is left."""
        self._in_a_row = 0

    def add(self, judgement: Judgement) -> None:
        """Take one more; an unclear one changes nothing."""
        if judgement.verdict is Verdict.CLEAN:
            self.leaks, self._in_a_row = False, 0
        elif judgement.verdict is Verdict.LEAKS:
            self._in_a_row += 1
            self.leaks = self.leaks or self._in_a_row >= LEAKS_IN_A_ROW


def judge(played: Pcm, captured: Pcm, left: Pcm) -> Judgement:
    """Judge sound of one length and begin, 48 kHz."""
    far, near, rest = (_low(sound) for sound in (played, captured, left))
    reach = (LONGEST_MS - EARLY_MS) * _LOW_HZ // 1000
    before = np.concatenate([np.zeros(reach), far, np.zeros(EARLY_MS * _LOW_HZ // 1000)])
    lag = find_delay(*(np.asarray(32768 * sound, np.float32) for sound in (before, near)))
    if lag is None:
        loud = dbfs(left)
        verdict = Verdict.CLEAN if loud < LEAK_DBFS else Verdict.UNCLEAR
        return Judgement(verdict, None, SILENT_DBFS, SILENT_DBFS)
    source = before[round(lag) : round(lag) + len(near)]
    echo, _ = coherent_power(source, near)
    leak, chance = coherent_power(source, rest)
    if leak > CHANCE * chance:
        verdict = Verdict.LEAKS if _dbfs(leak) > LEAK_DBFS else Verdict.CLEAN
    else:
        verdict = Verdict.UNCLEAR if _dbfs(chance) > LEAK_DBFS else Verdict.CLEAN
    delay_ms = (reach - lag) * 1000 / _LOW_HZ
    return Judgement(verdict, delay_ms, _dbfs(echo), _dbfs(max(leak, chance)))


def coherent_power(source: _Low, sound: _Low) -> tuple[float, float]:
    """Return the power of `sound` that is coherent with `source`, and what chance gives at most.

    Chance is what shows when the source is put 0.3 to 1 s elsewhere: speech is coherent with other
    speech for a while.
    """
    x, y = _segments(source), _segments(sound)
    steps = _LOW_HZ // SEGMENT * 2 * np.array([0.3, 0.45, 0.6, 0.8, 1.0])
    chance = [_coherent(np.roll(x, round(step), axis=0), y) for step in steps]
    return max(0.0, _coherent(x, y) - float(np.mean(chance))), max(chance)


def _coherent(x: _Spectra, y: _Spectra) -> float:
    cross = np.abs(np.sum(np.conj(x) * y, axis=0)) ** 2
    own = np.sum(np.abs(x) ** 2, axis=0)
    return float(np.sum(cross / (own + 1e-12))) / len(x)


def _segments(sound: _Low) -> _Spectra:
    """Return the spectra of overlapping segments; the sum of their squares is a power."""
    halves = np.lib.stride_tricks.sliding_window_view(sound, SEGMENT)[:: SEGMENT // 2]
    window = np.hanning(SEGMENT)
    spectra = np.fft.rfft(halves * window)[:, _BAND]
    return np.asarray(spectra * np.sqrt(2 / (SEGMENT * np.sum(window**2))))


def _low(pcm: Pcm) -> _Low:
    return np.asarray(pcm.reshape(-1, _DECIMATION).mean(axis=1) / 32768.0)


def _dbfs(power: float) -> float:
    return max(SILENT_DBFS, 10 * math.log10(power)) if power > 0 else SILENT_DBFS
