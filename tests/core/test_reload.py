"""A changed configuration holds for the next candidate, never for the one who is there."""

from dataclasses import replace

import pytest

from kiosk.core import effects as do
from kiosk.core import events as on
from kiosk.core.machine import next_deadline
from kiosk.core.rules import Rules
from kiosk.core.snapshot import FREE_PHASES, Phase
from kiosk.core.state import Setup
from tests.core.world import World, in_phase, plans

RULES = Rules(hold_s=3.0, limit_s=60.0)
CHANGED = on.ConfigurationRead(Setup(RULES, plans("de", "fr")))


@pytest.mark.parametrize("phase", Phase)
def test_it_is_taken_up_where_nobody_is_in_the_booth_and_nowhere_else(phase: Phase) -> None:
    world = in_phase(phase)
    before = world.state
    effects = world.tell(CHANGED)
    assert world.phase() is phase
    if phase in FREE_PHASES:
        assert effects[0] == do.TakeUp()
        assert (world.state.rules, tuple(world.state.plans)) == (RULES, ("de", "fr"))
        assert world.state.press.hold_s == RULES.hold_s
        assert world.shown.language == "de"
    else:
        assert effects == ()
        assert world.state == replace(before, coming=CHANGED.setup)


def test_a_candidate_keeps_the_interview_they_began() -> None:
    world = World().converse()
    world.tell(CHANGED)
    assert tuple(world.state.plans) == ("en",)
    world.hold()
    world.wait_for(Phase.IDLE)
    assert tuple(world.state.plans) == ("de", "fr")
    assert world.effects.count(do.TakeUp()) == 1
    assert world.shown.choices == ("de", "fr")


def test_the_last_of_several_changes_counts() -> None:
    world = World().converse()
    world.tell(on.ConfigurationRead(Setup(Rules(), plans("de"))), CHANGED)
    world.hold()
    world.wait_for(Phase.IDLE)
    assert tuple(world.state.plans) == ("de", "fr")
    assert world.effects.count(do.TakeUp()) == 1


def test_a_booth_that_is_left_with_one_language_invites_in_it_and_rests() -> None:
    world = World(languages=("en", "de", "fr")).boot()
    world.tell(on.ConfigurationRead(Setup(Rules(), plans("de"))))
    assert next_deadline(world.state) is None
    assert world.shown.language == "de"
    world.tell(on.ConfigurationRead(Setup(Rules(), plans("de", "en"))))
    world.wait(world.rules.invite_s)
    assert world.shown.language == "en"


def test_fewer_languages_than_the_candidate_looked_through_are_no_trouble() -> None:
    world = World(languages=("en", "de", "fr")).boot()
    world.press()
    assert world.phase() is Phase.CHOOSING
    world.press()
    world.tell(on.ConfigurationRead(Setup(Rules(), plans("de"))))
    world.hold()
    world.wait_for(Phase.IDLE)
    assert world.shown.language == "de"
    world.press()
    assert world.phase() is not Phase.IDLE
