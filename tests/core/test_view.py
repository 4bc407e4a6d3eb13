import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.core import events as on
from kiosk.core.captions import reading_s
from kiosk.core.faults import Fault
from kiosk.core.snapshot import Caption, Connection, Phase, Snapshot
from tests.core.world import World, in_phase


def test_the_screen_of_a_booth_that_waits_tells_nothing_of_anybody() -> None:
    world = World().converse()
    world.speak("item_2", "A garden.")
    world.hold()
    world.wait_for(Phase.IDLE)
    assert world.shown == Snapshot(phase=Phase.IDLE, questions=3, choices=("en",), choice="en")


@pytest.mark.parametrize(
    ("phase", "connection"),
    [
        (Phase.IDLE, Connection.DISCONNECTED),
        (Phase.CHOOSING, Connection.DISCONNECTED),
        (Phase.CONSENTING, Connection.DISCONNECTED),
        (Phase.CONNECTING, Connection.CONNECTING),
        (Phase.CONVERSING, Connection.CONNECTED),
        (Phase.RECONNECTING, Connection.CONNECTING),
        (Phase.WRAPPING_UP, Connection.CONNECTED),
        (Phase.FAREWELL, Connection.DISCONNECTED),
        (Phase.WIPING, Connection.DISCONNECTED),
    ],
)
def test_the_connection_follows_the_phase(phase: Phase, connection: Connection) -> None:
    world = in_phase(phase)
    assert world.shown.connection is connection
    assert world.shown.microphone_open is (connection is Connection.CONNECTED)


def test_a_press_shows_that_the_booth_is_calling_at_once() -> None:
    world = World().boot()
    world.line = "silent"
    world.tell(on.ButtonChanged(down=True))
    assert world.shown.connection is Connection.CONNECTING


# --- captions of both sides ----------------------------------------------------------------------


def test_no_caption_before_anything_is_heard() -> None:
    world = World().call()
    world.created("r1")
    world.text("r1", "item_1", "Hello.")
    assert world.shown.caption == Caption()


def test_the_caption_knows_all_its_words_and_how_far_they_were_heard() -> None:
    world = World().call()
    world.created("r1")
    world.text("r1", "item_1", "Hello, I am an AI and will ask you three questions.")
    world.started("r1")
    world.play(1)
    caption = world.shown.caption
    assert caption.item_id == "item_1"
    assert caption.text.endswith("three questions.")
    assert 0 < caption.shown < len(caption.text)


def test_the_last_question_stays_until_the_next_is_heard() -> None:
    world = World().converse()
    world.speak("item_2", "A garden.")
    world.created("r2")
    world.text("r2", "item_3", "What fell apart?")
    world.started("r2")
    assert world.shown.caption.item_id == "item_1"
    world.play(0.1)
    assert world.shown.caption.item_id == "item_3"


def test_the_candidates_words_stay_while_they_are_answered() -> None:
    world = World().converse()
    world.speak("item_2", "A garden.")
    told_s = world.now
    assert until_s(world) is None
    world.answer("r2", "item_3", "What fell apart?", seconds=20)
    assert until_s(world) == told_s + reading_s("A garden.") < world.now


def test_the_answer_is_going_on_for_all_its_items() -> None:
    world = World().converse()
    world.speak("item_2", "A garden.")
    world.created("r2")
    world.text("r2", "item_3", "I see.")
    world.text("r2", "item_4", "What fell apart?")
    assert until_s(world) is None
    world.started("r2")
    for _ in range(80):
        world.play(0.05)
        assert until_s(world) == math.inf


@pytest.mark.parametrize("when", ["while the answer is heard", "after it was heard"])
def test_words_that_come_late_are_there_long_enough_to_be_read(when: str) -> None:
    world = World().converse()
    world.speak("item_2")
    world.created("r2")
    world.text("r2", "item_3", "I see.")
    world.started("r2")
    world.play(0.5)
    assert world.shown.candidate_text == ""
    assert world.shown.candidate_text_until_s == math.inf
    if when == "while the answer is heard":
        world.transcript("item_2", "A garden.")
        assert until_s(world) == math.inf
    world.done("r2", "item_3")
    world.stopped("r2")
    world.report()
    if when == "after it was heard":
        world.transcript("item_2", "A garden.")
    read_s = world.now + reading_s("A garden.")
    assert until_s(world) == read_s
    world.created("r3")
    world.text("r3", "item_4", "What fell apart?")
    world.started("r3")
    world.play(1)
    assert until_s(world) == read_s


def test_the_candidates_next_turn_takes_the_place_of_the_last() -> None:
    world = World().converse()
    world.speak("item_2", "A garden.")
    world.answer("r2", "item_3", "What fell apart?")
    world.say("input_audio_buffer.speech_started", item_id="item_4")
    assert world.shown.candidate_text == ""
    assert world.shown.candidate_text_until_s is None


def until_s(world: World) -> float | None:
    assert world.shown.candidate_text == "A garden."
    return world.shown.candidate_text_until_s


def test_words_that_stream_in_are_shown_as_they_come() -> None:
    world = World().converse()
    kind = "conversation.item.input_audio_transcription.delta"
    world.say("input_audio_buffer.speech_started", item_id="item_2")
    for delta, text in (("A ", "A "), ("garden", "A garden")):
        world.say(kind, item_id="item_2", delta=delta)
        assert world.shown.candidate_text == text
    world.transcript("item_2", " A garden. ")
    assert world.shown.candidate_text == "A garden."


@given(st.lists(st.text(st.sampled_from("ab äü你, "), max_size=6), max_size=12))
def test_words_that_stream_in_never_move_what_stands_before_them(deltas: list[str]) -> None:
    world = World().converse()
    world.say("input_audio_buffer.speech_started", item_id="item_2")
    before = ""
    for delta in deltas:
        world.tell(on.CandidateTextAdded("item_2", delta))
        assert world.shown.candidate_text.startswith(before)
        before = world.shown.candidate_text
    world.tell(on.CandidateTextFinished("item_2", "".join(deltas)))
    assert world.shown.candidate_text == before.rstrip()


def test_a_caption_that_is_lost_with_the_line_stays_readable() -> None:
    world = World().converse()
    world.line = "silent"
    world.tell(on.LineFailed(1, Fault.LINE_LOST))
    assert world.shown.caption.text.endswith("What did you plan?")


# --- rings ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("phase", "rings"),
    [
        (Phase.IDLE, False),
        (Phase.OUT_OF_SERVICE, False),
        (Phase.CONNECTING, True),
        (Phase.CONVERSING, True),
        (Phase.RECONNECTING, True),
        (Phase.WRAPPING_UP, True),
        (Phase.WIPING, False),
    ],
)
def test_a_ring_fills_while_a_hold_would_mean_something(phase: Phase, *, rings: bool) -> None:
    world = in_phase(phase)
    world.line = "silent"
    pressed_s = world.now
    world.tell(on.ButtonChanged(down=True))
    ring = world.shown.ring
    if not rings:
        assert ring is None or ring.kind != "hold"
        return
    assert ring is not None
    assert ring.kind == "hold"
    assert pressed_s < ring.began_s < ring.ends_s == pressed_s + world.rules.hold_s
    world.tell(on.ButtonChanged(down=True))
    world.wait(0.1)
    world.tell(on.ButtonChanged(down=False))
    assert world.shown.ring is None or world.shown.ring.kind == "line"


def test_the_press_that_starts_the_call_fills_no_ring_and_stops_nothing() -> None:
    world = World().boot()
    world.line = "silent"
    world.tell(on.ButtonChanged(down=True))
    assert world.shown.ring is None
    world.wait(world.rules.hold_s + 1)
    assert world.phase() is Phase.CONNECTING


def test_the_choice_ring_starts_over_with_each_press() -> None:
    world = in_phase(Phase.CHOOSING)
    world.wait(5)
    world.press()
    ring = world.shown.ring
    assert ring is not None
    assert ring.kind == "choice"
    assert ring.ends_s - ring.began_s == world.rules.choice_s
    assert world.now - ring.began_s < 1


# --- faults --------------------------------------------------------------------------------------


def test_out_of_service_shows_what_staff_should_mend_first() -> None:
    world = World().boot()
    for fault in (Fault.SPEAKER_MISSING, Fault.KEY_MISSING, Fault.UNREACHABLE):
        world.tell(on.FaultRaised(fault))
    shown = [world.shown.fault]
    world.tell(on.FaultCleared(Fault.KEY_MISSING))
    shown.append(world.shown.fault)
    assert shown == [Fault.KEY_MISSING, Fault.UNREACHABLE]


def test_the_farewell_says_why_an_interview_ended_early() -> None:
    world = in_phase(Phase.CONNECTING)
    world.line, world.line_fault = "fails", Fault.VOICE_BLOCKED
    world.tell(on.LineFailed(1, Fault.VOICE_BLOCKED))
    world.wait_for(Phase.FAREWELL)
    assert world.shown.fault is Fault.VOICE_BLOCKED
    world.wait_for(Phase.IDLE)
    assert world.shown.fault is None


def test_an_interview_that_was_stopped_is_nobodys_fault() -> None:
    assert in_phase(Phase.FAREWELL).shown.fault is None


STOPPING = [fault for fault in Fault if not fault.remedy.advice]


@pytest.mark.parametrize("fault", STOPPING, ids=lambda fault: fault.name)
def test_every_fault_but_advice_takes_the_booth_out_of_service_and_back(fault: Fault) -> None:
    world = World().boot()
    world.tell(on.FaultRaised(fault))
    assert (world.phase(), world.shown.fault) == (Phase.OUT_OF_SERVICE, fault)
    world.tell(on.FaultCleared(fault))
    assert (world.phase(), world.shown.fault) == (Phase.IDLE, None)


def test_staff_get_the_booth_when_the_candidate_has_left() -> None:
    world = World().converse()
    world.tell(on.MaintenanceBegun())
    assert world.phase() is Phase.CONVERSING
    world.hold()
    world.wait_for(Phase.MAINTENANCE)
    world.press()
    assert world.phase() is Phase.MAINTENANCE
    world.tell(on.MaintenanceEnded())
    assert world.phase() is Phase.IDLE


# --- gestures ------------------------------------------------------------------------------------


def test_a_button_that_is_stuck_takes_the_booth_out_of_service_until_it_is_free() -> None:
    world = World(languages=("en", "de")).boot()
    world.tell(on.ButtonChanged(down=True))
    world.wait(31)
    assert Fault.BUTTON_STUCK in world.state.faults
    world.tell(on.ButtonChanged(down=False))
    world.wait_for(Phase.IDLE)
    assert Fault.BUTTON_STUCK not in world.state.faults


def test_a_press_in_the_farewell_makes_room_for_the_next() -> None:
    world = in_phase(Phase.FAREWELL)
    world.press()
    assert world.phase() is Phase.IDLE
