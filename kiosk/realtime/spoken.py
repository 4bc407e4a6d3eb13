"""Where somebody spoke in a stretch of the microphone, however loud the room is (pure).

The whole stretch lies there, so one noise floor holds for all of it: the level that the quietest
tenth stays below.  Speech is what exceeds it in the band of voices for longer than a knock.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from kiosk.audio.port import FRAME_MS, FRAME_SAMPLES, RATE_HZ

Marks = npt.NDArray[np.bool_]
"""One for each frame of 10 ms."""

SILENT_DBFS = -75.0
"""Below this a microphone is muted and says nothing about the room."""
FLOORS_DBFS: Final = (-70.0, -30.0)
QUIETEST_DBFS = -52.0
"""Quieter than this is nobody in front of the booth."""
QUIET_SHARE = 0.1
"""Even who speaks without a pause leaves that much of the time between the syllables."""
SPEECH_DB = 10.0
"""Speech exceeds the floor by that much ..."""
LOUD_FRAMES, OF_FRAMES = 10, 16
"""... in so many of so many frames in a row."""
PAUSE_DB, STIRS_FRAMES = 5.0, 3
"""A pause is where next to nothing exceeds the floor by even so much: a loud room has none."""
BESIDE_FRAMES = 300 // FRAME_MS
"""What belongs to speech on either side: breath, consonants, and a pause to tell words apart."""
BAND_HZ: Final = (200, 3400)
"""Where voices are and rumble is not."""

_STEP = 6
_HOP = FRAME_SAMPLES // _STEP
_WINDOW = 2 * _HOP
_HZ = RATE_HZ // _STEP
_BAND = slice(BAND_HZ[0] * _WINDOW // _HZ, BAND_HZ[1] * _WINDOW // _HZ + 1)
_HANN = np.hanning(_WINDOW).astype(np.float32)


@dataclass(frozen=True, slots=True)
class Heard:
    """What is in a stretch, frame by frame."""

    speech: Marks
    """Somebody speaks."""
    worth: Marks
    """No long pause: speech, what belongs to it on either side, and all that is not quiet."""


def judge(samples: npt.NDArray[np.int16]) -> Heard:
    """Return what is in these samples at 48 kHz; a frame that is cut short is left out."""
    levels = levels_dbfs(samples)
    heard = levels[levels > SILENT_DBFS]
    if not len(heard):
        nothing = np.zeros(len(levels), np.bool_)
        return Heard(nothing, nothing)
    floor = float(np.clip(np.quantile(heard, QUIET_SHARE), *FLOORS_DBFS))
    speech = _dense(levels > max(floor + SPEECH_DB, QUIETEST_DBFS), LOUD_FRAMES)
    stirs = _dense(levels > floor + PAUSE_DB, STIRS_FRAMES)
    return Heard(speech, beside(speech | stirs))


def beside(speech: Marks) -> Marks:
    """Mark also what belongs to speech on either side."""
    return _widened(speech, BESIDE_FRAMES, BESIDE_FRAMES)


def levels_dbfs(samples: npt.NDArray[np.int16]) -> npt.NDArray[np.float32]:
    """Return the level of each frame in the band of voices, over it and the one before it."""
    frames = len(samples) // FRAME_SAMPLES
    if not frames:
        return np.empty(0, np.float32)
    whole = samples[: frames * FRAME_SAMPLES].reshape(-1, _STEP)
    coarse = np.concatenate([np.zeros(_HOP, np.float32), whole.mean(axis=1, dtype=np.float32)])
    windows = np.lib.stride_tricks.sliding_window_view(coarse, _WINDOW)[::_HOP]
    power = np.abs(np.fft.rfft(windows * (_HANN / 32768.0), axis=1)[:, _BAND]) ** 2
    scale = 2.0 / (_WINDOW * float(np.sum(_HANN**2)))
    return np.asarray(10.0 * np.log10(power.sum(axis=1) * scale + 1e-12), np.float32)


def _dense(marks: Marks, least: int) -> Marks:
    """Mark every frame of each `OF_FRAMES` in a row of which so many are marked."""
    enough = np.convolve(marks, np.ones(OF_FRAMES))[OF_FRAMES - 1 :] >= least
    return _widened(enough, 0, OF_FRAMES - 1)


def _widened(marks: Marks, before: int, after: int) -> Marks:
    """Mark also so many frames before and after each mark."""
    reach = np.convolve(marks, np.ones(before + 1 + after))
    return np.asarray(reach[before : before + len(marks)] > 0, np.bool_)
