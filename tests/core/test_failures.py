"""The model, the line or the sound stays away: how long the booth waits, and for what."""

from itertools import pairwise

import pytest

from kiosk.core import effects as do
from kiosk.core import events as on
from kiosk.core.faults import Fault
from kiosk.core.recovery import SPREAD
from kiosk.core.rules import Rules
from kiosk.core.snapshot import Mood, Phase
from kiosk.core.state import Deadline
from kiosk.core.view import LATE_S
from tests.core.world import PLAN, World, asked, in_phase

RULES = Rules()

# --- the model does not answer -------------------------------------------------------------------


def test_an_answer_that_does_not_come_is_asked_for_once() -> None:
    world = asked()
    world.wait(RULES.answer_s - 1)
    assert world.asked == [PLAN.greeting]
    world.wait(1)
    assert world.asked == [PLAN.greeting, ""]
    assert do.CancelResponse() not in world.said
    assert world.mood() is Mood.THINKING


def test_a_response_that_hangs_is_cancelled_before_it_is_asked_for_again() -> None:
    world = asked()
    world.created("r2")
    world.wait(RULES.answer_s)
    assert world.said[-2:] == [do.CancelResponse(), do.CreateResponse("")]


def test_the_late_end_of_a_cancelled_response_does_not_end_the_new_one() -> None:
    world = asked()
    world.created("r2")
    world.text("r2", "item_3", "I was never heard.", final=False)
    world.wait(RULES.answer_s + 5)
    world.created("r3")
    world.done("r2", status="cancelled")
    assert world.talk.response == "r3"
    world.text("r3", "item_4", "Thank you.")
    world.play(0.5)
    assert world.caption.item_id == "item_4"


def test_a_model_that_stays_silent_is_called_anew() -> None:
    world = asked()
    world.line = "silent"
    world.wait(2 * RULES.answer_s)
    assert world.phase() is Phase.RECONNECTING


def test_a_nudge_that_helped_is_forgotten() -> None:
    world = asked()
    world.wait(RULES.answer_s)
    world.answer("r2", "item_3", "Thank you.")
    world.say("input_audio_buffer.committed", item_id="item_4")
    world.wait(RULES.answer_s)
    assert world.phase() is Phase.CONVERSING
    assert world.asked == [PLAN.greeting, "", ""]


def test_an_answer_that_does_not_come_is_late_long_before_it_is_asked_for_again() -> None:
    world = asked()
    waits_s = world.state.deadlines[Deadline.ANSWER] - RULES.answer_s
    assert world.shown.late_s == waits_s + LATE_S
    world.wait(RULES.answer_s)
    assert world.shown.late_s is not None
    assert world.shown.late_s <= world.now, "the sign stays where it is asked for again"
    world.answer("r2", "item_3", "Thank you.")
    assert world.shown.late_s is None


def test_a_greeting_that_does_not_come_is_late_too() -> None:
    world = World().call()
    began_s = world.state.deadlines[Deadline.GREETING] - RULES.greeting_s
    assert world.shown.late_s == began_s + LATE_S
    world.answer("r1", "item_1", "Hello.")
    assert world.shown.late_s is None


def test_calls_that_open_and_stay_silent_are_given_up() -> None:
    world = asked()
    world.wait_for(Phase.FAREWELL, within_s=(RULES.tries + 2) * (2 * RULES.answer_s))
    assert world.count(do.OpenLine) == 1 + RULES.tries
    assert world.shown.fault is Fault.LINE_LOST


def test_a_voice_that_was_announced_and_never_heard_is_not_waited_for() -> None:
    world = asked()
    world.created("r2")
    world.text("r2", "item_3", "Nobody hears this.")
    world.started("r2")
    world.done("r2", "item_3")
    assert world.mood() is Mood.THINKING
    world.silence(3.1)
    assert world.mood() is Mood.LISTENING
    assert world.turn("item_3").heard == ""
    assert world.caption.item_id == "item_1"


# --- faults of a call ----------------------------------------------------------------------------


def test_a_fault_that_trying_again_cannot_mend_is_not_tried_again() -> None:
    world = World().converse()
    world.tell(on.LineFailed(1, Fault.NO_QUOTA))
    assert world.phase() is Phase.FAREWELL
    assert world.count(do.OpenLine) == 1
    world.wait_for(Phase.OUT_OF_SERVICE)
    assert world.shown.fault is Fault.NO_QUOTA


def test_a_fault_that_only_a_call_can_show_is_forgotten_after_a_while() -> None:
    world = in_phase(Phase.CONNECTING)
    world.tell(on.LineFailed(1, Fault.KEY_REFUSED))
    world.wait_for(Phase.OUT_OF_SERVICE)
    assert world.wait_for(Phase.IDLE) <= RULES.mending_s * (1 + SPREAD)


def test_a_press_has_a_fault_tried_again_at_once() -> None:
    world = in_phase(Phase.CONNECTING)
    world.tell(on.LineFailed(1, Fault.KEY_REFUSED))
    failed_s = world.now
    world.wait_for(Phase.OUT_OF_SERVICE)
    world.wait(RULES.rest_s - (world.now - failed_s))
    world.press()
    assert world.phase() is Phase.IDLE
    assert world.count(do.LookAgain) == 1


def test_presses_do_not_have_call_upon_call_tried() -> None:
    world = World().boot()
    world.line, world.line_fault = "fails", Fault.NO_QUOTA
    tried_s: list[float] = []
    while len(tried_s) < 5:
        tries = world.count(do.OpenLine)
        world.press()
        tried_s += [world.now] * (world.count(do.OpenLine) - tries)
        world.wait(0.1)
    assert all(later - earlier >= RULES.rest_s for earlier, later in pairwise(tried_s))


@pytest.mark.parametrize("presses", [False, True])
def test_a_booth_leaves_the_service_alone_for_as_long_as_it_asks(*, presses: bool) -> None:
    world = in_phase(Phase.CONNECTING)
    retry_s = 2 * RULES.longest_recheck_s
    world.tell(on.LineFailed(1, Fault.RATE_LIMITED, retry_s, answered=True))
    asked_s = world.now
    world.wait_for(Phase.OUT_OF_SERVICE)
    while world.now < asked_s + retry_s - 1:
        if presses:
            world.press()
        assert world.phase() is Phase.OUT_OF_SERVICE
        world.wait(0.5)
    assert world.count(do.OpenLine) == 1
    assert world.wait_for(Phase.IDLE) <= 1


def test_a_press_does_not_open_a_booth_that_a_part_says_is_broken() -> None:
    world = World().boot()
    world.tell(on.FaultRaised(Fault.NO_QUOTA))
    world.press()
    assert world.phase() is Phase.OUT_OF_SERVICE
    assert world.count(do.LookAgain) == 1
    world.tell(on.FaultCleared(Fault.NO_QUOTA))
    assert world.phase() is Phase.IDLE


def test_a_booth_waits_longer_after_each_interview_without_a_line() -> None:
    world = World().boot()
    world.line = "fails"
    waited_s: list[float] = []
    for _ in range(3):
        world.press()
        world.wait_for(Phase.FAREWELL)
        began_s = world.now
        world.wait_for(Phase.IDLE)
        waited_s.append(world.now - began_s)
    first_s, second_s, third_s = waited_s
    assert first_s <= RULES.recheck_s * (1 + SPREAD) < second_s + 1e-6
    assert third_s > RULES.longest_recheck_s * (1 - SPREAD) - 1e-6


def test_a_fault_that_a_part_reports_outlasts_the_one_a_call_has_shown() -> None:
    world = in_phase(Phase.CONNECTING)
    world.tell(on.LineFailed(1, Fault.KEY_REFUSED), on.FaultRaised(Fault.KEY_REFUSED))
    world.wait_for(Phase.OUT_OF_SERVICE)
    world.wait(10 * RULES.longest_recheck_s)
    assert world.phase() is Phase.OUT_OF_SERVICE
    world.tell(on.FaultCleared(Fault.KEY_REFUSED))
    assert world.phase() is Phase.IDLE


def test_the_time_that_a_lost_line_takes_counts() -> None:
    world = World().converse()
    ends_s = world.shown.ends_s
    world.tell(on.LineFailed(1, Fault.LINE_LOST))
    world.wait(1)
    assert world.phase() is Phase.CONVERSING
    assert world.shown.ends_s == ends_s


def test_a_last_question_that_fell_into_a_lost_line_is_told_on_the_next() -> None:
    world = World().converse()
    assert world.shown.ends_s is not None
    world.chat(world.shown.ends_s - RULES.wrap_up_s - world.now - 0.2)
    world.tell(on.LineFailed(1, Fault.LINE_LOST))
    world.wait(1)
    assert world.phase() is Phase.CONVERSING
    assert world.said.count(do.AddItem("system", PLAN.last_question)) == 1
    assert world.asked[-1] == PLAN.resume


def test_a_line_that_is_lost_in_the_goodbye_is_not_dialled_again() -> None:
    world = in_phase(Phase.WRAPPING_UP)
    world.tell(on.LineFailed(1, Fault.LINE_LOST))
    assert world.phase() is Phase.FAREWELL


# --- sound ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("phase", [Phase.CONVERSING, Phase.RECONNECTING])
def test_sound_that_stays_away_ends_the_call(phase: Phase) -> None:
    world = in_phase(phase)
    world.tell(on.FaultRaised(Fault.SPEAKER_MISSING))
    world.wait(RULES.sound_s - 0.1)
    assert world.phase() not in (Phase.FAREWELL, Phase.OUT_OF_SERVICE)
    world.wait(0.1)
    assert world.phase() is Phase.FAREWELL
    assert world.shown.fault is Fault.SPEAKER_MISSING
    world.wait_for(Phase.OUT_OF_SERVICE)


def test_sound_that_comes_back_in_time_is_forgiven() -> None:
    world = World().converse()
    world.tell(on.FaultRaised(Fault.MIC_MISSING))
    world.wait(RULES.sound_s - 0.1)
    world.tell(on.FaultCleared(Fault.MIC_MISSING))
    world.wait(1)
    assert world.phase() is Phase.CONVERSING


def test_ears_that_come_back_do_not_make_up_for_a_missing_mouth() -> None:
    world = World().converse()
    world.tell(on.FaultRaised(Fault.MIC_MISSING), on.FaultRaised(Fault.SPEAKER_MISSING))
    world.tell(on.FaultCleared(Fault.MIC_MISSING))
    world.wait(RULES.sound_s)
    assert world.phase() is Phase.FAREWELL
