"""A booth that is asked to stop, and the sum of every interview, however it ends."""

from collections.abc import Callable

import pytest

from kiosk.core import effects as do
from kiosk.core import events as on
from kiosk.core.faults import Fault
from kiosk.core.rules import Rules
from kiosk.core.snapshot import Phase
from tests.core.world import PLAN, World, in_phase

RULES = Rules()
QUESTIONS = len(PLAN.questions)
GOING = [phase for phase in Phase if phase is not Phase.STOPPING]
WITH_A_CANDIDATE = frozenset(
    {
        Phase.CHOOSING,
        Phase.CONSENTING,
        Phase.CONNECTING,
        Phase.CONVERSING,
        Phase.RECONNECTING,
        Phase.WRAPPING_UP,
        Phase.FAREWELL,
    }
)


def stopped(phase: Phase) -> World:
    """A booth of that phase at the moment it was asked to stop."""
    world = in_phase(phase)
    world.wipes = True
    world.effects.clear()
    world.tell(on.StopAsked())
    return world


@pytest.mark.parametrize("phase", GOING)
def test_everything_is_closed_and_forgotten_at_once(phase: Phase) -> None:
    world = stopped(phase)
    assert world.phase() is Phase.STOPPING
    for effect in (do.Wipe, do.CloseLine, do.CloseSound):
        assert world.count(effect) == 1
    assert world.state.talk.turns == ()


@pytest.mark.parametrize("phase", GOING)
def test_who_is_left_in_the_booth_has_time_to_read_why(phase: Phase) -> None:
    somebody = phase in WITH_A_CANDIDATE
    world = stopped(phase)
    assert world.shown.cut_short is somebody
    shown_s = RULES.goodbye_s if somebody else RULES.curtain_s
    world.wait(shown_s - 0.01)
    assert world.count(do.Stop) == 0
    world.wait(0.02)
    assert world.effects[-1] == do.Stop()
    world.wait(RULES.wiping_s)
    assert world.count(do.Stop) == 1


def test_it_is_said_in_the_language_that_was_talked() -> None:
    world = World(languages=("en", "de")).boot()
    world.press()
    world.press()
    world.wait_for(Phase.CONSENTING)
    world.tell(on.StopAsked())
    assert world.shown.language == "de"


@pytest.mark.parametrize("phase", GOING)
def test_what_forgets_slowly_is_waited_for(phase: Phase) -> None:
    world = in_phase(phase)
    world.wipes = False
    world.tell(on.StopAsked())
    world.wait(RULES.goodbye_s)
    assert world.count(do.Stop) == 0
    world.tell(on.Wiped())
    assert world.effects[-1] == do.Stop()


@pytest.mark.parametrize("phase", GOING)
def test_a_stop_that_hangs_is_a_stop_all_the_same(phase: Phase) -> None:
    world = in_phase(phase)
    world.wipes = False
    world.tell(on.StopAsked())
    world.wait(RULES.wiping_s)
    assert world.effects[-1] == do.Stop(restart=True)


def test_a_second_stop_changes_nothing() -> None:
    world = stopped(Phase.CONVERSING)
    before = world.state
    assert world.tell(on.StopAsked()) == ()
    assert world.state == before


# --- the sum of an interview ----------------------------------------------------------------------


def finish(world: World) -> None:
    world.created("r2")
    world.done("r2", tools=(("call_1", "next_question", {"number": 2}),))
    world.created("r3")
    world.done("r3", tools=(("call_2", "end_interview", {}),))
    world.wait_for(Phase.FAREWELL)


def fall_silent(world: World) -> None:
    world.wait(RULES.silence_prompt_s)
    world.answer("r2", "item_2", "Take your time.")
    world.wait(RULES.silence_goodbye_s + RULES.silence_ring_s)
    world.answer("r3", "item_3", "Goodbye.")
    world.wait_for(Phase.FAREWELL)


def lose(world: World) -> None:
    world.tell(on.LineFailed(1, Fault.NO_QUOTA))


@pytest.mark.parametrize(
    ("end", "summed_up"),
    [
        (finish, do.SumUp("finished", 2, QUESTIONS)),
        (World.hold, do.SumUp("stopped", 0, QUESTIONS)),
        (lose, do.SumUp("fault", 0, QUESTIONS, Fault.NO_QUOTA)),
        (lambda world: world.tell(on.StopAsked()), do.SumUp("staff", 0, QUESTIONS)),
        (fall_silent, do.SumUp("silence", 0, QUESTIONS)),
    ],
    ids=["finished", "stopped", "fault", "staff", "silence"],
)
def test_each_interview_is_summed_up_once(
    end: Callable[[World], None], summed_up: do.SumUp
) -> None:
    world = World().converse()
    end(world)
    assert [effect for effect in world.effects if isinstance(effect, do.SumUp)] == [summed_up]


def test_a_call_that_was_stopped_before_it_was_open_is_summed_up() -> None:
    world = in_phase(Phase.CONNECTING)
    world.hold()
    assert [e for e in world.effects if isinstance(e, do.SumUp)] == [
        do.SumUp("stopped", 0, QUESTIONS)
    ]


def test_a_question_is_noted_once() -> None:
    world = World().converse()
    for response in ("r2", "r3"):
        world.created(response)
        world.done(response, tools=((f"call_{response}", "next_question", {"number": 2}),))
    notes = [e.text for e in world.effects if isinstance(e, do.Note)]
    assert notes.count(f"question 2 of {QUESTIONS}") == 1
