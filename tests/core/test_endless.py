"""What does not end by itself: a voice, a turn, a model that only calls tools or only is silent."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.core import effects as do
from kiosk.core import events as on
from kiosk.core.conversation import MOST_CALLS
from kiosk.core.faults import Fault
from kiosk.core.plan import ENDINGS
from kiosk.core.rules import Rules
from kiosk.core.snapshot import Phase
from kiosk.core.table import TABLE
from tests.core.world import PLAN, World, asked, in_phase

RULES = Rules()


# --- a voice -------------------------------------------------------------------------------------


def drone(world: World, response: str, limit_s: float) -> float:
    """Let a response be heard until the booth stops it; returns how long that took."""
    world.created(response)
    began_s, flushed = world.now, world.count(do.FlushVoice)
    while world.count(do.FlushVoice) == flushed and world.now < began_s + limit_s:
        world.play(1)
    return world.now - began_s


def test_a_response_that_never_ends_is_cut_off_and_the_interview_goes_on() -> None:
    world = asked()
    took_s = drone(world, "r2", 3 * RULES.voice_limit_s)
    assert took_s == pytest.approx(RULES.voice_limit_s, abs=1)
    assert do.CancelResponse() in world.said
    assert world.asked[-1] == PLAN.too_long
    world.done("r2", status="cancelled")
    world.answer("r3", "item_4", "What fell apart?")
    world.silence(1)
    world.speak("item_5")
    assert world.phase() is Phase.CONVERSING


def test_a_voice_that_goes_on_without_a_response_is_cut_off_too() -> None:
    world = asked()
    world.created("r2")
    world.done("r2", "item_3")
    took_s = drone(world, "r2", 3 * RULES.voice_limit_s)
    assert took_s == pytest.approx(RULES.voice_limit_s, abs=1)
    assert do.ClearVoice() in world.said


def test_who_never_ends_twice_says_goodbye() -> None:
    world = asked()
    drone(world, "r2", 200)
    world.done("r2", status="cancelled")
    drone(world, "r3", 200)
    assert world.phase() is Phase.WRAPPING_UP
    assert world.asked[-1] == PLAN.closings["time"]
    drone(world, "r4", RULES.hard_end_s + 1)
    assert world.phase() is Phase.FAREWELL


def test_the_candidates_word_between_makes_it_the_first_time_again() -> None:
    world = asked()
    drone(world, "r2", 200)
    world.done("r2", status="cancelled")
    world.answer("r3", "item_4", "What fell apart?")
    world.speak("item_5")
    drone(world, "r4", 200)
    assert world.phase() is Phase.CONVERSING


def test_an_interviewer_who_stops_in_time_is_let_finish() -> None:
    world = asked()
    world.answer("r2", "item_3", "I see. " * 90, seconds=RULES.voice_limit_s - 2)
    world.silence(1)
    world.speak("item_5")
    world.answer("r3", "item_6", "I see. " * 90, seconds=RULES.voice_limit_s - 2)
    assert do.CancelResponse() not in world.said


# --- a turn --------------------------------------------------------------------------------------


def test_speech_that_never_ends_is_answered() -> None:
    world = World().converse()
    world.silence(3)
    world.say("input_audio_buffer.speech_started", item_id="item_2")
    world.wait(RULES.turn_limit_s - 1)
    assert world.asked == [PLAN.greeting]
    world.wait(1)
    assert world.said[-2:] == [do.CommitAudio(), do.CreateResponse(PLAN.long_turn)]
    world.say("input_audio_buffer.committed", item_id="item_2")
    world.answer("r2", "item_3", "Thank you. What fell apart?")
    assert world.turn("item_3").heard == "Thank you. What fell apart?"


@pytest.mark.parametrize("answer", ["input_audio_buffer_commit_empty", "unknown", ""])
def test_whatever_the_service_says_to_that_the_interview_comes_to_an_end(answer: str) -> None:
    world = World().converse()
    world.say("input_audio_buffer.speech_started", item_id="item_2")
    world.wait(RULES.turn_limit_s)
    world.say("error", error={"type": "invalid_request_error", "code": answer})
    assert world.wait_for(Phase.FAREWELL) < RULES.limit_s


def test_a_hall_that_never_falls_silent_does_not_keep_the_booth() -> None:
    world = World().converse()
    began_s = world.now
    turn = 1
    while world.phase() is not Phase.IDLE and world.now < began_s + 3600:
        turn += 1
        world.say("input_audio_buffer.speech_started", item_id=f"noise_{turn}")
        world.wait(RULES.turn_limit_s + 1)
        if world.phase() in (Phase.CONVERSING, Phase.WRAPPING_UP):
            world.created(f"r{turn}")
            world.play(0.5)
    assert world.now - began_s <= RULES.limit_s + RULES.wrap_up_s + 2 * RULES.turn_limit_s


# --- a model that never speaks -------------------------------------------------------------------


@pytest.mark.parametrize("begins", [True, False])
def test_a_model_that_never_speaks_is_given_up_in_bounded_time(begins: bool) -> None:
    """Each call is asked twice; then it is dialled anew, a few times."""
    world = asked()
    asks = [do.CreateResponse(text) for text in ("", PLAN.resume, PLAN.resume_answered)]

    def begin(world: World, _: on.Event, effects: tuple[do.Effect, ...]) -> None:
        if begins and any(isinstance(e, do.Say) and e.command in asks for e in effects):
            world.tell(on.ResponseCreated(f"r_{len(world.effects)}"))

    world.on_step = begin
    took_s = world.wait_for(Phase.FAREWELL)
    tries = RULES.tries + 1
    assert took_s <= 2 * RULES.answer_s * tries + RULES.busiest_s * tries
    assert world.count(do.OpenLine) == tries
    assert world.shown.fault is Fault.LINE_LOST


def test_a_model_that_only_calls_tools_is_given_up_too() -> None:
    world = asked()
    began_s, call = world.now, 0
    while world.phase() is not Phase.FAREWELL and world.now < began_s + 3600:
        call += 1
        world.wait(0.5)
        if world.phase() is Phase.CONVERSING:
            world.created(f"r_{call}")
            world.done(f"r_{call}", tools=((f"call_{call}", "next_question", {"number": 1}),))
    assert world.now - began_s <= 2 * RULES.answer_s * (RULES.tries + 2)


# --- tools that mean nothing ---------------------------------------------------------------------

JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=9)),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=5,
)
ARGUMENTS = st.dictionaries(st.sampled_from(["number", "reason", "x"]), JSON)


@settings(max_examples=200)
@given(st.sampled_from(["next_question", "end_interview", "", "rm -rf", "ask\n"]), ARGUMENTS)
def test_a_tool_may_be_called_with_anything(name: str, arguments: dict[str, object]) -> None:
    world = asked()
    world.created("r2")
    call = on.ToolCall("call_1", name, arguments)
    world.tell(on.ResponseDone("r2", "completed", "", None, (), (call,), on.Usage()))
    (answer,) = (c for c in world.said if isinstance(c, do.AnswerTool))
    assert isinstance(answer.output["ok"], bool)
    assert 0 <= world.state.question <= len(PLAN.questions)
    assert world.phase() is (Phase.WRAPPING_UP if name == "end_interview" else Phase.CONVERSING)
    assert world.wait_for(Phase.FAREWELL) < RULES.limit_s


@pytest.mark.parametrize("number", [999, -1, 0, "2x", None, 1.5, True, float("nan"), [2], {}])
def test_a_question_that_is_not_in_the_plan_moves_nothing(number: object) -> None:
    world = asked()
    world.created("r2")
    world.done("r2", "item_3", tools=(("call_1", "next_question", {"number": 2}),))
    world.created("r3")
    world.done("r3", "item_4", tools=(("call_2", "next_question", {"number": number}),))
    assert world.state.question == 2
    assert [c.output["ok"] for c in world.said if isinstance(c, do.AnswerTool)] == [True, False]


def test_a_model_that_goes_back_is_followed() -> None:
    """The screen shows what is asked, not what should be."""
    world = asked()
    for number in (3, 1):
        world.created(f"r{number + 1}")
        tool = (f"call_{number}", "next_question", {"number": number})
        world.answer(f"r{number + 1}", f"item_{number + 2}", "And?")
        world.created(f"s{number}")
        world.done(f"s{number}", tools=(tool,))
        assert world.state.question == number


def test_thousands_of_calls_are_answered_a_few_times() -> None:
    world = asked()
    world.created("r2")
    world.done("r2", tools=tuple((f"c{i}", "next_question", {"number": 1}) for i in range(5000)))
    assert sum(isinstance(c, do.AnswerTool) for c in world.said) == MOST_CALLS
    assert world.asked[1:] == [""]


def test_the_same_call_twice_is_answered_once() -> None:
    world = asked()
    world.created("r2")
    world.done("r2", tools=(("c1", "next_question", {"number": 2}),) * 2)
    assert sum(isinstance(c, do.AnswerTool) for c in world.said) == 1


@pytest.mark.parametrize("spoken", [True, False])
def test_an_interview_does_not_end_in_its_greeting(spoken: bool) -> None:
    world = World().call()
    world.created("r1")
    if spoken:
        world.text("r1", "item_1", "Hello.")
        world.play(1)
    items = ("item_1",) if spoken else ()
    world.done("r1", *items, tools=(("call_1", "end_interview", {"reason": "finished"}),))
    assert world.phase() is Phase.CONVERSING
    (answer,) = (c for c in world.said if isinstance(c, do.AnswerTool))
    assert not answer.output["ok"]
    assert world.asked[1:] == ([] if spoken else [""])


# --- a candidate who wants to stop ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("reason", "ending"),
    [*((each, each) for each in ENDINGS), ("abuse", "stopped"), (7, "finished")],
)
def test_who_asks_to_stop_is_let_go_for_that_reason(reason: object, ending: str) -> None:
    world = asked()
    world.created("r2")
    world.done("r2", tools=(("call_1", "end_interview", {"reason": reason}),))
    assert world.state.ending == ending
    assert world.asked[-1] == PLAN.closings[ending]
    world.answer("r3", "item_4", "Goodbye.")
    world.wait_for(Phase.FAREWELL)
    assert [e.how for e in world.effects if isinstance(e, do.SumUp)] == [ending]


HELD = {
    Phase.CHOOSING: Phase.IDLE,
    Phase.CONSENTING: Phase.IDLE,
    Phase.CONNECTING: Phase.IDLE,
    Phase.CONVERSING: Phase.FAREWELL,
    Phase.RECONNECTING: Phase.FAREWELL,
    Phase.WRAPPING_UP: Phase.FAREWELL,
}
"""Where a hold leads to, from each phase in which somebody is in the booth."""


@pytest.mark.parametrize(("phase", "target"), HELD.items())
def test_a_hold_leads_out_of_every_phase_as_soon_as_it_is_one(phase: Phase, target: Phase) -> None:
    world = in_phase(phase)
    world.wait(1)
    world.tell(on.ButtonChanged(down=True))
    world.wait(RULES.hold_s)
    assert world.phase() is target
    assert world.state.talk.speaking is False


# --- the service's sixty minutes -----------------------------------------------------------------


def test_a_session_that_expires_is_followed_by_another() -> None:
    world = World(rules=Rules(limit_s=120 * 60)).converse()
    world.chat(60 * 60 - 30)
    world.say("input_audio_buffer.speech_started", item_id="last")
    said = len(world.said)
    world.say("error", error={"code": "session_expired"})
    world.tell(on.LineFailed(1, Fault.LINE_LOST))
    assert world.phase() is Phase.RECONNECTING
    world.wait(2 * RULES.busy_s)
    assert world.phase() is Phase.CONVERSING
    past = [c for c in world.said[said:] if isinstance(c, do.AddItem)]
    assert len(past) > 100
    assert world.asked[-1] in (PLAN.resume, PLAN.resume_answered)
    world.answer("r2", "item_2", "The line was cut. What did you plan?")
    world.chat(50 * 60)
    assert world.phase() is Phase.CONVERSING
    assert world.shown.fault is None
    assert world.count(do.OpenLine) == 2


# --- presses -------------------------------------------------------------------------------------


@pytest.mark.parametrize("phase", [p for p in Phase if p is not Phase.BOOTING])
def test_twenty_presses_in_a_second_do_no_harm(phase: Phase) -> None:
    world = in_phase(phase)
    opened = world.count(do.OpenLine)
    for _ in range(20):
        world.tell(on.ButtonChanged(down=True))
        world.wait(0.025)
        world.tell(on.ButtonChanged(down=False))
        world.wait(0.025)
    assert world.count(do.OpenLine) - opened <= 1
    assert world.phase() in {phase, *TABLE[phase].values()} | {Phase.CONNECTING, Phase.CONVERSING}
    assert Fault.BUTTON_STUCK not in world.state.faults
