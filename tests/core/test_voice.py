"""Which of several responses is being heard, and when each is over."""

from kiosk.core.captions import NOTICE_S
from kiosk.core.snapshot import Mood, Phase
from tests.core.world import PLAN, QUESTION, World, asked, speaking, texts


def test_a_response_made_while_the_last_is_still_heard_is_waited_for() -> None:
    world = asked()
    world.created("r2")
    world.text("r2", "item_3", "Thank you for this.")
    world.started("r2")
    world.play(0.5)
    world.done("r2", "item_3", tools=(("call_1", "end_interview", {}),))
    assert world.phase() is Phase.WRAPPING_UP
    world.created("r3")
    world.text("r3", "item_4", "Goodbye then.")
    world.done("r3", "item_4")
    world.play(2)
    assert world.caption.item_id == "item_3"
    world.stopped("r2")
    world.report()
    assert world.phase() is Phase.WRAPPING_UP
    assert world.mood() is Mood.THINKING
    world.started("r3")
    world.play(1)
    assert world.caption.item_id == "item_4"
    world.stopped("r3")
    world.report()
    world.wait_for(Phase.FAREWELL, within_s=NOTICE_S)
    assert [t for _, t in texts(world)[-2:]] == ["Thank you for this.", "Goodbye then."]


def test_a_voice_that_follows_the_last_without_a_gap_gets_its_own_caption() -> None:
    world = asked()
    world.created("r2")
    world.text("r2", "item_3", QUESTION)
    world.started("r2")
    world.play(0.5)
    world.done("r2", "item_3")
    world.created("r3")
    world.text("r3", "item_4", "And you?")
    world.play(0.5)
    world.stopped("r2")
    world.started("r3")
    world.play(0.1)
    assert world.turn("item_3").heard == QUESTION
    assert world.caption.item_id == "item_4"
    assert world.mood() is Mood.SPEAKING


def test_a_refused_response_is_asked_for_again_once_the_model_is_free() -> None:
    world = World().converse()
    world.wait(world.rules.silence_prompt_s)
    world.created("r2")
    error = {"type": "invalid_request_error", "code": "conversation_already_has_active_response"}
    world.say("error", error=error)
    sent = list(world.asked)
    world.done("r2", "item_2")
    assert world.asked == [*sent, PLAN.silence_prompt]


def test_a_refused_response_is_not_asked_for_in_a_hurry() -> None:
    world = World().converse()
    world.wait(world.rules.silence_prompt_s)
    sent = list(world.asked)
    for _ in range(5):
        world.say("error", error={"code": "conversation_already_has_active_response"})
    assert world.asked == sent
    world.done("r_unknown")
    assert world.asked == [*sent, PLAN.silence_prompt]


def test_a_stalling_voice_does_not_give_its_words_away() -> None:
    world = speaking()
    shown = world.caption.shown
    world.silence(1)
    assert world.mood() is Mood.THINKING
    assert world.caption.shown == shown
    world.play(0.2)
    assert world.mood() is Mood.SPEAKING
    assert shown <= world.caption.shown < len(QUESTION)


def test_a_voice_without_text_does_not_speak_the_text_of_the_next() -> None:
    world = asked()
    world.created("r2")
    world.started("r2")
    world.play(0.5)
    world.done("r2", "item_3")
    world.created("r3")
    world.text("r3", "item_4", QUESTION)
    world.play(2)
    assert world.caption.item_id == "item_1"
    world.stopped("r2")
    world.report()
    world.started("r3")
    world.play(0.5)
    assert world.caption.item_id == "item_4"
    assert world.caption.shown < len(QUESTION) / 2


def test_a_pause_is_no_end_in_a_response_that_was_made_while_the_last_was_heard() -> None:
    world = asked()
    world.created("r2")
    world.text("r2", "item_3", "Thank you very much for telling me.")
    world.play(0.5)
    world.done("r2", "item_3")
    world.created("r3")
    world.text("r3", "item_4", QUESTION)
    world.done("r3", "item_4")
    world.silence(0.9)
    assert world.mood() is Mood.THINKING
    world.play(1)
    world.silence(0.5)
    assert world.mood() is Mood.SPEAKING
    assert world.caption.item_id == "item_4"


def paused() -> World:
    """A call in which the voice, whose end was not told, has been silent for 1.5 s."""
    world = speaking()
    world.done("r2", "item_3")
    world.silence(1.5)
    return world


def test_a_voice_that_pauses_for_long_keeps_its_words_and_the_face_thinks() -> None:
    world = speaking()
    shown = world.caption.shown
    world.done("r2", "item_3")
    world.silence(1.5)
    assert world.caption.shown == shown
    assert world.mood() is Mood.THINKING
    world.play(0.5)
    assert world.mood() is Mood.SPEAKING
    assert shown < world.caption.shown < len(QUESTION)


def test_a_voice_whose_end_is_told_in_a_pause_has_said_everything() -> None:
    world = paused()
    world.stopped("r2")
    world.report()
    assert world.caption.shown == len(QUESTION)
    assert world.mood() is Mood.LISTENING


def test_a_voice_whose_end_is_never_told_is_not_waited_for_for_ever() -> None:
    world = paused()
    world.silence(world.rules.voice_s)
    assert world.caption.shown == len(QUESTION)
    assert world.mood() is Mood.LISTENING


def test_a_voice_that_has_said_all_its_text_is_not_waited_for() -> None:
    world = speaking()
    world.done("r2", "item_3")
    world.play(6)
    world.silence(0.8)
    assert world.mood() is Mood.LISTENING
