import pytest

from kiosk.core import effects as do
from kiosk.core import events as on
from kiosk.core.faults import Fault
from kiosk.core.snapshot import Phase
from kiosk.core.state import Deadline
from tests.core.world import PLAN, World


def called(*tools: tuple[str, dict[str, object]], spoken: tuple[str, ...] = ()) -> World:
    """A call in which a response with tool calls is done."""
    world = World().converse()
    world.speak("item_2")
    world.created("r2")
    if spoken:
        world.text("r2", spoken[0], "What fell apart?")
    world.done(
        "r2",
        *spoken,
        tools=tuple((f"call_{n}", name, args) for n, (name, args) in enumerate(tools)),
    )
    return world


def tool_answers(world: World) -> list[dict[str, object]]:
    return [command.output for command in world.said if isinstance(command, do.AnswerTool)]


# --- tools ---------------------------------------------------------------------------------------


def test_next_question_is_answered_counted_and_goes_on() -> None:
    world = called(("next_question", {"number": 2}))
    assert world.shown.question == 2
    assert tool_answers(world) == [
        {
            "ok": True,
            "number": 2,
            "question": "What fell apart?",
            "follow_ups": 0,
            "questions_left": 1,
        }
    ]
    assert world.said[-1] == do.CreateResponse("")


def test_a_tool_called_in_a_response_that_speaks_needs_no_other_response() -> None:
    world = called(("next_question", {"number": 2}), spoken=("item_3",))
    assert isinstance(world.said[-1], do.AnswerTool)
    assert world.asked == [PLAN.greeting]


@pytest.mark.parametrize(
    "number", [0, 4, -1, 2.5, 1e300, "two", "", "²", "9" * 5000, None, True, [], {}]
)
def test_next_question_with_nonsense_changes_nothing_and_is_told_so(number: object) -> None:
    world = called(("next_question", {"number": number}))
    assert world.shown.question == 0
    (answer,) = tool_answers(world)
    assert answer["ok"] is False
    assert world.said[-1] == do.CreateResponse("")


@pytest.mark.parametrize("number", [3, 3.0, "3", " 3 "])
def test_a_number_may_be_written_as_models_write_it(number: object) -> None:
    assert called(("next_question", {"number": number})).shown.question == 3


def test_a_nonsense_number_does_not_forget_the_question() -> None:
    world = called(("next_question", {"number": 2}), ("next_question", {"number": 99}))
    assert world.shown.question == 2


def test_an_unknown_tool_is_refused_and_the_interview_goes_on() -> None:
    world = called(("hire_candidate", {}))
    assert tool_answers(world) == [{"ok": False, "error": "There is no such tool."}]
    assert world.said[-1] == do.CreateResponse("")
    assert world.phase() is Phase.CONVERSING


def test_end_interview_without_words_asks_for_the_last_words() -> None:
    world = called(("end_interview", {"reason": "done"}))
    assert world.phase() is Phase.WRAPPING_UP
    assert tool_answers(world) == [{"ok": True}]
    assert world.said[-1] == do.CreateResponse(PLAN.closings["finished"])


def test_end_interview_with_the_last_words_asks_for_no_others() -> None:
    world = called(("end_interview", {}), spoken=("item_3",))
    assert world.phase() is Phase.WRAPPING_UP
    assert world.asked == [PLAN.greeting]
    world.play(2)
    world.silence(3)
    assert world.phase() is Phase.FAREWELL


@pytest.mark.parametrize(
    "order", [("next_question", "end_interview"), ("end_interview", "next_question")]
)
def test_two_tools_in_one_response_are_both_answered_and_ask_for_one_response(
    order: tuple[str, str],
) -> None:
    world = called((order[0], {"number": 2}), (order[1], {"number": 2}))
    assert len(tool_answers(world)) == 2
    assert world.asked == [PLAN.greeting, PLAN.closings["finished"]]
    world.created("r3")
    world.done("r3")
    assert world.asked == [PLAN.greeting, PLAN.closings["finished"]]


def test_two_questions_in_one_response_ask_for_one_response() -> None:
    world = called(("next_question", {"number": 1}), ("next_question", {"number": 2}))
    assert len(tool_answers(world)) == 2
    assert world.asked == [PLAN.greeting, ""]


def test_tools_of_the_goodbye_change_nothing() -> None:
    world = called(("end_interview", {}))
    world.created("r3")
    world.text("r3", "item_3", "Goodbye.")
    world.done("r3", "item_3", tools=(("call_9", "end_interview", {}),))
    assert world.phase() is Phase.WRAPPING_UP
    assert world.asked[-1] == PLAN.closings["finished"]
    assert len(tool_answers(world)) == 2


def test_a_cancelled_response_closes_nothing_that_was_heard() -> None:
    world = called(("next_question", {"number": 2}))
    world.created("r3")
    world.done("r3", status="cancelled")
    assert [turn.item_id for turn in world.talk.turns if not turn.cut] == ["item_1", "item_2"]


# --- asking for responses ------------------------------------------------------------------------


def test_the_greeting_is_asked_for_as_soon_as_the_line_is_open() -> None:
    world = World().boot()
    world.press()
    assert world.said == [do.CreateResponse(PLAN.greeting)]


def test_what_is_asked_for_waits_until_the_model_is_free() -> None:
    world = World().converse()
    assert world.shown.ends_s is not None
    world.chat(world.shown.ends_s - world.now - 1)
    world.say("input_audio_buffer.speech_started", item_id="item_2")
    world.say("input_audio_buffer.committed", item_id="item_2")
    world.created("r2")
    world.wait(2)
    assert world.phase() is Phase.WRAPPING_UP
    assert world.asked == [PLAN.greeting]
    world.text("r2", "item_3", "I see.")
    world.done("r2", "item_3")
    assert world.asked == [PLAN.greeting, PLAN.closings["time"]]


def test_a_request_that_is_spoken_over_before_it_was_taken_up_is_not_doubled() -> None:
    world = World().converse()
    world.wait(world.rules.silence_prompt_s)
    world.say("input_audio_buffer.speech_started", item_id="item_2")
    world.state = world.state.at(Deadline.WRAP_UP, world.now)
    world.tell(on.TimePassed())
    assert world.asked == [PLAN.greeting, PLAN.silence_prompt]
    world.created("r2")
    world.done("r2", status="cancelled")
    assert world.asked == [PLAN.greeting, PLAN.silence_prompt, PLAN.closings["time"]]


# --- what a failing service means ----------------------------------------------------------------


def failed(code: str) -> World:
    world = World().converse()
    world.speak("item_2")
    world.created("r2")
    world.line = "silent"
    details = {"type": "failed", "error": {"code": code}}
    world.say("response.done", response={"id": "r2", "status": "failed", "status_details": details})
    return world


def test_a_response_that_fails_for_want_of_credit_ends_the_interview() -> None:
    world = failed("insufficient_quota")
    assert world.phase() is Phase.FAREWELL
    assert world.shown.fault is Fault.NO_QUOTA


def test_a_response_that_fails_for_a_while_is_tried_on_another_call() -> None:
    assert failed("server_error").phase() is Phase.RECONNECTING


def test_an_error_does_not_end_the_call() -> None:
    world = World().converse()
    world.say("error", error={"type": "invalid_request_error", "code": "nonsense"})
    assert world.phase() is Phase.CONVERSING


def test_an_expired_session_is_opened_anew() -> None:
    world = World().converse()
    world.line = "silent"
    world.say("error", error={"code": "session_expired"})
    assert world.phase() is Phase.RECONNECTING


# --- putting the past back -----------------------------------------------------------------------


def test_after_a_lost_line_what_was_heard_is_put_back_in_order() -> None:
    world = World().converse()
    world.speak("item_2", "A garden.")
    world.answer("r2", "item_3", "Thank you. What fell apart?")
    world.speak("item_4")
    world.created("r3")
    world.text("r3", "item_5", "That sounds hard. And what came of it in the end?")
    world.started("r3")
    world.play(1)
    world.transcript("item_4", "The fence.")
    heard = world.turn("item_5").heard
    assert 0 < len(heard) < 40
    world.tell(on.LineFailed(1, Fault.LINE_LOST))
    assert world.count(do.FlushVoice) == 1
    world.effects.clear()
    world.wait(1)
    assert world.said == [
        do.AddItem("assistant", "Hello. I am an AI. What did you plan?"),
        do.AddItem("user", "A garden."),
        do.AddItem("assistant", "Thank you. What fell apart?"),
        do.AddItem("user", "The fence."),
        do.AddItem("assistant", heard),
        do.CreateResponse(PLAN.resume),
    ]
    assert world.count(do.PassVoice) == 1


def test_a_second_lost_line_puts_everything_back_once() -> None:
    world = World().converse()
    for number in (2, 3):
        world.tell(on.LineFailed(world.state.call, Fault.LINE_LOST))
        world.wait(1)
        world.answer(f"r{number}", f"item_{number}", f"Again, number {number}.")
    world.effects.clear()
    world.tell(on.LineFailed(world.state.call, Fault.LINE_LOST))
    world.wait(1)
    texts = [command.text for command in world.said if isinstance(command, do.AddItem)]
    assert texts == [
        "Hello. I am an AI. What did you plan?",
        "Again, number 2.",
        "Again, number 3.",
    ]


def test_a_question_is_remembered_over_a_lost_line() -> None:
    world = called(("next_question", {"number": 2}))
    world.tell(on.LineFailed(1, Fault.LINE_LOST))
    world.wait(1)
    assert world.shown.question == 2
