"""The candidate speaks over the voice, and calls that are over speak on."""

from kiosk.core import effects as do
from kiosk.core import events as on
from kiosk.core.snapshot import Mood, Phase
from tests.core.world import QUESTION, World, asked, speaking, texts

# --- barge-in ------------------------------------------------------------------------------------


def test_barge_in_silences_at_once_and_marks_the_place() -> None:
    world = speaking()
    shown = world.caption.shown
    effects = world.say("input_audio_buffer.speech_started", item_id="item_4")
    assert do.FlushVoice() in effects
    assert world.mood() is Mood.LISTENING
    assert world.caption.cut
    world.done("r2", "item_3", status="cancelled")
    world.say("output_audio_buffer.cleared", response_id="r2")
    world.report()
    assert 0 < world.caption.shown == shown < len(QUESTION)
    assert world.mood() is Mood.LISTENING
    world.say("input_audio_buffer.speech_stopped", item_id="item_4")
    world.say("input_audio_buffer.committed", item_id="item_4")
    assert world.mood() is Mood.THINKING
    effects = world.say("response.created", response={"id": "r3"})
    assert do.PassVoice() in effects
    world.text("r3", "item_5", "Go on.")
    world.play(1)
    assert world.caption.item_id == "item_5"


def test_barge_in_without_response_cancelled() -> None:
    world = speaking()
    world.say("input_audio_buffer.speech_started", item_id="item_4")
    world.say("output_audio_buffer.cleared", response_id="r2")
    world.say("input_audio_buffer.speech_stopped", item_id="item_4")
    world.say("input_audio_buffer.committed", item_id="item_4")
    world.created("r3")
    world.text("r3", "item_5", "Go on.")
    world.play(0.5)
    assert world.mood() is Mood.SPEAKING
    assert world.caption.item_id == "item_5"
    world.done("r2", status="cancelled")
    assert world.talk.response == "r3"


def test_barge_in_when_generation_was_already_over() -> None:
    world = speaking()
    world.done("r2", "item_3")
    effects = world.say("input_audio_buffer.speech_started", item_id="item_4")
    assert do.FlushVoice() in effects
    world.say("output_audio_buffer.cleared", response_id="r2")
    assert world.caption.cut
    world.silence(5)
    assert world.mood() is Mood.LISTENING


def test_barge_in_while_thinking_drops_the_voice_that_is_on_its_way() -> None:
    world = asked()
    world.created("r2")
    effects = world.say("input_audio_buffer.speech_started", item_id="item_4")
    assert do.FlushVoice() in effects
    world.text("r2", "item_3", "Nobody hears this.")
    world.started("r2")
    world.done("r2", "item_3", status="cancelled")
    world.report(audible=True)
    assert world.mood() is Mood.LISTENING
    assert world.turn("item_3").heard == ""
    assert world.caption.item_id == "item_1"


def test_barge_in_just_as_the_voice_starts() -> None:
    world = asked()
    world.created("r2")
    world.text("r2", "item_3", QUESTION)
    world.say("input_audio_buffer.speech_started", item_id="item_4")
    assert do.PassVoice() not in world.say("output_audio_buffer.started", response_id="r2")
    world.done("r2", "item_3", status="cancelled")
    world.say("output_audio_buffer.cleared", response_id="r2")
    world.report(audible=True)
    assert world.mood() is Mood.LISTENING
    assert not world.talk.unheard


def test_barge_in_told_by_cleared_alone() -> None:
    world = speaking()
    effects = world.say("output_audio_buffer.cleared", response_id="r2")
    assert do.FlushVoice() in effects
    assert world.caption.cut


def test_cleared_after_stopped_drops_what_we_still_hold() -> None:
    world = speaking()
    world.done("r2", "item_3")
    world.stopped("r2")
    world.report(audible=True, queued_ms=200)
    assert do.FlushVoice() in world.say("output_audio_buffer.cleared", response_id="r2")


def test_cleared_after_stopped_and_played_means_nothing() -> None:
    world = speaking()
    world.done("r2", "item_3")
    world.stopped("r2")
    world.report()
    assert world.say("output_audio_buffer.cleared", response_id="r2") == ()
    assert not world.caption.cut
    assert world.mood() is Mood.LISTENING


def test_a_late_cleared_does_not_silence_the_next_response() -> None:
    world = speaking()
    world.say("input_audio_buffer.speech_started", item_id="item_4")
    world.done("r2", "item_3", status="cancelled")
    world.say("input_audio_buffer.committed", item_id="item_4")
    world.created("r3")
    world.text("r3", "item_5", "Go on.")
    assert world.say("output_audio_buffer.cleared", response_id="r2") == ()
    world.play(0.5)
    assert world.mood() is Mood.SPEAKING
    assert world.caption.item_id == "item_5"
    assert world.say("output_audio_buffer.cleared", response_id="r2") == ()


def test_a_barge_in_that_the_service_never_confirms_lets_the_voice_go_on() -> None:
    world = speaking()
    world.say("input_audio_buffer.speech_started", item_id="item_4")
    assert world.caption.cut
    world.effects.clear()
    world.wait(world.rules.hush_s)
    assert world.count(do.PassVoice) == 1
    world.say("input_audio_buffer.speech_stopped", item_id="item_4")
    world.play(1)
    assert world.mood() is Mood.SPEAKING
    assert not world.caption.cut
    world.done("r2", "item_3")
    world.play(3)
    world.stopped("r2")
    world.report()
    assert world.turn("item_3").heard == QUESTION


def test_the_question_stays_readable_while_it_is_answered() -> None:
    world = speaking()
    world.done("r2", "item_3")
    world.play(4)
    world.stopped("r2")
    world.report()
    world.say("input_audio_buffer.speech_started", item_id="item_4")
    world.wait(20)
    assert world.caption.text == QUESTION
    assert not world.caption.cut
    assert world.caption.shown == len(QUESTION)


def test_the_sound_engine_starting_anew_takes_no_words_back() -> None:
    world = speaking()
    shown = world.caption.shown
    world.played_ms = 0
    world.report()
    world.play(0.5)
    assert shown <= world.caption.shown < len(QUESTION)
    world.play(1)
    assert world.caption.shown > shown


# --- calls that are over -------------------------------------------------------------------------


def test_what_a_lost_call_still_says_is_not_heard() -> None:
    world = speaking()
    world.line = "silent"
    world.tell(on.LineFailed(1, world.line_fault))
    before = world.state
    world.created("r9")
    world.done("r9", tools=(("call_1", "end_interview", {}),))
    world.report(audible=True)
    world.say("error", error={"code": "session_expired"})
    assert world.state == before


def test_a_stale_line_opens_nothing() -> None:
    world = World().converse()
    world.line = "silent"
    world.tell(on.LineFailed(1, world.line_fault))
    world.tell(on.LineOpened(1))
    assert world.phase() is Phase.RECONNECTING
    world.wait(1)
    world.tell(on.LineOpened(1))
    assert world.phase() is Phase.RECONNECTING
    world.tell(on.LineOpened(world.state.call))
    assert world.phase() is Phase.CONVERSING


def test_a_new_call_may_give_the_ids_of_the_old_one_again() -> None:
    world = World().converse()
    world.speak("item_2", "A garden.")
    world.tell(on.LineFailed(1, world.line_fault))
    world.wait(1)
    world.answer("r1", "item_1", "Where were we?")
    world.speak("item_2", "At the garden.")
    assert [text for _, text in texts(world)] == [
        "Hello. I am an AI. What did you plan?",
        "A garden.",
        "Where were we?",
        "At the garden.",
    ]
