"""The slow walk of a screen that stands for hours."""

from hypothesis import given
from hypothesis import strategies as st

from kiosk.screen.drift import STEP_S, drift


@given(st.floats(0, 1e7), st.integers(0, 20))
def test_stays_within_reach(now_s: float, reach: int) -> None:
    assert max(map(abs, drift(now_s, reach))) <= reach


@given(st.integers(0, 100_000), st.integers(0, 20))
def test_one_pixel_at_a_time_and_seldom(step: int, reach: int) -> None:
    begins_s = step * STEP_S
    here, there = drift(begins_s, reach), drift(begins_s + STEP_S, reach)
    assert max(abs(a - b) for a, b in zip(here, there, strict=True)) <= 1
    assert drift(begins_s + STEP_S * 0.99, reach) == here


def test_comes_by_everywhere_within_a_day() -> None:
    day = {drift(step * STEP_S, 9) for step in range(int(86400 / STEP_S))}
    assert {x for x, _ in day} == set(range(-9, 10))
    assert {y for _, y in day} == set(range(-8, 9))
    assert len(day) > 100
