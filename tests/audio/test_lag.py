"""How far behind playout is, and when repair is worth waiting for."""

import pytest

from kiosk.audio.lag import Lag, Losses
from kiosk.audio.tuning import Tuning


def test_a_lag_is_acted_on_once_it_was_seen_a_few_times() -> None:
    lag = Lag(Tuning())
    for _ in range(4):
        lag.observe(80.0)
    assert lag.beyond(20) == 0
    lag.observe(80.0)
    assert lag.beyond(20) == pytest.approx(60)


def test_an_uneven_rhythm_counts_as_less_lag() -> None:
    even, uneven = Lag(Tuning()), Lag(Tuning())
    for i in range(200):
        even.observe(40.0)
        uneven.observe(25.0 if i % 2 else 55.0)
    assert even.held_ms == pytest.approx(40)
    assert uneven.held_ms == pytest.approx(25, abs=2)


def test_a_change_of_length_is_known_at_once() -> None:
    lag = Lag(Tuning())
    for _ in range(50):
        lag.observe(40.0)
    lag.shift(-12.5)
    assert lag.held_ms == pytest.approx(27.5)


def test_a_lag_that_is_known_at_the_start_is_acted_on_at_once() -> None:
    lag = Lag(Tuning())
    lag.restart(300.0)
    assert lag.beyond(20) == pytest.approx(280)
    lag.restart()
    assert lag.beyond(20) == 0


def test_repair_is_worth_waiting_for_while_packets_are_lost_and_carry_it() -> None:
    losses = Losses(Tuning())
    for _ in range(100):
        losses.note_played(carries_repair=True)
    assert not losses.repairable
    losses.note_lost()
    assert not losses.repairable, "one loss is no habit"
    losses.note_lost()
    assert losses.repairable
    for _ in range(1000):
        losses.note_played(carries_repair=True)
    assert not losses.repairable


def test_without_repair_there_is_nothing_to_wait_for() -> None:
    losses = Losses(Tuning())
    for _ in range(100):
        losses.note_played(carries_repair=False)
        losses.note_lost()
    assert not losses.repairable
