"""Looks blend and never flicker; levels rise fast and fall gently."""

import itertools

from hypothesis import given
from hypothesis import strategies as st

from kiosk.screen.avatar import BLINK_S, since_blink_s
from kiosk.screen.draws import Look
from kiosk.screen.meters import candidate_follower, mouth_follower
from kiosk.screen.motion import BLEND_S, REST_S, Motion


def test_the_first_look_is_there_at_once() -> None:
    blend = Motion().follow("idle", 50.0)
    assert (blend.new, blend.share) == ("idle", 1.0)


def test_a_blend_takes_between_120_and_200_ms() -> None:
    motion = Motion()
    motion.follow("idle", 0.0)
    shares = {ms: motion.follow("listening", 1.0 + ms / 1000).share for ms in range(0, 300, 10)}
    assert shares[0] == 0.0
    assert 0 < shares[80] < 1
    arrived_ms = min(ms for ms, share in shares.items() if share >= 1.0)
    assert 120 <= arrived_ms <= 200


def test_a_storm_of_moods_yields_a_calm_face() -> None:
    motion = Motion()
    motion.follow("idle", 0.0)
    looks: list[Look] = []
    for number in range(50):
        wanted: Look = "speaking" if number % 2 else "listening"
        looks.append(motion.follow(wanted, 1.0 + number / 50).new)
    changes = sum(a != b for a, b in itertools.pairwise(looks))
    assert changes <= 1 / REST_S


@given(st.lists(st.sampled_from(["idle", "listening", "thinking", "speaking"]), max_size=40))
def test_the_last_look_always_wins(wanted: list[Look]) -> None:
    motion = Motion()
    for number, look in enumerate([*wanted, "sorry"]):
        motion.follow(look, number * 0.02)
    end_s = len(wanted) * 0.02
    motion.follow("sorry", end_s + REST_S)
    blend = motion.follow("sorry", end_s + REST_S + BLEND_S)
    assert (blend.new, blend.share) == ("sorry", 1.0)
    assert not motion.restless(end_s + 1.0)


def test_the_mouth_opens_within_40_ms_and_closes_in_a_quarter_second() -> None:
    mouth = mouth_follower()
    mouth.follow(-100.0, 0.0)
    opened = [mouth.follow(-10.0, ms / 1000) for ms in range(10, 60, 10)]
    assert opened[3] >= 0.9
    mouth.follow(-10.0, 1.0)
    closed = {ms: mouth.follow(-100.0, 1.0 + ms / 1000) for ms in range(10, 400, 10)}
    assert closed[100] > 0.2
    assert closed[250] <= 0.1


def test_silence_moves_nothing() -> None:
    for follower in (mouth_follower(), candidate_follower()):
        assert [follower.follow(-100.0, s / 30) for s in range(30)] == [0.0] * 30


def test_blinks_are_irregular_and_neither_rare_nor_frequent() -> None:
    times = [n / 100 for n in range(100_00)]
    begins = [t for t, u in itertools.pairwise(times) if since_blink_s(u) < since_blink_s(t)]
    gaps = [b - a for a, b in itertools.pairwise(begins)]
    assert len(gaps) > 15
    assert min(gaps) > BLINK_S[0] - 0.1
    assert max(gaps) < BLINK_S[1] + 0.1
    assert max(gaps) - min(gaps) > 1.0
