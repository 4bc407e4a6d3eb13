"""Speech at a level, and the level of speech."""

import math

import numpy as np

from kiosk.audio.pcm import SILENT_DBFS, Pcm
from kiosk.audio.port import FRAME_SAMPLES

MARGIN_DB = 15.9
"""Speech is what is less below its own level (ITU-T P.56)."""


def speech_dbfs(pcm: Pcm) -> float:
    """Return the level of speech, its pauses left out: ITU-T P.56 on blocks of 10 ms."""
    blocks = pcm[: len(pcm) // FRAME_SAMPLES * FRAME_SAMPLES].reshape(-1, FRAME_SAMPLES)
    powers = (blocks.astype(np.float64) ** 2).mean(axis=1) / 32768.0**2
    speech = powers[powers > 0]
    for _ in range(50):
        if not len(speech):
            return SILENT_DBFS
        mean = speech.mean()
        louder = speech[speech > mean * 10 ** (-MARGIN_DB / 10)]
        if len(louder) == len(speech):
            break
        speech = louder
    return 10 * math.log10(mean)


def at_level(pcm: Pcm, level_dbfs: float) -> Pcm:
    """Return speech moved to a level; cut off at full scale, as a converter does."""
    return times(pcm, 10 ** ((level_dbfs - speech_dbfs(pcm)) / 20))


def times(pcm: Pcm, factor: float, *, most: float = 1.0) -> Pcm:
    """Return sound so many times as loud, cut off at a share of full scale."""
    wide = np.clip(pcm.astype(np.float64) * factor, -32767 * most, 32767 * most)
    return np.asarray(np.rint(wide), np.int16)


def with_noise(pcm: Pcm, noise_dbfs: float, *, seed: int = 1) -> Pcm:
    """Return sound with white noise of that level added."""
    noise = np.random.default_rng(seed).standard_normal(len(pcm)) * 32768 * 10 ** (noise_dbfs / 20)
    return np.asarray(np.clip(np.rint(pcm + noise), -32768, 32767), np.int16)


def peak_dbfs(pcm: Pcm) -> float:
    """Return the highest sample relative to full scale."""
    peak = float(np.abs(pcm.astype(np.int32)).max(initial=0)) / 32768
    return 20 * math.log10(peak) if peak else SILENT_DBFS
