"""Frames come on time, follow the screen's own beat, and are counted when they do not come."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.screen.beat import FAST_FPS, JUDGED, NORMAL_FPS, Beat, Rate


def played(frame_s: float, takes_s: list[float]) -> tuple[list[float], int]:
    """When each frame began, and how many were missed."""
    now_s, beat, began, missed = 100.0, Beat(100.0), [], 0
    for lasts_s in takes_s:
        began.append(now_s)
        now_s += lasts_s
        sleep_s, late = beat.rest(frame_s, now_s)
        now_s += sleep_s
        missed += late
    return began, missed


def test_frames_that_are_quick_come_at_their_times() -> None:
    began, missed = played(0.04, [0.002, 0.01, 0.0, 0.029] * 25)
    assert missed == 0
    assert began == pytest.approx([100 + 0.04 * n for n in range(100)])


@pytest.mark.parametrize("screen_hz", [59.0, 59.94, 60.0, 60.05, 61.0])
def test_a_screen_with_a_beat_of_its_own_is_followed(screen_hz: float) -> None:
    beat_s = 1 / screen_hz
    began, missed = played(1 / 60, [beat_s] * 6000)
    assert missed == 0
    assert began[-1] - began[0] == pytest.approx(5999 * beat_s)


def test_a_beat_twice_as_fast_is_not_followed() -> None:
    began, missed = played(1 / 60, [1 / 144] * 600)
    assert missed == 0
    assert began[-1] - began[0] == pytest.approx(599 / 60)


def test_a_long_frame_is_counted_as_those_it_kept_from_being_shown() -> None:
    began, missed = played(0.02, [0.001, 0.101, 0.001, 0.001])
    assert missed == 4
    assert began == pytest.approx([100.0, 100.02, 100.121, 100.141])


def test_frames_that_are_always_too_slow_are_counted() -> None:
    _, missed = played(0.02, [0.03] * 100)
    assert missed == 50


@given(st.lists(st.floats(0.0, 0.2), max_size=60))
def test_it_never_sleeps_past_a_frame_and_never_catches_up_in_a_burst(takes_s: list[float]) -> None:
    began, _ = played(0.02, takes_s)
    for (first, second), lasts_s in zip(pairwise(began), takes_s, strict=False):
        assert lasts_s - 1e-9 <= second - first <= max(lasts_s, 0.025) + 1e-9


def rate(*costs_ms: float, fps: int = 0) -> int:
    chosen = Rate(fps)
    for cost_ms in costs_ms:
        for _ in range(JUDGED):
            chosen.spend(cost_ms)
    return chosen.fps


@pytest.mark.parametrize(
    ("costs_ms", "fps"),
    [
        ((), NORMAL_FPS),
        ((3.0, 1.6), NORMAL_FPS),
        ((1.4,), FAST_FPS),
        ((3.0, 1.4, 1.7, 1.6), FAST_FPS),
        ((1.4, 1.9), NORMAL_FPS),
        ((1.4, 1.9, 0.1, 0.1), NORMAL_FPS),
    ],
)
def test_the_rate_is_chosen_by_what_frames_cost(costs_ms: tuple[float, ...], fps: int) -> None:
    assert rate(*costs_ms) == fps


def test_a_rate_that_is_told_stays() -> None:
    assert rate(0.1, 9.0, fps=25) == 25


@given(st.lists(st.floats(0, 50), max_size=30))
def test_the_rate_changes_twice_at_most(costs_ms: list[float]) -> None:
    chosen, seen = Rate(0), [NORMAL_FPS]
    for cost_ms in costs_ms:
        for _ in range(JUDGED):
            chosen.spend(cost_ms)
            seen.append(chosen.fps)
    assert sum(a != b for a, b in pairwise(seen)) <= 2
