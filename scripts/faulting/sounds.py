"""Answers that ears without a model can tell apart: each has a pitch of its own (pure)."""

import numpy as np
import numpy.typing as npt

Samples = npt.NDArray[np.int16]

NAMES = ("one", "two", "three", "four", "five", "six", "seven", "eight")
"""What is understood of each answer."""
STOP = len(NAMES) - 1
"""The one that is a wish to stop."""
RATE_HZ = 48_000
_LOWEST_HZ = 200.0
_OCTAVE = len(NAMES) + 1
_HARMONICS = 6
_LEVEL = 5000
_SYLLABLES_HZ = 4.0
"""As speech comes and goes: what stands still is taken out as noise."""
_WINDOW_S, _HOP_S = 0.3, 0.1
_LOUD = 200.0
_LEAST = 3
"""So many windows must have a pitch."""


def answer(number: int, seconds: float) -> Samples:
    """Return the sound of answer `number` (from 0), at 48 kHz."""
    at_s = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    phase = 2 * np.pi * _pitch_hz(number) * at_s
    voice = sum((np.sin(n * phase) / n for n in range(1, _HARMONICS + 1)), np.zeros(len(at_s)))
    loud = 0.65 - 0.35 * np.cos(2 * np.pi * _SYLLABLES_HZ * at_s)
    return np.asarray(_LEVEL * loud * voice, np.int16)


def heard(samples: Samples, rate_hz: int) -> tuple[str, ...]:
    """Return the names of the answers in a sound, in the order in which they begin."""
    length, hop = round(_WINDOW_S * rate_hz), round(_HOP_S * rate_hz)
    found: list[str] = []
    for first in range(0, len(samples) - length + 1, hop):
        window = samples[first : first + length].astype(np.float64)
        if np.sqrt(np.mean(window**2)) > _LOUD:
            found.append(NAMES[_closest(window, rate_hz)])
    return tuple(name for name in dict.fromkeys(found) if found.count(name) >= _LEAST)


def words(names: tuple[str, ...]) -> str:
    """What is understood of such a sound: enough of an answer that nobody asks further."""
    if NAMES[STOP] in names:
        return "I want to stop now."
    said = " and ".join(f"answer {name}" for name in names)
    return f"This is {said}, and I learned to write things down and to ask early." if said else ""


def _closest(window: npt.NDArray[np.float64], rate_hz: int) -> int:
    spectrum = np.abs(np.fft.rfft(window * np.hanning(len(window))))
    bins = [
        [round(n * _pitch_hz(number) * len(window) / rate_hz) for n in range(1, 4)]
        for number in range(len(NAMES))
    ]
    return int(np.argmax([spectrum[each].sum() for each in bins]))


def _pitch_hz(number: int) -> float:
    return float(_LOWEST_HZ * 2 ** (number / _OCTAVE))
