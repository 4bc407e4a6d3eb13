"""Where somebody begins to speak: labelled once, by rule, from clean recordings.

An onset is where `RUN` voiced blocks of 10 ms in a row begin, after `QUIET_S` without such a run.
Voiced is a block whose voice band lies less than `ACTIVE_DB` below the recording's own speech level
and from which on the sound repeats itself at a speaker's pitch.
"""

import numpy as np
import numpy.typing as npt
from scipy.signal import butter, sosfiltfilt

from kiosk.audio.pcm import Pcm
from kiosk.audio.port import FRAME_SAMPLES, RATE_HZ
from tests.rigs.room import Sound, active_dbfs, frame_dbfs

ACTIVE_DB = 35.0
"""Quieter is breath."""
QUIET_S = 0.3
BAND_HZ = (80.0, 4000.0)
PITCH_HZ = (70.0, 400.0)
PERIODIC = 0.6
"""Correlation with what comes one pitch period later."""
SPAN_S = 0.025
"""Length that is compared."""
THINNED = 6
"""Every sixth sample is plenty for a pitch."""
RUN = 3
"""Blocks in a row that must be voiced: a click is none."""


def voiced(clean: Pcm | Sound) -> npt.NDArray[np.bool_]:
    """Tell for each block of 10 ms whether it is voiced."""
    band = butter(4, BAND_HZ, "bandpass", fs=RATE_HZ, output="sos")
    sound = sosfiltfilt(band, clean.astype(np.float64))
    loud = frame_dbfs(sound) > active_dbfs(sound) - ACTIVE_DB
    sound = sound[::THINNED]
    rate_hz = RATE_HZ / THINNED
    block, span = FRAME_SAMPLES // THINNED, round(SPAN_S * rate_hz)
    lags = np.arange(round(rate_hz / PITCH_HZ[1]), round(rate_hz / PITCH_HZ[0]))
    sound = np.concatenate([sound, np.zeros(span + lags[-1])])
    out = np.zeros(len(loud), np.bool_)
    for i in np.flatnonzero(loud):
        here = sound[i * block : i * block + span]
        later = np.lib.stride_tricks.sliding_window_view(
            sound[i * block + lags[0] : i * block + lags[-1] + span], span
        )
        energy = np.sqrt(np.sum(later**2, axis=1) * np.sum(here**2)) + 1e-9
        out[i] = bool(np.max(later @ here / energy) > PERIODIC)
    return out


def onsets_s(clean: Pcm | Sound) -> tuple[float, ...]:
    """Return the second at which each labelled onset begins."""
    blocks = np.append(voiced(clean), [False] * RUN)
    begins = np.lib.stride_tricks.sliding_window_view(blocks, RUN).all(axis=1)
    in_run = np.convolve(begins, np.ones(RUN, np.int64)) > 0
    quiet = round(QUIET_S * RATE_HZ / FRAME_SAMPLES)
    return tuple(
        float(i * FRAME_SAMPLES / RATE_HZ)
        for i in np.flatnonzero(begins)
        if not in_run[max(0, i - quiet) : i].any()
    )
