from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.life.heart import LONGEST_LOOK_S, PATIENCE, STARTING_S, Heart, Part

WATCHDOG_S = 20.0
LOOK_S = 0.25


def look(heart: Heart, now_s: float) -> Part | None:
    return heart.look(now_s, starting=False)


def look_on(heart: Heart, seconds: float, *, starting: bool = False) -> Part | None:
    """Look often, as the watch does; return what was found first."""
    looks = [n * LOOK_S for n in range(1, round(seconds / LOOK_S) + 1)]
    return next((found for at_s in looks if (found := heart.look(at_s, starting=starting))), None)


def beating(part: Part) -> Heart:
    """A heart whose part began and has taken a turn."""
    heart = Heart(WATCHDOG_S, 0.0)
    heart.begin(part)
    heart.beat(part)
    assert look(heart, 0.0) is None
    return heart


def test_a_part_that_never_began_is_not_waited_for() -> None:
    assert look_on(Heart(WATCHDOG_S, 0.0), 10 * STARTING_S) is None


@pytest.mark.parametrize("part", Part)
def test_a_part_that_stands_still_is_named_once_its_patience_is_over(part: Part) -> None:
    heart = beating(part)
    patience_s = PATIENCE[part] * WATCHDOG_S
    assert look_on(heart, patience_s) is None
    assert look(heart, patience_s + LOOK_S) is part


@pytest.mark.parametrize("part", Part)
def test_a_start_may_take_long(part: Part) -> None:
    heart = beating(part)
    assert look_on(heart, STARTING_S, starting=True) is None
    assert heart.look(STARTING_S + LOOK_S, starting=True) is part


@pytest.mark.parametrize("part", Part)
def test_a_part_that_never_takes_its_first_turn_is_named_too(part: Part) -> None:
    heart = Heart(WATCHDOG_S, 0.0)
    heart.begin(part)
    assert look_on(heart, WATCHDOG_S) is part


def test_a_loop_that_stands_still_is_named_and_not_what_lives_on_it() -> None:
    heart = Heart(WATCHDOG_S, 0.0)
    for part in (Part.LOOP, Part.ENGINE, Part.MICROPHONE):
        heart.begin(part)
        heart.beat(part)
    assert look_on(heart, WATCHDOG_S) is Part.LOOP


def test_a_process_that_stood_still_as_a_whole_is_given_a_moment() -> None:
    heart = beating(Part.LOOP)
    assert look(heart, 3600.0) is None
    heart.beat(Part.LOOP)
    assert look(heart, 3600.0 + LOOK_S) is None


def test_the_first_of_several_is_named() -> None:
    heart = Heart(WATCHDOG_S, 0.0)
    for part in (Part.MICROPHONE, Part.WINDOW, Part.LOOP):
        heart.begin(part)
        heart.beat(part)
    look(heart, 0.0)
    assert look_on(heart, WATCHDOG_S) is Part.LOOP


steps = st.lists(
    st.tuples(st.floats(0, 2 * LONGEST_LOOK_S), st.sets(st.sampled_from(Part))), max_size=60
)


@given(steps)
def test_whoever_takes_turns_is_alive_and_nobody_else(
    steps: list[tuple[float, set[Part]]],
) -> None:
    heart = Heart(WATCHDOG_S, 0.0)
    for part in Part:
        heart.begin(part)
        heart.beat(part)
    now_s = 0.0
    still_s = dict.fromkeys(Part, 0.0)
    look(heart, now_s)
    for passed_s, turned in steps:
        now_s += passed_s
        for part in turned:
            heart.beat(part)
        for part in Part:
            counted_s = min(passed_s, LONGEST_LOOK_S)
            still_s[part] = 0.0 if part in turned else still_s[part] + counted_s
        found = look(heart, now_s)
        late = [part for part in Part if still_s[part] > PATIENCE[part] * WATCHDOG_S + 1e-6]
        almost = [part for part in Part if still_s[part] > PATIENCE[part] * WATCHDOG_S - 1e-6]
        assert found in (*almost, None)
        assert found is not None or not late


@given(st.lists(st.floats(0, 1e9), min_size=2, max_size=20))
def test_a_booth_whose_parts_all_turn_is_never_given_up(times: list[float]) -> None:
    heart = beating(Part.WINDOW)
    for before_s, now_s in pairwise(sorted(times)):
        assert now_s >= before_s
        heart.beat(Part.WINDOW)
        assert look(heart, now_s) is None
