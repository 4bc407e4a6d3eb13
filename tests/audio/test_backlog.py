"""Captured sound that piles up is dropped; a server that becomes slower is not deafness."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.audio.backlog import GIVE_UP_S, MOST_S, Backlog

PERIOD_S = 0.02


def taken(backlog: Backlog, *ages_s: float | None, at_s: float = 0.0) -> list[float | None]:
    return [backlog.take(age_s, at_s + i * PERIOD_S) for i, age_s in enumerate(ages_s)]


def test_what_piled_up_is_dropped_until_it_is_fresh_again() -> None:
    heard = taken(Backlog(), 0.03, 0.03, 0.4, 0.35, 0.25, 0.1, 0.03)
    assert [age is None for age in heard] == [False, False, True, True, True, False, False]
    assert heard[5] == pytest.approx(0.07, abs=0.01)
    assert heard[6] == pytest.approx(0.0, abs=0.01)


def test_a_burst_is_dropped_whole_however_much_it_holds() -> None:
    backlog = Backlog()
    backlog.take(0.03, 0.0)
    burst = [backlog.take(5.0 - i * PERIOD_S, 5.0 + i * 1e-4) for i in range(230)]
    assert burst == [None] * 230
    assert backlog.take(0.05, 5.03) == pytest.approx(0.0, abs=0.03)


@pytest.mark.parametrize("first_s", [0.0, 0.03, -1.9])
def test_a_server_that_becomes_slower_is_heard_again(first_s: float) -> None:
    backlog = Backlog()
    taken(backlog, first_s)
    heard = taken(backlog, *[first_s + 0.5] * 200, at_s=PERIOD_S)
    dropped = sum(age is None for age in heard)
    assert dropped == pytest.approx(GIVE_UP_S / PERIOD_S, abs=1)
    assert None not in heard[-100:]


def test_an_unknown_age_is_taken_for_fresh() -> None:
    assert taken(Backlog(), None, 0.03, None) == [0.0, 0.0, 0.0]


@given(st.lists(st.none() | st.floats(-5, 5), max_size=300))
def test_it_is_never_deaf_for_long(ages_s: list[float | None]) -> None:
    run = 0
    for age in taken(Backlog(), *ages_s):
        run = run + 1 if age is None else 0
        assert run <= GIVE_UP_S / PERIOD_S + 1
        assert age is None or 0 <= age <= MOST_S
