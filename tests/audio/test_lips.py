"""What is told of the voice before it is heard."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.audio.lips import FLOOR_DBFS, LipsWatch, bright
from kiosk.audio.pcm import SILENT_DBFS, dbfs, silence
from kiosk.audio.port import FRAME_SAMPLES, Lips
from tests.audio.voice import tone

BLOCK = tone(1000, 0.01)


def watched(levels_dbfs: list[float], began_s: float = 5.0) -> LipsWatch:
    watch = LipsWatch()
    for number, level_dbfs in enumerate(levels_dbfs):
        watch.add(began_s + number / 100, BLOCK, level_dbfs)
    return watch


def test_blocks_that_follow_each_other_are_told_together() -> None:
    (lips,) = watched([-20.0, -30.0, -25.0]).take()
    assert lips == Lips(5.0, (-20.0, -30.0, -25.0), (bright(BLOCK),) * 3)


def test_of_silence_only_the_beginning_is_told() -> None:
    watch = watched([-20.0, -90.0])
    assert [lips.levels_dbfs for lips in watch.take()] == [(-20.0, SILENT_DBFS)]
    for number in range(10):
        watch.add(6.0 + number / 100, silence(), SILENT_DBFS)
    assert not list(watch.take())
    watch.add(6.1, BLOCK, -20.0)
    watch.add(6.11, silence(), SILENT_DBFS)
    assert [lips.began_s for lips in watch.take()] == [6.1]


def test_nothing_is_told_before_the_first_sound() -> None:
    assert not list(watched([-100.0, FLOOR_DBFS - 1]).take())


@given(st.lists(st.tuples(st.floats(0, 0.05), st.floats(-100, 0), st.booleans()), max_size=60))
def test_every_sound_is_told_once_at_its_time(blocks: list[tuple[float, float, bool]]) -> None:
    watch = LipsWatch()
    told: list[Lips] = []
    at_s, sounds = 1.0, []
    for late_s, level_dbfs, takes in blocks:
        at_s += 0.01 + late_s
        watch.add(at_s, BLOCK, level_dbfs)
        if level_dbfs >= FLOOR_DBFS:
            sounds.append((at_s, level_dbfs))
        if takes:
            told += watch.take()
    told += watch.take()
    heard = [
        (lips.began_s + number / 100, level_dbfs)
        for lips in told
        for number, level_dbfs in enumerate(lips.levels_dbfs)
        if level_dbfs > SILENT_DBFS
    ]
    assert [level_dbfs for _, level_dbfs in heard] == [level_dbfs for _, level_dbfs in sounds]
    assert all(abs(a - b) < 0.006 for (a, _), (b, _) in zip(heard, sounds, strict=True))


def test_a_voice_is_dark_or_bright_by_its_spectrum() -> None:
    tones = [bright(tone(hz, 0.01)) for hz in (100, 300, 600, 1200, 2400, 5000)]
    assert tones == sorted(tones)
    assert (tones[0], tones[-1]) == (0.0, 1.0)
    noise = np.random.default_rng(1).normal(0, 3000, FRAME_SAMPLES).astype(np.int16)
    assert bright(noise) == 1.0
    assert bright(silence()) == 0.0
    loud = tone(700, 0.01, level=0.9)
    assert bright(loud) == pytest.approx(bright(loud // 8), abs=0.02)
    assert dbfs(loud) > dbfs(loud // 8)


def test_nothing_is_told_twice() -> None:
    watch = watched([-20.0] * 4)
    first = list(watch.take())
    assert list(itertools.chain(watch.take())) == []
    assert len(first) == 1
