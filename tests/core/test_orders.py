"""Orders of events that differ from the usual one; written from the documented protocol."""

import pytest

from kiosk.core.snapshot import Mood, Phase
from tests.core.world import PLAN, QUESTION, World, asked, texts

DELTA = "response.output_audio_transcript.delta"
TEXT_DONE = "response.output_audio_transcript.done"
HEARD = "conversation.item.input_audio_transcription.completed"


# --- events that are left out --------------------------------------------------------------------


def test_no_output_audio_buffer_events() -> None:
    world = asked()
    world.created("r2")
    world.text("r2", "item_3", QUESTION)
    world.play(2)
    world.done("r2", "item_3")
    world.play(2)
    assert world.mood() is Mood.SPEAKING
    world.silence(1)
    assert world.mood() is Mood.LISTENING
    assert world.turn("item_3").heard == QUESTION


def test_no_output_audio_buffer_events_in_several_responses_with_pauses_in_them() -> None:
    world = World().converse()
    for number in range(2, 5):
        world.say("response.created", response={"id": f"r{number}"})
        world.text(f"r{number}", f"voice_{number}", QUESTION)
        world.done(f"r{number}", f"voice_{number}")
        world.play(1)
        world.silence(0.5)
        assert world.mood() is Mood.SPEAKING
        assert world.caption.shown < len(world.caption.text)
        world.play(3)
        world.silence(1)
        assert world.mood() is Mood.LISTENING


def test_no_item_id_on_deltas() -> None:
    world = asked()
    world.created("r2")
    for word in ("Thank", " you."):
        world.say(DELTA, response_id="r2", delta=word)
    world.play(1)
    world.done("r2")
    world.silence(1)
    assert texts(world)[-1] == ("interviewer", "Thank you.")


def test_no_ids_at_all() -> None:
    world = World().call()
    for text in ("Hello. What did you plan?", "And then?"):
        world.say("response.created", response={})
        world.say(DELTA, delta=text)
        world.play(1)
        world.say("response.done", response={"status": "completed"})
        world.silence(1)
        assert world.mood() is Mood.LISTENING
        world.say("input_audio_buffer.speech_started")
        world.say("input_audio_buffer.speech_stopped")
        assert world.mood() is Mood.THINKING
        world.say("input_audio_buffer.committed")
        world.say(HEARD, transcript="A garden.")
    assert texts(world) == [
        ("interviewer", "Hello. What did you plan?"),
        ("candidate", "A garden."),
        ("interviewer", "And then?"),
        ("candidate", "A garden."),
    ]


def test_an_id_that_is_told_only_when_the_turn_is_committed() -> None:
    world = World().converse()
    world.say("input_audio_buffer.speech_started")
    world.say("input_audio_buffer.speech_stopped")
    world.say("input_audio_buffer.committed", item_id="item_2")
    world.transcript("item_2", "A garden.")
    assert [t.item_id for t in world.talk.turns if t.who == "candidate"] == ["item_2"]


def test_an_id_that_is_told_only_with_the_words() -> None:
    world = World().converse()
    world.say("input_audio_buffer.speech_started")
    world.say("input_audio_buffer.speech_stopped")
    world.transcript("item_2", "A garden.")
    assert texts(world)[-1] == ("candidate", "A garden.")
    assert len(world.talk.turns) == 2


def test_a_pause_in_mid_answer_without_ids_is_one_turn() -> None:
    world = World().converse()
    world.say("input_audio_buffer.speech_started")
    world.say("input_audio_buffer.speech_started")
    world.say("input_audio_buffer.speech_stopped")
    assert len(world.talk.turns) == 2


def test_a_transcript_that_is_never_called_done() -> None:
    world = asked()
    world.created("r2")
    world.text("r2", "item_3", "Thank you.", final=False)
    world.text("r2", "item_4", "What fell apart?", final=False)
    world.started("r2")
    world.play(2.5)
    assert world.caption.item_id == "item_4"
    world.done("r2", "item_3", "item_4")
    world.stopped("r2")
    world.report()
    assert [t for _, t in texts(world)[-2:]] == ["Thank you.", "What fell apart?"]


def test_a_voice_without_any_text() -> None:
    world = asked()
    world.created("r2")
    world.play(1)
    world.done("r2", "item_3")
    assert world.mood() is Mood.SPEAKING
    world.silence(1)
    assert world.mood() is Mood.LISTENING
    assert world.caption.item_id == "item_1"


def test_last_words_whose_voice_is_announced_by_nothing_are_waited_for() -> None:
    world = asked()
    world.created("r2")
    world.done("r2", "item_3", tools=(("call_1", "end_interview", {}),))
    assert world.phase() is Phase.WRAPPING_UP
    world.silence(0.5)
    assert world.phase() is Phase.WRAPPING_UP
    world.play(2)
    world.silence(3)
    assert world.phase() is Phase.FAREWELL


# --- events that come twice or late --------------------------------------------------------------


def test_two_response_done() -> None:
    world = asked()
    world.created("r2")
    world.text("r2", "item_3", QUESTION)
    world.started("r2")
    tools = (("call_1", "next_question", {"number": 2}),)
    world.done("r2", "item_3", tools=tools)
    sent = list(world.said)
    world.done("r2", "item_3", tools=tools)
    assert world.said == sent
    world.play(1)
    assert world.mood() is Mood.SPEAKING


def test_a_second_response_done_in_the_midst_of_the_next_response() -> None:
    world = asked()
    world.answer("r2", "item_3", QUESTION)
    world.speak("item_4")
    world.created("r3")
    world.done("r2", "item_3")
    assert world.mood() is Mood.THINKING
    assert world.talk.response == "r3"


def test_several_spoken_items_in_one_response() -> None:
    world = asked()
    world.created("r2")
    world.text("r2", "item_3", "Thank you, that is kind.")
    world.text("r2", "item_4", "What fell apart?")
    world.started("r2")
    world.play(1)
    assert world.caption.item_id == "item_3"
    assert world.shown.candidate_text == ""
    world.play(2)
    assert world.caption.item_id == "item_4"
    world.done("r2", "item_3", "item_4")
    world.stopped("r2")
    world.report()
    assert world.mood() is Mood.LISTENING
    assert [turn.ended_s is not None for turn in world.talk.turns] == [True] * 4
    assert [t for _, t in texts(world)[-2:]] == ["Thank you, that is kind.", "What fell apart?"]


@pytest.mark.parametrize("when", ["before", "among", "after"])
def test_the_candidates_words_come_before_among_or_after_the_answer(when: str) -> None:
    world = asked()
    if when == "before":
        world.transcript("item_2", "A garden.")
        assert world.shown.candidate_text == "A garden."
    world.created("r2")
    world.text("r2", "item_3", QUESTION)
    if when == "among":
        world.transcript("item_2", "A garden.")
        assert world.shown.candidate_text == "A garden."
    world.started("r2")
    world.play(2)
    world.done("r2", "item_3")
    world.play(3)
    world.stopped("r2")
    world.report()
    if when == "after":
        world.transcript("item_2", "A garden.")
    assert texts(world)[1:] == [("candidate", "A garden."), ("interviewer", QUESTION)]
    assert world.mood() is Mood.LISTENING
    assert world.caption.item_id == "item_3"


def test_a_transcript_done_that_comes_after_the_voice_has_ended() -> None:
    world = asked()
    world.created("r2")
    world.say(DELTA, response_id="r2", item_id="item_3", delta="Thank you.")
    world.started("r2")
    world.play(1)
    world.done("r2", "item_3")
    world.stopped("r2")
    world.report()
    world.say(TEXT_DONE, response_id="r2", item_id="item_3", transcript="Thank you. And then?")
    assert world.mood() is Mood.LISTENING
    assert world.caption.text == "Thank you. And then?"
    assert world.caption.shown == len(world.caption.text)


def test_a_transcript_done_that_is_shorter_than_its_deltas() -> None:
    world = asked()
    world.created("r2")
    world.say(DELTA, response_id="r2", item_id="item_3", delta="Thank you very much indeed")
    world.play(5)
    world.say(TEXT_DONE, response_id="r2", item_id="item_3", transcript="Thank you.")
    assert world.caption.shown == len("Thank you.")


def test_a_word_that_comes_in_two_deltas_is_shown_whole() -> None:
    world = asked()
    world.created("r2")
    world.say(DELTA, response_id="r2", item_id="item_3", delta="Wonder")
    world.play(1)
    world.say(DELTA, response_id="r2", item_id="item_3", delta="ful, thanks")
    assert world.caption.text[: world.caption.shown] == "Wonderful,"


def test_a_voice_that_is_heard_before_its_text_comes() -> None:
    world = asked()
    world.created("r2")
    world.play(1)
    world.text("r2", "item_3", QUESTION)
    world.play(0.1)
    assert world.caption.item_id == "item_3"
    assert 0 < world.caption.shown < len(QUESTION) / 2


def test_a_voice_that_is_heard_before_its_response_is_told() -> None:
    world = asked()
    world.play(0.2)
    world.created("r2")
    world.text("r2", "item_3", QUESTION)
    world.started("r2")
    world.play(1)
    assert world.caption.item_id == "item_3"
    world.done("r2", "item_3")
    world.play(4)
    world.stopped("r2")
    world.report()
    assert world.mood() is Mood.LISTENING
    assert world.turn("item_3").heard == QUESTION


def test_deltas_that_come_before_their_response_is_told() -> None:
    world = asked()
    world.text("r2", "item_3", QUESTION)
    assert world.mood() is Mood.THINKING
    world.created("r2")
    world.play(1)
    assert world.mood() is Mood.SPEAKING
    assert world.caption.item_id == "item_3"
    world.done("r2", "item_3")
    world.play(4)
    world.silence(1)
    assert world.turn("item_3").heard == QUESTION


def test_a_response_that_is_played_before_it_is_done() -> None:
    world = asked()
    world.created("r2")
    world.text("r2", "item_3", "Thank you.")
    world.play(1)
    world.silence(2)
    assert world.mood() is Mood.THINKING
    world.done("r2", "item_3")
    world.report()
    assert world.mood() is Mood.LISTENING
    assert world.turn("item_3").ended_s is not None


def test_a_buffer_that_is_never_told_to_have_stopped() -> None:
    world = asked()
    world.created("r2")
    world.text("r2", "item_3", "Thank you.")
    world.started("r2")
    world.play(1)
    world.silence(1)
    world.done("r2", "item_3")
    world.silence(4)
    assert world.talk.resting
    world.wait(world.rules.silence_prompt_s)
    assert world.asked[-1] == PLAN.silence_prompt
