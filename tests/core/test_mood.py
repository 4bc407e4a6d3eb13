"""One test for each row of the table from event to mood, in today's names and the older ones.

The order of events is the one the service documents; no recording of it was at hand.
"""

import pytest

from kiosk.core.snapshot import Mood, Phase
from tests.core.world import World, in_phase

TEXT = {"response_id": "r2", "item_id": "item_3", "delta": "Thank you."}
AUDIO = {"response_id": "r2", "item_id": "item_3", "delta": "AAAA"}


def answering() -> World:
    """A call in which the candidate has answered and the service has begun a response."""
    world = World().converse()
    world.speak("item_2")
    world.created("r2")
    return world


def speaking() -> World:
    """The same, with the response being heard."""
    world = answering()
    world.text("r2", "item_3", "Thank you. What fell apart?")
    world.started("r2")
    world.play(0.5)
    assert world.mood() is Mood.SPEAKING
    return world


def test_input_audio_buffer_speech_started_means_listening() -> None:
    world = World().converse()
    world.say("input_audio_buffer.speech_started", item_id="item_2")
    assert world.mood() is Mood.LISTENING
    assert world.shown.candidate_speaking


def test_input_audio_buffer_speech_started_means_listening_at_once_over_a_voice() -> None:
    world = speaking()
    world.say("input_audio_buffer.speech_started", item_id="item_4")
    assert world.mood() is Mood.LISTENING


def test_input_audio_buffer_speech_started_means_listening_at_once_while_thinking() -> None:
    world = answering()
    assert world.mood() is Mood.THINKING
    world.say("input_audio_buffer.speech_started", item_id="item_4")
    assert world.mood() is Mood.LISTENING


def test_input_audio_buffer_speech_stopped_means_thinking() -> None:
    world = World().converse()
    world.say("input_audio_buffer.speech_started", item_id="item_2")
    world.say("input_audio_buffer.speech_stopped", item_id="item_2")
    assert world.mood() is Mood.THINKING
    assert not world.shown.candidate_speaking


def test_input_audio_buffer_committed_means_thinking() -> None:
    world = World().converse()
    world.say("input_audio_buffer.speech_started", item_id="item_2")
    world.say("input_audio_buffer.committed", item_id="item_2")
    assert world.mood() is Mood.THINKING


def test_input_audio_buffer_committed_alone_means_thinking() -> None:
    world = World().converse()
    world.say("input_audio_buffer.committed", item_id="item_2")
    assert world.mood() is Mood.THINKING


def test_response_created_means_thinking() -> None:
    world = World().converse()
    world.created("r2")
    assert world.mood() is Mood.THINKING


def test_response_created_means_thinking_where_the_end_of_speech_is_never_told() -> None:
    world = World().converse()
    world.say("input_audio_buffer.speech_started", item_id="item_2")
    world.created("r2")
    assert world.mood() is Mood.THINKING


@pytest.mark.parametrize(
    "kind", ["response.output_audio_transcript.delta", "response.audio_transcript.delta"]
)
def test_a_transcript_delta_alone_is_not_speaking(kind: str) -> None:
    world = answering()
    world.say(kind, **TEXT)
    assert world.mood() is Mood.THINKING


def _means_speaking_once_heard(kind: str, **fields: str) -> None:
    world = answering()
    world.say(kind, **fields)
    assert world.mood() is Mood.THINKING
    world.report()
    assert world.mood() is Mood.THINKING
    world.play(0.05)
    assert world.mood() is Mood.SPEAKING


def test_response_audio_delta_means_speaking_once_heard() -> None:
    _means_speaking_once_heard("response.audio.delta", **AUDIO)


def test_response_output_audio_delta_means_speaking_once_heard() -> None:
    _means_speaking_once_heard("response.output_audio.delta", **AUDIO)


def test_output_audio_buffer_started_means_speaking_once_heard() -> None:
    _means_speaking_once_heard("output_audio_buffer.started", response_id="r2")


def test_the_voice_at_the_loudspeaker_means_speaking_whatever_was_said() -> None:
    world = answering()
    world.play(0.05)
    assert world.mood() is Mood.SPEAKING


def test_the_voice_at_the_loudspeaker_means_speaking_even_before_response_created() -> None:
    world = World().converse()
    world.speak("item_2")
    world.play(0.05)
    assert world.mood() is Mood.SPEAKING


def test_response_done_keeps_speaking_until_our_queue_is_played() -> None:
    world = speaking()
    world.done("r2", "item_3")
    assert world.mood() is Mood.SPEAKING
    world.play(3)
    assert world.mood() is Mood.SPEAKING


def test_output_audio_buffer_stopped_keeps_speaking_until_our_queue_is_played() -> None:
    world = speaking()
    world.done("r2", "item_3")
    world.stopped("r2")
    assert world.mood() is Mood.SPEAKING
    world.report(queued_ms=180)
    assert world.mood() is Mood.SPEAKING
    world.report()
    assert world.mood() is Mood.LISTENING


def test_a_voice_that_is_stuck_in_the_queue_is_not_speaking_for_ever() -> None:
    world = speaking()
    world.done("r2", "item_3")
    world.stopped("r2")
    for _ in range(40):
        world.wait(0.1)
        world.report(queued_ms=180)
    assert world.mood() is Mood.LISTENING
    world.play(0.2)
    assert world.mood() is Mood.SPEAKING


def test_response_done_means_listening_once_played_where_the_buffer_is_never_told() -> None:
    world = answering()
    world.text("r2", "item_3", "Thank you.")
    world.play(1)
    world.done("r2", "item_3")
    world.silence(0.5)
    assert world.mood() is Mood.SPEAKING
    world.silence(0.3)
    assert world.mood() is Mood.LISTENING


def test_output_audio_buffer_cleared_means_listening_at_once() -> None:
    world = speaking()
    world.done("r2", "item_3")
    world.say("output_audio_buffer.cleared", response_id="r2")
    assert world.mood() is Mood.LISTENING


def test_a_pause_between_sentences_is_still_speaking() -> None:
    world = speaking()
    world.silence(0.6)
    assert world.mood() is Mood.SPEAKING
    world.play(0.5)
    assert world.mood() is Mood.SPEAKING


def test_a_response_that_says_nothing_ends_in_listening() -> None:
    world = answering()
    world.done("r2")
    assert world.mood() is Mood.LISTENING


def test_a_candidate_whose_turn_it_is_sees_a_listening_face() -> None:
    world = World().converse()
    assert world.mood() is Mood.LISTENING
    assert world.shown.microphone_open
    assert not world.shown.candidate_speaking


@pytest.mark.parametrize(
    "phase",
    [
        Phase.BOOTING,
        Phase.OUT_OF_SERVICE,
        Phase.IDLE,
        Phase.MAINTENANCE,
        Phase.CHOOSING,
        Phase.CONSENTING,
        Phase.FAREWELL,
        Phase.WIPING,
    ],
)
def test_the_mood_is_idle_outside_a_call(phase: Phase) -> None:
    world = in_phase(phase)
    assert world.mood() is Mood.IDLE
    assert not world.shown.microphone_open


@pytest.mark.parametrize("phase", [Phase.CONNECTING, Phase.RECONNECTING])
def test_a_booth_that_is_calling_thinks(phase: Phase) -> None:
    assert in_phase(phase).mood() is Mood.THINKING
