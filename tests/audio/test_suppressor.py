"""livekit's module, as it is used."""

import numpy as np

from kiosk.audio.pcm import Pcm, silence
from kiosk.audio.profiles import PROFILES
from kiosk.audio.suppressor import DELAY_MS, Suppressor
from tests.rigs.double_talk import blocks


def test_what_is_said_passes_late_by_the_delay_that_is_told() -> None:
    said = np.asarray(2000 * np.random.default_rng(1).standard_normal(96_000), np.int16)
    suppressor = Suppressor(PROFILES["open"])
    passed: list[Pcm] = []
    for block in blocks(said):
        suppressor.play(silence())
        passed.append(suppressor.hear(block))
    after, before = np.concatenate(passed).astype(np.float64), said.astype(np.float64)
    likeness = [np.dot(after[d:][48_000:57_600], before[48_000:57_600]) for d in range(960)]
    assert abs(int(np.argmax(likeness)) / 48 - DELAY_MS) < 0.5
