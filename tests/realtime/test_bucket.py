from hypothesis import given
from hypothesis import strategies as st

from kiosk.realtime.bucket import Bucket

STEPS_S = st.lists(st.floats(0.0, 50.0), max_size=60)


def test_gives_some_at_once_and_then_one_in_a_while() -> None:
    bucket = Bucket(3, every_s=10.0)
    assert [bucket.take(0.0) for _ in range(4)] == [0.0, 0.0, 0.0, 10.0]
    assert bucket.take(4.0) == 6.0
    assert bucket.take(10.0) == 0.0
    assert bucket.take(10.0) == 10.0
    assert [bucket.take(1000.0) for _ in range(4)] == [0.0, 0.0, 0.0, 10.0]


def test_a_clock_that_goes_back_gives_nothing() -> None:
    bucket = Bucket(1, every_s=10.0)
    assert bucket.take(100.0) == 0.0
    assert bucket.take(50.0) == 10.0
    assert bucket.take(100.0) == 10.0
    assert bucket.take(110.0) == 0.0


@given(st.integers(1, 5), st.floats(0.5, 20.0), STEPS_S)
def test_never_gives_more_than_it_holds_and_gets(
    size: int, every_s: float, steps_s: list[float]
) -> None:
    bucket, now_s, given_out = Bucket(size, every_s), 0.0, 0
    for step_s in steps_s:
        now_s += step_s
        wait_s = bucket.take(now_s)
        assert 0.0 <= wait_s <= every_s
        given_out += wait_s == 0.0
        assert given_out <= size + now_s / every_s + 1e-6


@given(st.integers(1, 5), st.floats(0.5, 20.0), STEPS_S)
def test_says_exactly_how_long_to_wait(size: int, every_s: float, steps_s: list[float]) -> None:
    bucket, now_s = Bucket(size, every_s), 0.0
    for step_s in steps_s:
        now_s += step_s
        if wait_s := bucket.take(now_s):
            now_s += wait_s + 1e-6
            assert bucket.take(now_s) == 0.0
