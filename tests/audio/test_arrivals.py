"""What a line's delays ask for."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.audio.arrivals import Arrivals
from kiosk.audio.tuning import Tuning

TUNING = Tuning()
LEAST_MS = TUNING.bucket_ms + TUNING.margin_ms


def told(arrivals: Arrivals, delays_ms: list[float], *, first: int = 0) -> None:
    """Let packets of 20 ms arrive with those delays."""
    for i, delay_ms in enumerate(delays_ms, first):
        late_ms = arrivals.observe(0.02 * i + delay_ms / 1000, 960 * i % 2**32)
        arrivals.learn(late_ms)


def test_a_line_is_taken_for_a_good_one_until_it_is_known() -> None:
    arrivals = Arrivals(TUNING)
    assert arrivals.target_ms == TUNING.start_ms
    told(arrivals, [7.0] * TUNING.start_packets)
    assert arrivals.target_ms == LEAST_MS


def test_the_target_is_what_nearly_all_packets_need() -> None:
    arrivals = Arrivals(TUNING)
    chance = random.Random(1)
    told(arrivals, [chance.uniform(0, 60) for _ in range(2000)])
    assert 55 <= arrivals.target_ms - TUNING.margin_ms <= 65


def test_a_line_that_gets_better_is_believed_in_time() -> None:
    arrivals = Arrivals(TUNING)
    told(arrivals, [0.0, 100.0] * 500)
    assert arrivals.target_ms >= 100
    told(arrivals, [0.0] * 3000, first=1000)
    assert arrivals.target_ms == LEAST_MS


def test_one_stall_in_a_long_call_costs_no_lasting_delay() -> None:
    arrivals = Arrivals(TUNING)
    told(arrivals, [0.0] * 1000)
    told(arrivals, [340.0 - 20 * i for i in range(17)], first=1000)
    told(arrivals, [0.0] * 650, first=1017)
    assert arrivals.target_ms == LEAST_MS


def test_delay_is_told_from_the_fastest_of_the_last_seconds() -> None:
    arrivals = Arrivals(TUNING)
    told(arrivals, [0.0] * 10)
    assert arrivals.observe(0.2 + 0.05, 9600) == pytest.approx(50)
    told(arrivals, [50.0] * 120, first=11)
    assert arrivals.observe(0.02 * 131 + 0.06, 960 * 131) == pytest.approx(10)


def test_a_sender_that_paused_without_its_clock_is_not_late() -> None:
    arrivals = Arrivals(TUNING)
    told(arrivals, [0.0] * 200)
    assert arrivals.observe(0.02 * 200 + 5.0, 960 * 200) == 0.0
    assert arrivals.observe(0.02 * 201 + 5.03, 960 * 201) == pytest.approx(30)


def test_another_sender_s_clock_is_another_clock() -> None:
    arrivals = Arrivals(TUNING)
    told(arrivals, [0.0] * 100)
    arrivals.restart()
    assert arrivals.observe(2.0, 123_456_789) == 0.0


@given(st.lists(st.tuples(st.floats(), st.integers(0, 2**32 - 1)), max_size=50))
def test_whatever_comes_the_target_stays_within_its_bounds(
    packets: list[tuple[float, int]],
) -> None:
    arrivals = Arrivals(TUNING)
    for arrival_s, timestamp in packets:
        late_ms = arrivals.observe(arrival_s, timestamp)
        assert 0 <= late_ms <= TUNING.jump_ms
        arrivals.learn(late_ms)
        assert LEAST_MS <= arrivals.target_ms <= TUNING.longest_ms + TUNING.margin_ms
