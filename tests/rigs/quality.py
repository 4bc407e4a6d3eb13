"""How much of a voice is left of it: one way to line up and judge whatever a player gave.

Players delay and stretch.  So each second of the original is looked for within 150 ms around the
player's delay thereabouts, and judged where it is most like what was played: the places are the
delays.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from pesq import NoUtterancesError, pesq
from pystoi import stoi

from kiosk.audio.pcm import Pcm, Resampler
from kiosk.audio.port import RATE_HZ

JUDGED_HZ = 16_000
"""Rate of wideband PESQ."""
WINDOW_S = 1.0
REACH_S = 0.15
FARTHEST_S = 1.0
"""Longest delay of a player."""
THEREABOUTS = 2
"""Windows before and after one that tell the player's usual delay around it."""
PESQ_S = 8.0
"""PESQ judges sentences, not minutes: the mean over pieces of that length."""
QUIET = 50.0
"""RMS of a window that cannot be lined up and keeps the place of the one before."""

_Wide = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a listener would make of it."""

    stoi: float
    """Intelligibility, 0 to 1."""
    pesq: float
    """Wideband, 1 to 4.6; knows nothing of stretched time."""
    delay_ms_p50: float
    delay_ms_p95: float
    """From a packet's arrival on a line without delay to its sound, over the windows."""


def judge(original: Pcm, played: Pcm) -> Judgement:
    """Compare what was played with what was said; both mono at 48 kHz, from the same instant."""
    reference, heard = _judged(original), _judged(played)
    aligned, delays_ms = align(reference, heard)
    reference = reference[: len(aligned)]
    size = round(PESQ_S * JUDGED_HZ)
    scores: list[float] = []
    for at in range(0, max(1, len(aligned) - size + 1), size):
        try:
            scores.append(
                float(pesq(JUDGED_HZ, reference[at : at + size], aligned[at : at + size], "wb"))
            )
        except NoUtterancesError:
            scores.append(1.0)
    p50, p95 = np.percentile(delays_ms, [50, 95])
    return Judgement(
        stoi=round(float(stoi(reference, aligned, JUDGED_HZ)), 3),
        pesq=round(float(np.mean(scores)), 2),
        delay_ms_p50=round(float(p50), 1),
        delay_ms_p95=round(float(p95), 1),
    )


def align(reference: _Wide, heard: _Wide, rate_hz: int = JUDGED_HZ) -> tuple[_Wide, list[float]]:
    """Return what was heard, in the reference's time, and the delay of each loud window in ms."""
    size, reach = round(WINDOW_S * rate_hz), round(REACH_S * rate_hz)
    pieces: list[_Wide] = []
    delays_ms: list[float] = []
    delay = 0
    padded = np.concatenate(
        [np.zeros(reach), heard, np.zeros(round(FARTHEST_S * rate_hz) + 3 * size)]
    )
    for at in range(0, len(reference) - size + 1, size):
        window = reference[at : at + size]
        if np.sqrt(np.mean(window**2)) >= QUIET:
            first = max(0, at - THEREABOUTS * size)
            usual = _usual_delay(reference[first:], padded[first + reach :], rate_hz)
            around = padded[at + usual : at + usual + size + 2 * reach]
            delay = usual - reach + int(np.argmax(_likeness(window, around)))
            delays_ms.append(1000 * delay / rate_hz)
        pieces.append(padded[at + delay + reach : at + delay + reach + size])
    return np.concatenate(pieces), delays_ms


def _usual_delay(reference: _Wide, heard: _Wide, rate_hz: int) -> int:
    """Return the delay of most of the next seconds, in samples."""
    said = reference[: round((2 * THEREABOUTS + 1) * WINDOW_S * rate_hz)]
    return int(np.argmax(_likeness(said, heard[: len(said) + round(FARTHEST_S * rate_hz)])))


def _likeness(window: _Wide, around: _Wide) -> _Wide:
    """Return the normalised correlation at each place in `around`."""
    size = 1 << (len(around) + len(window) - 1).bit_length()
    spectrum = np.fft.rfft(around, size) * np.conj(np.fft.rfft(window, size))
    products = np.fft.irfft(spectrum, size)[: len(around) - len(window) + 1]
    energy = np.cumsum(np.concatenate([[0.0], around**2]))
    power = energy[len(window) :] - energy[: -len(window)]
    return np.asarray(products / np.sqrt(np.maximum(power, 1.0)), np.float64)


def _judged(pcm: Pcm) -> _Wide:
    return Resampler(RATE_HZ, JUDGED_HZ)(pcm).astype(np.float64)
