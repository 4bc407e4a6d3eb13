"""The noise of a hall full of people: recorded, and made of many voices.

`recorded` is two real rooms in which people work, walk and talk; no recording of a fair with a
clear licence could be had.  `made` is a crowd of synthetic voices: denser, and livelier than most
halls.
"""

import shutil
import subprocess
import tempfile
from functools import cache
from pathlib import Path

import numpy as np
from scipy.signal import fftconvolve

from kiosk.audio.pcm import Pcm
from kiosk.audio.port import RATE_HZ
from kiosk.audio.wav import read_blocks
from kiosk.interview.recordings import Recording, load_recordings
from tests.rigs.room import Sound, decay
from tests.rigs.voices import ASSETS, CANDIDATE, INTERVIEWER

RECORDINGS = ("office-dnlburnett-335711.ogg", "office-klankbeeld-255591.ogg")
LANGUAGES = ("en-us", "en-gb", "de", "fr", "es", "it", "nl", "pl", "pt", "sv")
TALKERS = 32
NEAR_TALKERS_DB = 9.0
"""How much the loudest of the crowd exceeds the quietest."""
CLATTERS_HZ = 1.0
"""Cups, chairs and doors a second."""
SECONDS_MADE = 60


@cache
def recorded() -> Sound:
    """Return all that was recorded, each room at an RMS level of 1: two and a half minutes."""
    folder = ASSETS / "hall"
    rooms = [Recording("", "", folder / name, 0.0).pcm() for name in RECORDINGS]
    return np.concatenate([_to_unit(room.astype(np.float64)) for room in rooms])


@cache
def made(seed: int = 1) -> Sound | None:
    """Return a minute of a crowd at an RMS level of 1; None without espeak-ng."""
    if shutil.which("espeak-ng") is None:
        return None
    rng = np.random.default_rng(seed)
    count = SECONDS_MADE * RATE_HZ
    crowd = np.zeros(count)
    for i in range(TALKERS):
        said = _to_unit(_talker(i, seed).astype(np.float64))
        line = np.resize(said, count) * 10 ** (-rng.uniform(0, NEAR_TALKERS_DB) / 20)
        crowd += np.roll(line, rng.integers(count))
    ringing = decay(1.0, seed=seed, direct_db=0.0)
    hall = _to_unit(fftconvolve(crowd, ringing)[:count])
    hum = np.sin(2 * np.pi * 100 * np.arange(count) / RATE_HZ) + rng.standard_normal(count)
    return _to_unit(hall + 0.1 * hum + _clatter(count, rng))


def at_dbfs(noise: Sound, dbfs: float, samples: int, *, begin: int = 0) -> Sound:
    """Return noise of an RMS level of 1 brought to a level, repeated and cut to a length."""
    at = (begin + np.arange(samples)) % len(noise)
    return np.asarray(noise[at] * 32768 * 10 ** (dbfs / 20))


def _to_unit(sound: Sound) -> Sound:
    return np.asarray(sound / np.sqrt(np.mean(sound**2)))


def _talker(index: int, seed: int) -> Pcm:
    """Speak some of our own lines in one of many voices."""
    lines = [line.text for folder in (CANDIDATE, INTERVIEWER) for line in load_recordings(folder)]
    order = np.random.default_rng(1000 * seed + index).permutation(len(lines))[:2]
    variant = f"m{1 + index // 2 % 7}" if index % 2 else f"f{1 + index // 2 % 5}"
    voice = f"{LANGUAGES[index % len(LANGUAGES)]}+{variant}"
    with tempfile.TemporaryDirectory() as folder:
        wav = Path(folder) / "line.wav"
        speed, pitch = str(140 + 8 * (index % 9)), str(30 + 7 * (index % 7))
        subprocess.run(
            ["espeak-ng", "-v", voice, "-s", speed, "-p", pitch, "-w", str(wav), "--stdin"],
            input=" ".join(lines[i] for i in order),
            text=True,
            check=True,
            timeout=30,
        )
        return np.concatenate(list(read_blocks(wav)))


def _clatter(count: int, rng: np.random.Generator) -> Sound:
    """Return short bursts that ring at one pitch each, at random times."""
    out = np.zeros(count)
    t = np.arange(RATE_HZ // 5) / RATE_HZ
    for _ in range(round(CLATTERS_HZ * count / RATE_HZ)):
        begin = int(rng.integers(count - len(t)))
        ring = np.sin(2 * np.pi * rng.uniform(400, 4000) * t) + rng.standard_normal(len(t))
        fall = rng.uniform(0.5, 3) * np.exp(-t / rng.uniform(0.005, 0.05))
        out[begin : begin + len(t)] += ring * fall
    return out
