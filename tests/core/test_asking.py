"""The question that stays readable, and words that flow into the next."""

from typing import Any

import pytest

from kiosk.core import events as on
from kiosk.core.captions import reading_s
from kiosk.core.faults import Fault
from kiosk.core.snapshot import Phase
from tests.core.world import World

FIRST = "Hello. I am an AI. What did you plan?"
IMPERATIVE = "I see. Tell me about a day on which it all fell apart."
ANNOUNCED = (("call_1", "next_question", {"number": 2}),)


def reply(world: World, number: int, text: str, tools: tuple[Any, ...] = ()) -> None:
    """One response, heard to its end."""
    world.created(f"r{number}")
    world.text(f"r{number}", f"reply_{number}", text)
    world.started(f"r{number}")
    world.play(1)
    world.done(f"r{number}", f"reply_{number}", tools=tools)
    world.play(1)
    world.stopped(f"r{number}")
    world.report()
    world.silence(0.1)


def test_nothing_is_asked_before_it_is_heard() -> None:
    world = World().call()
    world.created("r1")
    world.text("r1", "item_1", FIRST)
    assert world.shown.question_text == ""
    world.started("r1")
    world.play(0.5)
    asked = world.shown.question_text
    assert asked
    assert FIRST.startswith(asked)
    assert len(asked) == world.caption.shown


def test_small_words_in_between_leave_the_question_standing() -> None:
    world = World().converse()
    world.speak("item_2", "Let me think.")
    reply(world, 2, "Take your time.")
    assert world.caption.text == "Take your time."
    assert world.shown.question_text == FIRST
    world.speak("item_4", "A garden.")
    assert world.shown.question_text == FIRST


def test_a_question_that_is_asked_again_stands_as_it_was_said_last() -> None:
    world = World().converse()
    world.created("r2")
    world.text("r2", "again", "Once more: what did you say? What did you plan?")
    world.started("r2")
    world.play(0.5)
    assert 0 < world.caption.shown < len(world.caption.text)
    assert world.shown.question_text == FIRST
    world.play(3)
    assert world.caption.shown == len(world.caption.text)
    assert world.shown.question_text == "Once more: what did you say? What did you plan?"


def test_a_prompt_to_who_is_silent_is_no_question_though_it_asks_something() -> None:
    world = World().converse()
    world.speak("item_2", "Hm.")
    world.created("r2")
    world.done("r2")
    world.silence(world.rules.silence_prompt_s + 1)
    assert world.asked[-1] == "prompt"
    reply(world, 3, "Are you still there?")
    assert world.caption.text == "Are you still there?"
    assert world.shown.question_text == FIRST


def test_the_next_question_takes_its_place_whether_it_asks_or_tells() -> None:
    world = World().converse()
    world.speak("item_2", "A garden.")
    reply(world, 2, "Who helped you?")
    assert world.shown.question_text == "Who helped you?"
    world.speak("item_4", "My sister.")
    reply(world, 3, IMPERATIVE, ANNOUNCED)
    assert world.shown.question_text == IMPERATIVE


def test_a_question_that_was_announced_before_it_is_spoken() -> None:
    world = World().converse()
    world.speak("item_2", "A garden.")
    world.created("r2")
    world.done("r2", tools=ANNOUNCED)
    reply(world, 3, IMPERATIVE)
    assert world.shown.question_text == IMPERATIVE


def test_of_a_long_turn_the_question_stays() -> None:
    world = World().converse()
    world.speak("item_2", "A garden.")
    reply(
        world, 2, f"Thank you. {'You told me a good deal about that garden, ' * 5}well. Who helped?"
    )
    assert world.shown.question_text == "Who helped?"


def test_of_a_question_that_was_spoken_over_only_what_was_heard_stays() -> None:
    world = World().converse()
    world.speak("item_2", "A garden.")
    world.created("r2")
    world.text("r2", "item_3", "Who was it that helped you on that day, and how?")
    world.started("r2")
    world.play(1)
    world.say("input_audio_buffer.speech_started", item_id="item_4")
    assert world.caption.cut
    assert world.shown.question_text == world.caption.text[: world.caption.shown]


def test_the_question_outlasts_a_lost_line_and_ends_with_the_goodbye() -> None:
    world = World().converse()
    world.tell(on.LineFailed(world.state.call, Fault.LINE_LOST))
    reply(world, 2, "Sorry, the line broke. Where were we?")
    assert world.shown.question_text == FIRST
    world.hold()
    assert world.shown.question_text == ""
    world.wait_for(Phase.IDLE)
    assert world.shown.question_text == ""


# --- what flows into the next --------------------------------------------------------------------


def two_items(pause_s: float) -> World:
    """Thanks and question as two items of one response, with a pause in between."""
    world = World().converse()
    world.speak("item_2", "A garden.")
    reply(world, 2, "Thank you.")
    world.silence(pause_s)
    world.created("r3")
    world.text("r3", "item_5", "Who helped you?")
    world.started("r3")
    world.play(0.2)
    return world


def test_what_was_just_said_stays_before_what_follows_at_once() -> None:
    world = two_items(0.2)
    assert world.caption.item_id == "item_5"
    assert world.caption.text == "Thank you. Who helped you?"
    assert world.caption.text[: world.caption.shown].startswith("Thank you. Who")


@pytest.mark.parametrize("pause_s", [reading_s("Thank you.") + 1])
def test_what_could_be_read_makes_room(pause_s: float) -> None:
    assert two_items(pause_s).caption.text == "Who helped you?"


def test_an_answer_in_between_parts_what_is_said() -> None:
    world = World().converse()
    world.speak("item_2", "A garden.")
    reply(world, 2, "I see.")
    assert world.caption.text == "I see."


def test_a_caption_grows_until_its_text_is_told_or_its_end_is_heard() -> None:
    world = World().call()
    world.created("r1")
    world.text("r1", "item_1", "Hello. I", final=False)
    world.started("r1")
    world.play(0.5)
    assert world.caption.growing
    world.text("r1", "item_1", FIRST)
    assert not world.caption.growing
