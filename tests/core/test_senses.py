"""Microphone and loudspeaker go away in an interview, and come back."""

import pytest

from kiosk.core import effects as do
from kiosk.core import events as on
from kiosk.core.faults import Fault
from kiosk.core.rules import Rules
from kiosk.core.snapshot import Mood, Phase
from kiosk.core.state import Deadline
from tests.core.world import PLAN, QUESTION, World, asked, in_phase, speaking

RULES = Rules()
DEAF = [Fault.MIC_MISSING, Fault.MIC_SILENT]
MUTE = [Fault.SPEAKER_MISSING, Fault.ENGINE_DEAD]


def lose(world: World, *faults: Fault) -> None:
    world.tell(*(on.FaultRaised(fault) for fault in faults))


def find(world: World, *faults: Fault) -> None:
    world.tell(*(on.FaultCleared(fault) for fault in faults))


# --- the microphone ------------------------------------------------------------------------------


@pytest.mark.parametrize("fault", DEAF)
def test_a_deaf_booth_says_so_at_once_and_does_not_look_listening(fault: Fault) -> None:
    world = World().converse()
    world.silence(3)
    world.say("input_audio_buffer.speech_started", item_id="item_2")
    assert world.shown.microphone_open
    lose(world, fault)
    assert world.shown.deaf is fault
    assert not world.shown.microphone_open
    assert not world.shown.candidate_speaking
    assert world.mood() is not Mood.LISTENING


@pytest.mark.parametrize("speaks", [True, False])
def test_a_microphone_that_is_back_lets_the_candidate_go_on(speaks: bool) -> None:
    world = World().converse()
    world.silence(3)
    if speaks:
        world.say("input_audio_buffer.speech_started", item_id="item_2")
    lose(world, Fault.MIC_MISSING)
    world.wait(RULES.sound_s - 1)
    assert world.asked == [PLAN.greeting]
    find(world, Fault.MIC_MISSING)
    assert world.asked == [PLAN.greeting, PLAN.after_deaf]
    assert world.shown.deaf is None
    assert world.shown.microphone_open


def test_half_a_turn_is_not_answered() -> None:
    world = World().converse()
    world.say("input_audio_buffer.speech_started", item_id="item_2")
    lose(world, Fault.MIC_MISSING)
    world.wait(0.5)
    world.say("input_audio_buffer.speech_stopped", item_id="item_2")
    world.say("input_audio_buffer.committed", item_id="item_2")
    effects = world.say("response.created", response={"id": "r2"})
    assert do.Say(do.CancelResponse()) in effects
    assert effects[-1] == do.FlushVoice()
    world.text("r2", "item_3", "Thank you. The next question is")
    world.done("r2", "item_3", status="cancelled", tools=(("c1", "next_question", {"number": 2}),))
    find(world, Fault.MIC_MISSING)
    assert world.asked[-1] == PLAN.after_deaf
    assert world.state.question == 0
    effects = world.say("response.created", response={"id": "r3"})
    assert do.PassVoice() in effects


def test_a_microphone_that_only_blinked_is_passed_over() -> None:
    world = World().converse()
    lose(world, Fault.MIC_MISSING)
    world.wait(RULES.blip_s / 2)
    find(world, Fault.MIC_MISSING)
    assert world.asked == [PLAN.greeting]
    assert world.effects[-2] == do.PassVoice()
    world.wait(RULES.silence_prompt_s)
    assert world.asked[-1] == PLAN.silence_prompt


def test_what_the_interviewer_had_begun_is_said_to_its_end_without_a_microphone() -> None:
    world = speaking()
    flushed = world.count(do.FlushVoice)
    lose(world, Fault.MIC_MISSING)
    world.play(2)
    assert world.count(do.FlushVoice) == flushed
    assert world.mood() is Mood.SPEAKING
    world.done("r2", "item_3")
    world.play(1)
    world.stopped("r2")
    world.silence(1)
    assert world.turn("item_3").heard == QUESTION
    assert world.mood() is not Mood.LISTENING
    world.wait(1)
    find(world, Fault.MIC_MISSING)
    assert world.asked[-1] == PLAN.after_deaf


def test_a_microphone_that_is_back_before_the_candidates_turn_was_not_missed() -> None:
    world = speaking()
    lose(world, Fault.MIC_MISSING)
    world.play(2)
    find(world, Fault.MIC_MISSING)
    world.done("r2", "item_3")
    world.silence(1)
    assert PLAN.after_deaf not in world.asked


# --- the loudspeaker -----------------------------------------------------------------------------


@pytest.mark.parametrize("fault", MUTE)
def test_what_was_not_heard_is_said_again(fault: Fault) -> None:
    world = speaking()
    shown = world.turn("item_3").heard
    assert 0 < len(shown) < len(QUESTION)
    lose(world, fault)
    assert world.shown.deaf is fault
    assert {do.Say(do.CancelResponse()), do.Say(do.ClearVoice())} < set(world.effects)
    world.done("r2", "item_3", status="cancelled")
    world.play(4)
    assert world.turn("item_3").heard == shown
    world.wait(RULES.sound_s - 5)
    find(world, fault)
    assert world.said[-2] == do.AddItem("system", PLAN.heard_only + shown)
    assert world.asked[-1] == PLAN.after_mute


def test_nothing_is_said_that_nobody_could_hear() -> None:
    world = World().converse()
    lose(world, Fault.SPEAKER_MISSING)
    world.speak("item_2", "I planned a fair.")
    effects = world.say("response.created", response={"id": "r2"})
    assert do.Say(do.CancelResponse()) in effects
    world.done("r2", "item_3", status="cancelled", tools=(("c1", "end_interview", {}),))
    assert world.phase() is Phase.CONVERSING
    world.wait(RULES.silence_prompt_s)
    assert world.asked == [PLAN.greeting]
    find(world, Fault.SPEAKER_MISSING)
    assert world.said[-2] == do.AddItem("system", PLAN.heard_only + "-")
    assert world.asked == [PLAN.greeting, PLAN.after_mute]


def test_a_loudspeaker_that_nobody_missed_is_not_talked_about() -> None:
    world = World().converse()
    world.silence(3)
    lose(world, Fault.SPEAKER_MISSING)
    assert world.shown.microphone_open
    world.say("input_audio_buffer.speech_started", item_id="item_2")
    world.wait(5)
    find(world, Fault.SPEAKER_MISSING)
    assert world.asked == [PLAN.greeting]
    world.say("input_audio_buffer.committed", item_id="item_2")
    world.answer("r2", "item_3", "I see.")
    assert world.turn("item_3").heard == "I see."


def test_who_answers_over_a_dead_loudspeaker_is_answered_with_what_they_missed() -> None:
    world = speaking()
    lose(world, Fault.SPEAKER_MISSING)
    world.done("r2", "item_3", status="cancelled")
    world.say("input_audio_buffer.speech_started", item_id="item_4")
    find(world, Fault.SPEAKER_MISSING)
    assert isinstance(world.said[-1], do.AddItem)
    assert world.said[-1].text.startswith(PLAN.heard_only)
    assert PLAN.after_mute not in world.asked


def test_a_response_that_was_due_and_never_came_is_asked_for() -> None:
    world = asked()
    lose(world, Fault.ENGINE_DEAD)
    world.wait(RULES.answer_s)
    find(world, Fault.ENGINE_DEAD)
    assert world.asked[-1] == PLAN.after_mute


def test_a_greeting_waits_for_the_loudspeaker() -> None:
    world = World()
    world.line = "silent"
    world.call()
    lose(world, Fault.SPEAKER_MISSING)
    world.tell(on.LineOpened(1))
    world.wait(RULES.greeting_s + 1)
    assert world.phase() is Phase.CONVERSING
    assert world.asked == []
    find(world, Fault.SPEAKER_MISSING)
    assert world.asked == [PLAN.greeting]
    assert world.wait_for(Phase.FAREWELL) == RULES.greeting_s


def test_a_greeting_that_nobody_heard_is_said_anew() -> None:
    world = World().call()
    world.created("r1")
    lose(world, Fault.ENGINE_DEAD)
    world.done("r1", status="cancelled")
    world.wait(2)
    find(world, Fault.ENGINE_DEAD)
    assert world.asked == [PLAN.greeting, PLAN.greeting]


def test_a_goodbye_that_nobody_heard_is_said_again() -> None:
    world = in_phase(Phase.WRAPPING_UP)
    world.created("r3")
    world.text("r3", "item_9", "Thank you, goodbye.")
    world.started("r3")
    world.play(0.5)
    lose(world, Fault.SPEAKER_MISSING)
    world.done("r3", "item_9", status="cancelled")
    world.wait(10)
    assert world.phase() is Phase.WRAPPING_UP
    find(world, Fault.SPEAKER_MISSING)
    assert world.asked[-1] == PLAN.closings["finished"]
    world.answer("r4", "item_10", "Goodbye.")
    world.wait_for(Phase.FAREWELL)
    assert world.shown.fault is None


def test_a_goodbye_needs_no_microphone() -> None:
    world = in_phase(Phase.WRAPPING_UP)
    lose(world, Fault.MIC_MISSING)
    world.answer("r3", "item_9", "Goodbye.")
    world.wait_for(Phase.FAREWELL, within_s=RULES.sound_s - 1)
    assert world.shown.fault is None


def test_a_dead_engine_hears_nobody_either() -> None:
    world = World().converse()
    world.say("input_audio_buffer.speech_started", item_id="item_2")
    lose(world, Fault.ENGINE_DEAD)
    assert not world.shown.microphone_open
    world.wait(5)
    find(world, Fault.ENGINE_DEAD)
    assert world.asked[-1] == PLAN.after_deaf


# --- with other troubles -------------------------------------------------------------------------


def test_a_new_call_waits_for_the_sound_and_then_goes_on() -> None:
    world = speaking()
    lose(world, Fault.SPEAKER_MISSING)
    world.tell(on.LineFailed(1, Fault.LINE_LOST))
    world.wait(2)
    assert world.phase() is Phase.CONVERSING
    assert world.asked == [PLAN.greeting]
    find(world, Fault.SPEAKER_MISSING)
    assert world.asked == [PLAN.greeting, PLAN.resume]


def test_time_that_is_over_meanwhile_is_said_when_it_can_be_heard() -> None:
    world = World().converse()
    assert world.shown.ends_s is not None
    world.chat(world.shown.ends_s - world.now - 5)
    asked = len(world.asked)
    lose(world, Fault.ENGINE_DEAD)
    world.wait(10)
    assert world.phase() is Phase.WRAPPING_UP
    assert len(world.asked) == asked
    find(world, Fault.ENGINE_DEAD)
    assert world.asked[-1] == PLAN.closings["time"]


@pytest.mark.parametrize("fault", [*DEAF, *MUTE])
def test_after_the_wait_it_ends_with_an_apology_and_a_code(fault: Fault) -> None:
    world = speaking()
    world.answer("r2", "item_3", QUESTION)
    lose(world, fault)
    assert world.wait_for(Phase.FAREWELL) == RULES.sound_s
    assert world.shown.fault is fault
    world.wait_for(Phase.OUT_OF_SERVICE)


def test_a_loose_plug_keeps_nobody_for_ever() -> None:
    world = World().converse()
    began_s = world.now
    while world.phase() is not Phase.FAREWELL and world.now < began_s + 3600:
        lose(world, Fault.SPEAKER_MISSING, Fault.MIC_MISSING)
        world.wait(RULES.sound_s - 1)
        find(world, Fault.SPEAKER_MISSING, Fault.MIC_MISSING)
        world.wait(1)
    limit_s = RULES.limit_s + RULES.wrap_up_s + RULES.hard_end_s
    assert world.now - began_s <= limit_s + RULES.sound_s


def test_nobody_is_prompted_by_a_booth_that_cannot_hear_them() -> None:
    world = World().converse()
    world.wait(RULES.silence_prompt_s)
    world.answer("r2", "item_2", "Take your time.")
    world.wait(RULES.silence_goodbye_s)
    assert world.shown.ring is not None
    lose(world, Fault.MIC_MISSING)
    assert world.shown.ring is None
    world.wait(RULES.sound_s - 1)
    assert {d for d in world.state.deadlines if "SILENCE" in d.name} == set()
    assert Deadline.SOUND in world.state.deadlines
