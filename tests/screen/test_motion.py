"""Looks blend and never flicker."""

import itertools
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.screen.draws import Look
from kiosk.screen.motion import ARRIVE_S, Blend, Motion

LOOKS: tuple[Look, ...] = get_args(Look)
ACTIVE: tuple[Look, ...] = ("listening", "thinking", "speaking")


def test_the_first_look_is_there_at_once() -> None:
    blend = Motion().follow("idle", 50.0)
    assert (blend.new, blend.share) == ("idle", 1.0)


def test_a_blend_takes_between_120_and_200_ms() -> None:
    motion = Motion()
    motion.follow("idle", 0.0)
    blends = {ms: motion.follow("listening", 1.0 + ms / 1000) for ms in range(0, 400, 10)}
    begins_ms = min(ms for ms, blend in blends.items() if blend.old != blend.new)
    arrives_ms = min(ms for ms, blend in blends.items() if blend.new == blend.old == "listening")
    assert begins_ms <= 100
    assert 120 <= arrives_ms - begins_ms <= 200
    shares = [blend.share for ms, blend in blends.items() if ms >= begins_ms]
    assert shares == sorted(shares)
    assert {0.0, 0.5, 1.0} <= set(shares)


@pytest.mark.parametrize("lasts_ms", [10, 20, 50, 90, 130])
def test_a_storm_of_moods_yields_a_calm_face(lasts_ms: int) -> None:
    motion = Motion()
    motion.follow("idle", 0.0)
    looks: list[Look] = []
    for ms in range(0, 1000, 10):
        wanted = ACTIVE[ms // lasts_ms % len(ACTIVE)]
        looks.append(motion.follow(wanted, 1.0 + ms / 1000).new)
    assert sum(a != b for a, b in itertools.pairwise(looks)) <= 2


def test_a_look_that_is_wanted_for_a_moment_is_never_shown() -> None:
    motion = Motion()
    motion.follow("listening", 0.0)
    for frame in range(30):
        wanted: Look = "thinking" if frame == 10 else "listening"
        assert motion.follow(wanted, 1.0 + frame / 30) == Blend("listening", "listening", 1.0)


@given(
    st.lists(
        st.tuples(st.sampled_from(LOOKS), st.floats(0, 0.7), st.floats(0, 1)),
        max_size=60,
    ),
    st.sampled_from(LOOKS),
    st.floats(0.001, 0.1),
)
def test_whatever_happened_the_last_look_arrives(
    storm: list[tuple[Look, float, float]], last: Look, frame_s: float
) -> None:
    motion, now_s = Motion(), 100.0
    for look, waits_s, opening in storm:
        motion.follow(look, now_s, opening)
        now_s += waits_s
    calm_s = now_s
    while now_s < calm_s + ARRIVE_S + 3 * frame_s:
        blend = motion.follow(last, now_s)
        now_s += frame_s
    assert (blend.old, blend.new, blend.share) == (last, last, 1.0)
    assert not motion.restless(now_s)


@given(
    st.lists(st.tuples(st.sampled_from(LOOKS), st.floats(0, 0.3)), max_size=60),
)
def test_a_face_never_jumps(storm: list[tuple[Look, float]]) -> None:
    motion, now_s = Motion(), 100.0
    before = motion.follow("idle", now_s)
    for look, waits_s in storm:
        now_s += waits_s
        blend = motion.follow(look, now_s)
        begins = blend.old == before.new and blend.new != before.new
        assert begins or blend.new == before.new
        assert not begins or blend.share == 0.0
        before = blend


def test_a_clock_that_goes_back_does_not_hold_the_face() -> None:
    motion = Motion()
    motion.follow("idle", 1000.0)
    motion.follow("sorry", 10.0)
    assert motion.follow("sorry", 11.0) == Blend("sorry", "sorry", 1.0)


def stresses(openings: list[float]) -> list[int]:
    """The frames, of 1/30 s, at which a face stresses what it says."""
    motion = Motion()
    since = [motion.follow("speaking", 5 + n / 30, o).stress_s for n, o in enumerate(openings)]
    return [number for number, seconds in enumerate(since) if seconds == 0.0]


def test_the_start_of_a_phrase_is_stressed_and_a_loud_syllable() -> None:
    phrase = [0.0, 0.2, 0.5, 0.7] + [0.2, 0.6] * 20
    assert stresses(phrase) == [2]
    assert stresses(phrase + [0.0] * 15 + phrase) == [2, len(phrase) + 15 + 2]
    assert stresses(phrase + [0.0] * 5 + phrase) == [2]
    assert stresses([*phrase, 0.95, 0.6, 0.95, *phrase]) == [2, len(phrase)]


def test_silence_stresses_nothing() -> None:
    assert stresses([0.0] * 100) == []
