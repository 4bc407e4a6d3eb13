"""The recorded interviewer and candidate, as long as a test wants them."""

import random
from functools import cache
from pathlib import Path

import numpy as np

from kiosk.audio.pcm import Pcm, silence
from kiosk.audio.port import RATE_HZ
from kiosk.interview.recordings import load_recordings

ASSETS = Path(__file__).parents[2] / "assets"
INTERVIEWER = ASSETS / "voice" / "en"
CANDIDATE = ASSETS / "candidate"


@cache
def lines(voice: Path) -> tuple[Pcm, ...]:
    """Return all that one voice has recorded, in the order of its manifest."""
    return tuple(recording.pcm() for recording in load_recordings(voice))


def talk(voice: Path, seconds: float, *, seed: int = 1, pause_s: float = 0.4) -> Pcm:
    """Return lines in a shuffled order with pauses between them, cut to that length."""
    order = random.Random(seed)
    spoken: list[Pcm] = []
    missing = round(seconds * RATE_HZ)
    while missing > 0:
        for line in order.sample(lines(voice), len(lines(voice))):
            spoken += [line, silence(round(pause_s * RATE_HZ))]
            missing -= len(line) + round(pause_s * RATE_HZ)
    return np.concatenate(spoken)[: round(seconds * RATE_HZ)]
