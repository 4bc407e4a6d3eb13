"""Pauses and syllables, found by the level of the voice alone."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.audio.rhythm import PAUSE_MS, RhythmWatch
from kiosk.core.rhythm import Rhythm

BLOCK = 480
SYLLABLE = (-40.0, -30.0, -24.0, -20.0, -18.0, -18.0, -18.0, -20.0, -22.0, -26.0) + (-36.0,) * 7
"""Levels of 170 ms."""
SILENCE = (-90.0,)


def hear(watch: RhythmWatch, *levels_dbfs: float, voice: int = BLOCK) -> list[Rhythm]:
    return [watch.hear(level, BLOCK, voice) for level in levels_dbfs]


def test_each_peak_of_the_level_is_a_syllable() -> None:
    *_, last = hear(RhythmWatch(), *SYLLABLE * 12)
    assert last.syllables == 12


def test_the_last_syllable_counts_once_it_is_over() -> None:
    watch = RhythmWatch()
    hear(watch, *SYLLABLE[:5])
    assert hear(watch, *SILENCE * 10)[-1].syllables == 1


@given(st.lists(st.floats(-0.5, 0.5), min_size=60, max_size=60))
def test_a_level_that_trembles_within_a_vowel_is_one_syllable(tremble: list[float]) -> None:
    watch = RhythmWatch()
    hear(watch, *(-20.0 + each for each in tremble))
    assert hear(watch, *SILENCE * 20)[-1].syllables == 1


def test_a_voice_begins_out_of_a_pause() -> None:
    watch = RhythmWatch()
    assert hear(watch, *SILENCE * 50, voice=0)[-1] == Rhythm(0, 0, pausing=True)
    assert not hear(watch, -20.0)[0].pausing


def test_a_pause_is_told_as_soon_as_it_is_too_long_for_a_plosive() -> None:
    watch = RhythmWatch()
    hear(watch, *SYLLABLE)
    pausing = [rhythm.pausing for rhythm in hear(watch, *SILENCE * 30)]
    assert pausing == [10 * (at + 1) >= PAUSE_MS for at in range(30)]


def test_a_pause_is_not_spoken_time() -> None:
    watch = RhythmWatch()
    spoken_ms = hear(watch, *SYLLABLE * 3)[-1].spoken_ms
    assert hear(watch, *SILENCE * 40)[-1].spoken_ms == spoken_ms
    assert hear(watch, -20.0)[-1].spoken_ms == spoken_ms + 10


def test_a_plosive_is_spoken_time_once_it_is_over() -> None:
    watch = RhythmWatch()
    spoken_ms = hear(watch, *SYLLABLE)[-1].spoken_ms
    assert hear(watch, *SILENCE * 8)[-1].spoken_ms == spoken_ms
    assert hear(watch, -20.0)[-1].spoken_ms == spoken_ms + 90


@pytest.mark.parametrize("level_db", [0.0, -18.0])
def test_a_breath_in_a_loud_voice_is_a_pause_and_a_quiet_voice_is_none(level_db: float) -> None:
    watch = RhythmWatch()
    hear(watch, *(level + level_db for level in SYLLABLE))
    assert hear(watch, *(level_db - 44.0,) * 20)[-1].pausing


def test_sound_that_is_no_voice_is_no_spoken_time() -> None:
    watch = RhythmWatch()
    assert hear(watch, *SYLLABLE, voice=0)[-1].spoken_ms == 0


@given(st.lists(st.tuples(st.floats(-100, 0), st.integers(0, BLOCK)), max_size=200))
def test_nothing_that_was_counted_is_taken_back(blocks: list[tuple[float, int]]) -> None:
    watch = RhythmWatch()
    told = [watch.hear(level, BLOCK, voice) for level, voice in blocks]
    for before, after in pairwise(told):
        assert after.spoken_ms >= before.spoken_ms
        assert after.syllables - before.syllables in (0, 1)
    assert all(each.spoken_ms <= 10 * len(blocks) for each in told)
