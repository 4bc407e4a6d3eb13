"""What staff's units have to say reaches the screen, and is forgotten in time."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.core import events as on
from kiosk.core.machine import next_deadline
from kiosk.core.notices import SHOWN_S, Notice, old_s
from kiosk.core.snapshot import Phase
from tests.core.world import World, in_phase


def notice(name: str, at_s: float) -> Notice:
    return Notice(name, "warn", "It is warm in here.", at_s)


@pytest.mark.parametrize("phase", Phase)
def test_notices_change_nothing_but_what_staff_read(phase: Phase) -> None:
    world = in_phase(phase)
    told = (notice("doctor", world.now), notice("bundle", world.now - 1))
    assert world.tell(on.NoticesRead(told)) == ()
    assert (world.phase(), world.shown.notices) == (phase, told)
    assert world.tell(on.NoticesRead(())) == ()
    assert world.shown.notices == ()


def test_they_outlast_the_candidate() -> None:
    world = World().converse()
    told = (notice("update", world.now),)
    world.tell(on.NoticesRead(told))
    world.hold()
    world.wait_for(Phase.IDLE)
    assert world.shown.notices == told


@given(st.lists(st.floats(0, 2 * SHOWN_S), max_size=4))
def test_each_is_gone_when_it_is_no_news_any_more(ages_s: list[float]) -> None:
    world = World().boot()
    told = [notice(f"unit-{n}", world.now - age_s) for n, age_s in enumerate(ages_s)]
    world.tell(on.NoticesRead(tuple(told)))
    for _ in range(len(told) + 1):
        assert set(world.shown.notices) == {n for n in told if world.now < old_s(n)}
        ends = [old_s(each) for each in world.shown.notices]
        assert next_deadline(world.state) == min(ends, default=None)
        if ends:
            world.wait(min(ends) - world.now)
