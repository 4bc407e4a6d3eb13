"""The level of speech is that of the last seconds of it, and of nothing before."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.audio.pcm import SILENT_DBFS
from kiosk.audio.speech import BLOCK_S, WINDOW_S, SpeechLevel

LONGEST = round(WINDOW_S / BLOCK_S)


@given(st.lists(st.floats(1e-9, 1), max_size=30), st.integers(1, 60))
def test_it_is_the_mean_power_of_the_window(powers: list[float], times: int) -> None:
    level = SpeechLevel()
    spoken = powers * times
    for power in spoken:
        level.add(power)
    recent = spoken[-LONGEST:]
    assert level.seconds == pytest.approx(len(recent) * BLOCK_S)
    if recent:
        assert level.dbfs == pytest.approx(10 * math.log10(float(np.mean(recent))), abs=0.01)
    else:
        assert level.dbfs == SILENT_DBFS


def test_a_shout_is_forgotten_and_silence_has_a_level() -> None:
    level = SpeechLevel()
    for power in (*[1.0] * LONGEST, *[1e-6] * LONGEST):
        level.add(power)
    assert level.dbfs == pytest.approx(-60.0, abs=0.01)
    for _ in range(LONGEST):
        level.add(0.0)
    assert level.dbfs == pytest.approx(SILENT_DBFS, abs=1e-6)
