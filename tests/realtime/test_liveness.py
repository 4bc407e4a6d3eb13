"""When a call is well, slow or dark, with time that is told."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.realtime.liveness import (
    ASK_S,
    CALM_S,
    DARK_S,
    LATE_S,
    LEAST_ASKED,
    MOST_UNANSWERED,
    SEARCH_S,
    SLOW_S,
    Liveness,
)


class Line:
    """A booth that asks as it is told to, and a network that answers as a test wants."""

    def __init__(self) -> None:
        self.now_s = 100.0
        self.liveness = Liveness(self.now_s)
        self.told: list[tuple[str, float]] = []

    def run(
        self,
        for_s: float,
        *,
        round_trip_s: float | None = 0.05,
        voice: bool = False,
        until: Callable[[], bool] = lambda: False,
    ) -> None:
        """Ask for so long; each question is answered after the round trip, or never."""
        ends_s, on_its_way = self.now_s + for_s, list[float]()
        ask_s = self.now_s
        while self.now_s < ends_s and not until():
            self.now_s += 0.02
            if voice:
                self.liveness.hear(self.now_s)
            if round_trip_s is not None:
                while on_its_way and on_its_way[0] + round_trip_s <= self.now_s:
                    self.liveness.answer(on_its_way.pop(0), self.now_s)
            if self.now_s >= ask_s:
                on_its_way.append(self.now_s)
                self.liveness.ask(self.now_s)
                ask_s = self.now_s + self.liveness.pause_s(self.now_s)
            self.liveness.look(self.now_s)
            if not self.told or self.told[-1][0] != self.liveness.hearing:
                self.told.append((self.liveness.hearing, self.now_s))

    @property
    def hearings(self) -> list[str]:
        return [hearing for hearing, _ in self.told]


def test_a_service_that_says_nothing_and_answers_is_well() -> None:
    line = Line()
    line.run(60.0)
    assert line.hearings == ["well"]


def test_a_line_on_which_nothing_comes_is_slow_and_then_dark_within_three_seconds() -> None:
    line = Line()
    line.run(10.0, voice=True)
    dark_s = line.now_s
    line.run(10.0, round_trip_s=None)
    assert line.hearings == ["well", "slow", "dark"]
    assert line.told[1][1] - dark_s == pytest.approx(SLOW_S, abs=0.1)
    assert DARK_S <= line.told[2][1] - dark_s < 3.0
    assert dark_s - ASK_S - 0.1 < line.liveness.since_s <= dark_s


@pytest.mark.parametrize("dark_s", [0.5, 1.0, 1.5, 2.0])
def test_a_stall_is_not_dark(dark_s: float) -> None:
    line = Line()
    line.run(5.0)
    line.run(dark_s, round_trip_s=None)
    line.run(5.0)
    assert "dark" not in line.hearings
    assert line.hearings[-1] == "well"


def test_the_first_answer_ends_the_dark_and_calm_makes_it_well() -> None:
    line = Line()
    line.run(5.0)
    line.run(20.0, round_trip_s=None)
    back_s = line.now_s
    line.run(10.0)
    assert line.hearings == ["well", "slow", "dark", "slow", "well"]
    assert line.told[3][1] - back_s <= SEARCH_S + 0.1
    assert line.told[4][1] - line.told[3][1] == pytest.approx(CALM_S, abs=0.5)


def test_a_long_way_is_slow_and_not_dark() -> None:
    line = Line()
    line.run(5.0)
    line.run(10.0, round_trip_s=LATE_S + 0.2)
    assert line.hearings == ["well", "slow"]
    line.run(10.0)
    assert line.hearings[-1] == "well"


def test_one_late_answer_is_none() -> None:
    line = Line()
    line.run(5.0)
    line.liveness.answer(line.now_s - 0.9, line.now_s)
    assert line.liveness.hearing == "well"


def test_a_voice_alone_is_enough_where_questions_were_never_answered() -> None:
    line = Line()
    line.run(60.0, round_trip_s=None, voice=True)
    assert line.hearings == ["well"]


def test_a_booth_that_is_not_heard_any_more_is_in_the_dark_though_a_voice_comes() -> None:
    line = Line()
    line.run(5.0, voice=True)
    deaf_s = line.now_s
    line.run(10.0, round_trip_s=None, voice=True)
    assert line.hearings == ["well", "dark"]
    assert line.told[1][1] - deaf_s == pytest.approx(MOST_UNANSWERED * ASK_S, abs=0.5)
    assert line.liveness.since_s <= deaf_s
    line.run(1.0, voice=True)
    assert line.hearings[-1] == "slow"


def test_a_booth_that_stood_still_is_not_in_the_dark() -> None:
    line = Line()
    line.run(5.0)
    line.now_s += 30.0
    line.liveness.look(line.now_s)
    assert line.liveness.hearing == "slow"
    line.run(3.0)
    assert "dark" not in line.hearings


MOMENTS = st.lists(
    st.tuples(
        st.floats(0.0, 4.0), st.sampled_from(("ask", "hear", "answer", "look")), st.floats(0.0, 3.0)
    ),
    max_size=60,
)


@given(MOMENTS)
def test_whatever_happens_dark_means_that_nothing_was_heard(
    moments: list[tuple[float, str, float]],
) -> None:
    now_s = heard_s = 100.0
    asked = unanswered = 0
    answers = False
    liveness = Liveness(now_s)
    for after_s, what, ago_s in moments:
        now_s += after_s
        if what == "ask":
            asked, unanswered = asked + 1, unanswered + 1
            liveness.ask(now_s)
        elif what == "hear":
            heard_s, asked = now_s, 0
            liveness.hear(now_s)
        elif what == "answer":
            heard_s, asked, unanswered, answers = now_s, 0, 0, True
            liveness.answer(max(100.0, now_s - ago_s), now_s)
        else:
            liveness.look(now_s)
        unheard = now_s - heard_s >= DARK_S and asked >= LEAST_ASKED
        deaf = answers and unanswered >= MOST_UNANSWERED
        assert (liveness.hearing == "dark") == (unheard or deaf)
        if now_s - heard_s >= SLOW_S:
            assert liveness.hearing != "well"
        assert 100.0 <= liveness.since_s <= heard_s
        assert liveness.pause_s(now_s) in (ASK_S, SEARCH_S)
