"""When a lost line is dialled anew, and what becomes of an interview whose line stays dead."""

from itertools import pairwise

import pytest

from kiosk.core import effects as do
from kiosk.core import events as on
from kiosk.core.faults import Fault
from kiosk.core.rules import Rules
from kiosk.core.snapshot import Mood, Phase
from kiosk.core.state import Deadline
from tests.core.dark_lines import dark, watched
from tests.core.world import PLAN, QUESTION, World, asked, in_phase

RULES = Rules()


def dialled_s(world: World) -> list[float]:
    """The seconds at which calls are dialled from here on."""
    times: list[float] = []
    world.on_step = lambda w, _, effects: times.extend(
        w.now for effect in effects if isinstance(effect, do.OpenLine)
    )
    return times


# --- dialling ------------------------------------------------------------------------------------


def test_a_network_without_a_way_is_tried_again_soon_for_as_long_as_a_candidate_waits() -> None:
    world = dark(line="fails")
    began_s = world.now
    times = dialled_s(world)
    world.wait_for(Phase.FAREWELL)
    assert world.now - began_s == RULES.line_patience_s
    gaps = [after - before for before, after in pairwise(times)]
    assert max(gaps) <= 1.25 * RULES.redial_s
    assert world.shown.fault is Fault.UNREACHABLE


def test_a_service_that_cannot_help_is_left_alone_for_longer_each_time_and_given_up() -> None:
    world = World().converse()
    world.line, world.line_fault = "fails", Fault.SERVICE_DOWN
    watched(world, "dark")
    times = dialled_s(world)
    world.wait_for(Phase.FAREWELL, within_s=60)
    gaps = [after - before for before, after in pairwise(times)]
    assert gaps == sorted(gaps)
    assert len(times) == RULES.tries
    assert world.shown.fault is Fault.SERVICE_DOWN


def test_a_service_that_is_not_heard_to_answer_is_tried_like_a_network() -> None:
    world = dark()
    times = dialled_s(world)
    for _ in range(2 * RULES.tries):
        world.tell(on.LineFailed(world.state.dialled, Fault.SERVICE_DOWN))
        world.wait(1.25 * RULES.redial_s)
    assert len(times) == 2 * RULES.tries
    world.wait_for(Phase.FAREWELL)
    assert world.shown.fault is Fault.LINE_LOST


def test_the_service_says_when_it_may_be_called_again() -> None:
    world = dark()
    times = dialled_s(world)
    world.tell(on.LineFailed(2, Fault.RATE_LIMITED, 17.0, answered=True))
    world.wait(16.9)
    assert times == []
    world.wait(0.1)
    assert len(times) == 1


def test_a_line_that_opens_and_drops_over_and_over_is_given_up() -> None:
    world = World().converse()
    for _ in range(RULES.tries):
        world.tell(on.LineFailed(world.state.line, Fault.LINE_LOST))
        world.wait_for(Phase.CONVERSING)
    world.tell(on.LineFailed(world.state.line, Fault.LINE_LOST))
    assert world.phase() is Phase.FAREWELL


@pytest.mark.parametrize("fault", [Fault.NO_QUOTA, Fault.KEY_REFUSED, Fault.NO_ACCESS])
def test_what_trying_cannot_mend_ends_the_wait_at_once(fault: Fault) -> None:
    world = dark()
    world.tell(on.LineFailed(2, fault))
    assert world.phase() is Phase.FAREWELL
    assert world.shown.fault is fault


def test_a_first_call_in_a_short_stall_is_dialled_again() -> None:
    world = in_phase(Phase.CONNECTING)
    world.wait(2.5)
    world.tell(on.LineFailed(1, Fault.UNREACHABLE))
    assert world.phase() is Phase.CONNECTING
    world.line = "opens"
    world.wait(2 * RULES.redial_s)
    assert world.phase() is Phase.CONVERSING
    assert world.asked == [PLAN.greeting]


def test_a_first_call_in_a_dead_network_ends_soon() -> None:
    world = in_phase(Phase.CONNECTING)
    world.line = "fails"
    world.tell(on.LineFailed(1, Fault.UNREACHABLE))
    assert world.wait_for(Phase.FAREWELL) <= RULES.stall_s
    assert world.shown.fault is Fault.UNREACHABLE


# --- the line stays dead -------------------------------------------------------------------------


def test_the_wait_for_the_line_fills_a_ring() -> None:
    world = dark()
    ring = world.shown.ring
    assert ring is not None
    assert (ring.kind, ring.ends_s - ring.began_s) == ("line", RULES.line_patience_s)
    world.wait(RULES.line_patience_s)
    assert world.phase() is Phase.FAREWELL


def test_after_a_dead_line_the_booth_says_when_it_tries_again() -> None:
    world = dark(line="fails")
    world.wait_for(Phase.OUT_OF_SERVICE)
    assert world.shown.fault is Fault.UNREACHABLE
    again_s = world.shown.again_s
    assert again_s is not None
    world.wait_for(Phase.IDLE)
    assert world.now == again_s


def test_a_booth_that_waits_for_hands_says_no_time() -> None:
    world = World().boot()
    world.tell(on.FaultRaised(Fault.MIC_MISSING), on.FaultRaised(Fault.KEY_MISSING))
    assert world.shown.again_s is None


def test_a_candidate_may_leave_a_dead_line() -> None:
    world = dark()
    world.hold()
    assert world.phase() is Phase.FAREWELL
    assert world.shown.fault is None


def test_a_line_lost_in_the_last_words_is_no_fault() -> None:
    world = in_phase(Phase.WRAPPING_UP)
    world.tell(on.LineFailed(1, Fault.LINE_LOST))
    assert world.phase() is Phase.FAREWELL
    assert world.shown.fault is None


# --- the stand-in --------------------------------------------------------------------------------


def test_the_stand_in_takes_over_a_dead_line_and_knows_what_was_said() -> None:
    world = World(standin=True).converse()
    world.speak("item_2", "A garden.")
    world.answer("r2", "item_3", QUESTION)
    world.line = "silent"
    watched(world, "dark")
    assert not world.shown.standin
    world.wait(RULES.line_patience_s)
    assert world.phase() is Phase.RECONNECTING
    assert world.effects[-2] == do.OpenLine(world.state.call, "en", "standin")
    world.effects.clear()
    world.tell(on.LineOpened(world.state.call))
    assert world.shown.standin
    assert world.shown.standin_new
    assert do.AddItem("user", "A garden.") in world.said
    assert do.AddItem("assistant", QUESTION) in world.said


@pytest.mark.parametrize("interrupted", [True, False])
def test_the_stand_in_is_new_until_its_first_words_are_over(*, interrupted: bool) -> None:
    world = World(standin=True).converse()
    world.tell(on.LineFailed(1, Fault.NO_QUOTA))
    world.wait(1)
    assert world.shown.standin_new
    world.created("r2")
    world.text("r2", "again", "This is the stand-in. What did you plan?")
    world.started("r2")
    world.play(0.5)
    assert world.shown.standin_new
    if interrupted:
        world.tell(on.SpeechStarted("item_9"))
    else:
        world.done("r2", "again")
        world.play(3)
        world.stopped("r2")
        world.report()
    assert world.shown.standin
    assert not world.shown.standin_new


def test_a_stand_in_that_does_not_come_ends_the_interview() -> None:
    world = World(standin=True).converse()
    world.line = "silent"
    watched(world, "dark")
    world.wait(RULES.line_patience_s + RULES.standin_s)
    assert world.phase() is Phase.FAREWELL
    assert world.shown.fault is Fault.LINE_LOST


def test_an_interview_that_not_even_the_stand_in_ends_counts_once() -> None:
    world = World(standin=True).converse()
    world.line, world.line_fault = "fails", Fault.KEY_REFUSED
    world.tell(on.LineFailed(1, Fault.LINE_LOST))
    world.wait_for(Phase.FAREWELL)
    assert world.state.misses == 1
    assert Fault.KEY_REFUSED in world.state.faults


def test_an_account_that_runs_dry_brings_the_stand_in_at_once() -> None:
    world = World(standin=True).converse()
    world.tell(on.LineFailed(1, Fault.NO_QUOTA))
    world.wait(1)
    assert world.phase() is Phase.CONVERSING
    assert world.shown.standin


def test_the_next_candidate_talks_to_the_service_again() -> None:
    world = World(standin=True).converse()
    world.tell(on.LineFailed(1, Fault.NO_QUOTA))
    world.wait(1)
    world.hold()
    world.wait_for(Phase.IDLE)
    assert not world.shown.standin
    world.press()
    opened = [effect for effect in world.effects if isinstance(effect, do.OpenLine)]
    assert opened[-1].place == "service"


def test_a_face_that_waits_for_the_line_does_not_look_listening() -> None:
    world = dark()
    assert world.mood() is Mood.THINKING
    assert not world.shown.microphone_open


def test_an_answer_whose_words_come_after_the_reply_began_is_put_back_with_it() -> None:
    world = asked()
    world.put_back = None
    began_s = world.turn("item_2").began_s
    assert began_s is not None
    world.created("r2")
    world.text("r2", "item_3", "Thank you, that is a fine garden.")
    world.play(0.6)
    world.tell(on.LineFailed(1, Fault.LINE_LOST))
    world.wait(1)
    effect = world.effects[-1]
    assert isinstance(effect, do.PutBackSpeech)
    assert effect.since_s < began_s


def test_an_answer_that_was_replied_to_is_not_told_again() -> None:
    world = asked()
    world.put_back = None
    world.answer("r2", "item_3", "Thank you.")
    lost_s = world.now
    world.tell(on.LineFailed(1, Fault.LINE_LOST))
    world.wait(1)
    assert world.effects[-1] == do.PutBackSpeech(lost_s)


def test_a_stand_in_that_does_not_come_for_a_fatal_fault_ends_in_that_fault() -> None:
    world = World(standin=True).converse()
    world.line = "silent"
    watched(world, "dark")
    world.line = "fails"
    world.tell(on.LineFailed(world.state.dialled, Fault.NO_QUOTA))
    assert world.wait_for(Phase.FAREWELL) <= RULES.standin_s
    assert world.shown.fault is Fault.NO_QUOTA


def test_what_brought_the_stand_in_keeps_the_next_candidate_from_failing() -> None:
    world = World(standin=True).converse()
    world.tell(on.LineFailed(1, Fault.NO_QUOTA))
    world.wait(1)
    assert world.shown.standin
    world.hold()
    world.wait_for(Phase.OUT_OF_SERVICE)
    assert world.shown.fault is Fault.NO_QUOTA
    codes = [effect.code for effect in world.effects if isinstance(effect, do.Note)]
    assert Fault.NO_QUOTA.remedy.code in codes


def test_the_last_question_is_told_to_a_line_that_revives() -> None:
    world = World().converse()
    world.line = "silent"
    while world.state.deadlines[Deadline.LAST_QUESTION] - world.now > 5:
        world.press()
        world.wait(4)
    watched(world, "dark")
    world.wait(6)
    assert do.AddItem("system", PLAN.last_question) in world.said
