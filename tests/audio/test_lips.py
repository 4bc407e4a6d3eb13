"""What is told of the voice before it is heard."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.audio.lips import FLOOR_DBFS, LipsTeller, bright
from kiosk.audio.pcm import SILENT_DBFS, silence
from kiosk.audio.port import FRAME_SAMPLES, Lips
from tests.audio.voice import tone

BLOCK = tone(1000, 0.01)
LIGHT = bright(BLOCK)


def told(*levels_dbfs: float, began_s: float = 5.0) -> list[Lips]:
    told: list[Lips] = []
    teller = LipsTeller(told.append)
    for number, level_dbfs in enumerate(levels_dbfs):
        teller.add(began_s + number / 100, BLOCK, level_dbfs)
    return told


def test_a_sound_is_told_at_once_and_then_two_blocks_together() -> None:
    assert told(-20.0) == [Lips(5.0, (-20.0,), (LIGHT,))]
    assert told(-20.0, -30.0, -25.0)[1:] == [Lips(5.01, (-30.0, -25.0), (LIGHT,) * 2)]


def test_of_silence_only_the_beginning_is_told() -> None:
    levels = [lips.levels_dbfs for lips in told(-20.0, -21.0, -90.0, -90.0, -90.0, -90.0, -30.0)]
    assert levels == [(-20.0,), (-21.0, SILENT_DBFS), (-30.0,)]


def test_nothing_is_told_before_the_first_sound() -> None:
    assert not told(SILENT_DBFS, FLOOR_DBFS - 1)


@given(st.lists(st.tuples(st.floats(0, 0.05), st.floats(-100, 0)), max_size=60))
def test_every_sound_is_told_once_at_its_time(blocks: list[tuple[float, float]]) -> None:
    told: list[Lips] = []
    teller = LipsTeller(told.append)
    at_s, sounds = 1.0, []
    for late_s, level_dbfs in blocks:
        at_s += 0.01 + late_s
        teller.add(at_s, BLOCK, level_dbfs)
        if level_dbfs >= FLOOR_DBFS:
            sounds.append((at_s, level_dbfs))
    for number in range(2):
        teller.add(at_s + (number + 1) / 100, silence(), SILENT_DBFS)
    heard = [
        (lips.began_s + number / 100, level_dbfs)
        for lips in told
        for number, level_dbfs in enumerate(lips.levels_dbfs)
        if level_dbfs > SILENT_DBFS
    ]
    assert [level_dbfs for _, level_dbfs in heard] == [level_dbfs for _, level_dbfs in sounds]
    assert all(abs(a - b) < 0.006 for (a, _), (b, _) in zip(heard, sounds, strict=True))
    assert not told or told[-1].levels_dbfs[-1] == SILENT_DBFS


def test_a_voice_is_dark_or_bright_by_its_spectrum() -> None:
    tones = [bright(tone(hz, 0.01)) for hz in (100, 300, 600, 1200, 2400, 5000)]
    assert tones == sorted(tones)
    assert (tones[0], tones[-1]) == (0.0, 1.0)
    noise = np.random.default_rng(1).normal(0, 3000, FRAME_SAMPLES).astype(np.int16)
    assert bright(noise) == 1.0
    assert bright(silence()) == 0.0
    loud = tone(700, 0.01, level=0.9)
    assert bright(loud) == pytest.approx(bright(loud // 8), abs=0.02)
