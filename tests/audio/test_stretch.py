"""Voice by a period longer or shorter, with no seam."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.audio.pcm import Pcm, dbfs
from kiosk.audio.stretch import LONGEST, PAST, SHORTEST, Stretched, lengthen, shorten
from tests.audio.voice import interviewer, strength, tone

FRAME = 960
Change = Callable[..., Stretched | None]
BOTH = pytest.mark.parametrize("change", [shorten, lengthen])


def changed(change: Change, sound: Pcm, at: int, *, alike: float = 0.8) -> tuple[Pcm, int]:
    """Change the frame of a longer sound that begins at `at`."""
    frame = sound[at : at + FRAME]
    stretched = change(sound[:at][-PAST:], frame, most=LONGEST, alike=alike)
    if stretched is None:
        return sound, 0
    assert len(stretched.pcm) == len(frame) + stretched.change
    whole = [sound[:at], stretched.pcm, sound[at + FRAME :]]
    return np.concatenate(whole), stretched.change


@BOTH
@settings(max_examples=40, deadline=None)
@given(hz=st.floats(80, 390), at=st.integers(PAST, 4000))
def test_a_tone_goes_on_as_if_nothing_had_happened(change: Change, hz: float, at: int) -> None:
    sound = tone(hz, 0.2)
    longer, by = changed(change, sound, at)
    assert SHORTEST <= abs(by) <= LONGEST
    assert np.abs(np.diff(longer.astype(int), 2)).max() <= 400
    assert strength(longer, hz) == pytest.approx(0.3, rel=0.06)
    period = 48_000 / hz
    assert abs(by) / period == pytest.approx(max(1, round(abs(by) / period)), abs=0.06)


@BOTH
def test_noise_keeps_its_level_through_the_seam(change: Change) -> None:
    noise = (np.random.default_rng(1).normal(size=48_000) * 3000).astype(np.int16)
    worst_db = 0.0
    for at in range(PAST, 40_000, 1000):
        other, by = changed(change, noise, at, alike=-1.0)
        assert by
        around = dbfs(other[at : at + 240])
        worst_db = max(worst_db, abs(around - dbfs(noise)))
    assert worst_db < 2.0


@BOTH
def test_nothing_alike_is_left_alone_unless_it_is_asked_for(change: Change) -> None:
    noise = (np.random.default_rng(2).normal(size=4800) * 3000).astype(np.int16)
    assert changed(change, noise, 2000)[1] == 0
    assert changed(change, noise, 2000, alike=-1.0)[1] != 0


@BOTH
def test_silence_changes_by_as_much_as_is_asked(change: Change) -> None:
    stretched = change(np.zeros(PAST, np.int16), np.zeros(FRAME, np.int16), most=300, alike=0.9)
    assert stretched is not None
    assert abs(stretched.change) == 300
    assert not stretched.pcm.any()


@BOTH
def test_speech_keeps_its_shape(change: Change) -> None:
    sound = interviewer(4)
    bend = np.abs(np.diff(sound.astype(int), 2)).max()
    changes = 0
    for at in range(PAST, len(sound) - FRAME, 3 * FRAME):
        other, by = changed(change, sound, at)
        changes += by != 0
        assert np.abs(np.diff(other[at - 480 : at + 1920].astype(int), 2)).max() <= 1.1 * bend
    assert changes > 15


@BOTH
@settings(max_examples=200, deadline=None)
@given(
    past=st.integers(0, 1000),
    length=st.integers(0, 5760),
    most=st.integers(-100, 3000),
    alike=st.floats(-1, 1),
    seed=st.integers(0, 5),
)
def test_any_sound_of_any_length_gives_sound_of_the_length_it_says(
    change: Change, past: int, length: int, most: int, alike: float, seed: int
) -> None:
    chance = np.random.default_rng(seed)
    loudness = 10.0 ** chance.integers(0, 5)
    sound = np.clip(chance.normal(size=past + length) * loudness, -32768, 32767).astype(np.int16)
    stretched = change(sound[:past], sound[past:], most=most, alike=alike)
    if stretched is not None:
        assert len(stretched.pcm) == length + stretched.change
        assert SHORTEST <= abs(stretched.change) <= min(LONGEST, most)
        assert (stretched.change < 0) == (change is shorten)
