import pytest

from kiosk.core import effects as do
from kiosk.core import events as on
from kiosk.core.captions import NOTICE_S, reading_s
from kiosk.core.faults import Fault
from kiosk.core.rules import Rules
from kiosk.core.snapshot import Phase
from kiosk.core.state import Deadline
from kiosk.core.table import TABLE
from tests.core.world import PLAN, World, asked, in_phase

RULES = Rules()


# --- connecting ----------------------------------------------------------------------------------


def test_a_line_that_does_not_open_ends_in_an_apology() -> None:
    world = in_phase(Phase.CONNECTING)
    world.wait(RULES.connect_s - 1)
    assert world.phase() is Phase.CONNECTING
    world.wait(1)
    assert world.phase() is Phase.FAREWELL
    assert world.shown.fault is Fault.UNREACHABLE
    assert isinstance(world.effects[-3], do.CloseLine)
    assert isinstance(world.effects[-2], do.CloseSound)


def test_the_greeting_must_begin() -> None:
    world = World().call()
    assert world.asked == [PLAN.greeting]
    world.wait(RULES.greeting_s - 1)
    assert world.phase() is Phase.CONVERSING
    world.wait(1)
    assert world.phase() is Phase.FAREWELL
    assert world.shown.fault is Fault.NO_GREETING


def test_text_without_sound_is_no_greeting() -> None:
    world = World().call()
    world.created("r1")
    world.text("r1", "item_1", "Hello.")
    world.started("r1")
    world.done("r1", "item_1")
    world.silence(RULES.greeting_s)
    assert world.phase() is Phase.FAREWELL


def test_a_greeting_that_is_heard_has_begun() -> None:
    world = World().call()
    world.created("r1")
    world.play(0.1)
    world.wait(RULES.greeting_s)
    assert world.phase() is Phase.CONVERSING


# --- nobody answers ------------------------------------------------------------------------------


def prompted() -> World:
    """A call in which nobody answered and the gentle word was said."""
    world = World().converse()
    world.wait(RULES.silence_prompt_s)
    world.answer("r2", "item_2", "Take your time.")
    return world


def ringing() -> World:
    """A call whose silence ring is filling."""
    world = prompted()
    world.wait(RULES.silence_goodbye_s)
    return world


def test_silence_is_prompted_gently() -> None:
    world = World().converse()
    world.wait(RULES.silence_prompt_s - 1)
    assert world.asked == [PLAN.greeting]
    world.wait(1)
    assert world.asked == [PLAN.greeting, PLAN.silence_prompt]


def test_silence_after_the_prompt_starts_a_ring() -> None:
    world = prompted()
    world.wait(RULES.silence_goodbye_s - 1)
    assert world.shown.ring is None
    world.wait(1)
    ring = world.shown.ring
    assert ring is not None
    assert (ring.kind, ring.ends_s - ring.began_s) == ("silence", RULES.silence_ring_s)


def test_a_full_ring_says_goodbye() -> None:
    world = ringing()
    world.wait(RULES.silence_ring_s)
    assert world.phase() is Phase.WRAPPING_UP
    assert world.asked[-1] == PLAN.closings["silence"]


def test_a_press_stops_the_ring_and_everything_starts_over() -> None:
    world = ringing()
    world.wait(RULES.silence_ring_s - 1)
    world.press()
    assert world.shown.ring is None
    world.wait(RULES.silence_prompt_s - 1)
    assert world.phase() is Phase.CONVERSING
    world.wait(1)
    assert world.asked[-1] == PLAN.silence_prompt


def test_speech_stops_the_ring() -> None:
    world = ringing()
    world.say("input_audio_buffer.speech_started", item_id="item_3")
    assert world.shown.ring is None
    world.wait(60)
    assert world.phase() is Phase.CONVERSING


def test_a_service_that_speaks_by_itself_stops_the_ring_too() -> None:
    world = ringing()
    world.say("input_audio_buffer.timeout_triggered", item_id="item_3")
    assert world.shown.ring is None


def test_a_walk_away_ends_in_an_empty_booth_within_the_configured_time() -> None:
    world = World().converse()
    world.wait(RULES.silence_prompt_s)
    world.answer("r2", "item_2", "Take your time.")
    world.wait(RULES.silence_goodbye_s + RULES.silence_ring_s)
    world.answer("r3", "item_3", "Goodbye.")
    world.wait_for(Phase.FAREWELL, within_s=reading_s("Goodbye."))
    assert world.wait_for(Phase.IDLE) == RULES.farewell_s
    assert world.count(do.Wipe) == 1


# --- time is up ----------------------------------------------------------------------------------


def test_the_limit_asks_for_one_last_question_and_does_not_cut_in() -> None:
    world = World().converse()
    assert world.shown.ends_s is not None
    limit_s = world.shown.ends_s - RULES.wrap_up_s
    world.chat(limit_s - world.now - 1)
    assert do.AddItem("system", PLAN.last_question) not in world.said
    world.chat(2)
    assert world.said[-1] == do.AddItem("system", PLAN.last_question)
    assert world.phase() is Phase.CONVERSING


def test_after_the_last_question_comes_the_goodbye_and_after_it_the_end() -> None:
    world = World().converse()
    ends_s = world.shown.ends_s
    assert ends_s is not None
    world.chat(ends_s - world.now + 0.1)
    assert world.phase() is Phase.WRAPPING_UP
    assert world.asked[-1] == PLAN.closings["time"]
    world.answer("r900", "item_900", "Thank you, goodbye.")
    world.wait_for(Phase.FAREWELL, within_s=NOTICE_S)
    assert world.shown.fault is None


def test_a_goodbye_that_never_ends_is_ended() -> None:
    world = in_phase(Phase.WRAPPING_UP)
    world.created("r3")
    began = world.now
    while world.phase() is Phase.WRAPPING_UP and world.now < began + 60:
        world.play(1)
    assert world.now - began <= RULES.hard_end_s + 1
    assert world.phase() is Phase.FAREWELL


def test_a_goodbye_that_never_begins_is_ended() -> None:
    world = in_phase(Phase.WRAPPING_UP)
    assert world.wait_for(Phase.FAREWELL) <= RULES.answer_s


def test_the_goodbye_is_heard_to_its_end() -> None:
    world = in_phase(Phase.WRAPPING_UP)
    world.created("r3")
    world.text("r3", "item_9", "Thank you, goodbye.")
    world.started("r3")
    world.done("r3", "item_9")
    world.silence(1)
    assert world.phase() is Phase.WRAPPING_UP
    world.play(2)
    world.stopped("r3")
    assert world.phase() is Phase.WRAPPING_UP
    world.report()
    world.wait_for(Phase.FAREWELL, within_s=NOTICE_S)


def goodbye(text: str, seconds: float) -> World:
    """A booth whose last words were heard just now."""
    world = in_phase(Phase.WRAPPING_UP)
    world.answer("r3", "item_9", text, seconds=seconds)
    return world


def test_the_last_words_stand_until_they_can_be_read() -> None:
    world = goodbye("You will hear from us. Goodbye!", 3.0)
    world.wait(NOTICE_S - 0.1)
    assert world.caption.text[: world.caption.shown].endswith("Goodbye!")
    assert world.phase() is Phase.WRAPPING_UP
    world.wait(0.2)
    assert world.phase() is Phase.FAREWELL


def test_last_words_that_are_said_fast_stand_as_long_as_they_take_to_read() -> None:
    text = "You will hear from us within two weeks. Thank you for all you told us, goodbye!"
    world = goodbye(text, 3.0)
    took_s = world.wait_for(Phase.FAREWELL)
    assert took_s == pytest.approx(reading_s(text) - 3.0, abs=0.1)
    assert took_s > NOTICE_S


def test_a_press_ends_the_reading_and_not_the_words() -> None:
    world = in_phase(Phase.WRAPPING_UP)
    world.created("r3")
    world.text("r3", "item_9", "Thank you, goodbye.")
    world.started("r3")
    world.play(1)
    world.press()
    assert world.phase() is Phase.WRAPPING_UP
    world.done("r3", "item_9")
    world.stopped("r3")
    world.report()
    world.press()
    assert world.phase() is Phase.FAREWELL


def test_last_words_that_go_on_are_heard_before_they_are_read() -> None:
    world = goodbye("Thank you.", 2.0)
    world.answer("r4", "item_10", "Goodbye!", seconds=NOTICE_S + 1)
    assert world.phase() is Phase.WRAPPING_UP
    world.wait_for(Phase.FAREWELL, within_s=NOTICE_S)


def test_a_noise_after_the_last_words_keeps_nobody() -> None:
    world = goodbye("Thank you, goodbye.", 2.0)
    world.say("input_audio_buffer.speech_started", item_id="item_10")
    world.wait_for(Phase.FAREWELL, within_s=NOTICE_S)


# --- the end -------------------------------------------------------------------------------------


def test_the_farewell_is_shown_for_its_time_then_everything_is_wiped() -> None:
    world = in_phase(Phase.FAREWELL)
    world.wait(RULES.farewell_s - 0.2)
    assert world.phase() is Phase.FAREWELL
    world.wait(0.2)
    assert world.phase() is Phase.IDLE


def test_a_booth_that_cannot_forget_ends_its_process() -> None:
    world = in_phase(Phase.WIPING)
    world.wait(RULES.wiping_s)
    assert world.effects[-1] == do.Stop(restart=True)


def test_nobody_is_heard_before_the_greeting_has_begun() -> None:
    world = World().call()
    world.wait(RULES.greeting_s / 2)
    assert not world.shown.microphone_open
    world.created("r1")
    world.play(RULES.protect_s / 2)
    assert world.count(do.HearCandidate) == 0
    world.play(RULES.protect_s)
    assert world.count(do.HearCandidate) == 1
    assert world.shown.microphone_open


def test_a_new_call_hears_the_candidate_at_once() -> None:
    world = asked()
    heard = world.count(do.HearCandidate)
    world.tell(on.LineFailed(world.state.call, Fault.LINE_LOST))
    world.wait_for(Phase.CONVERSING)
    assert world.count(do.HearCandidate) == heard + 1
    assert world.shown.microphone_open


def test_every_deadline_of_the_table_comes_about() -> None:
    """Walks through what the tests above drive, and collects each deadline that was set."""
    seen: set[Deadline] = set()
    worlds = [in_phase(phase) for phase in Phase]
    worlds += [ringing(), World().call(), asked(), World(languages=("en", "de")).boot()]
    sound = World().converse()
    sound.tell(on.FaultRaised(Fault.MIC_MISSING))
    greeting = World().call()
    greeting.created("r1")
    greeting.play(0.1)
    silent = World().converse()
    silent.wait(RULES.silence_prompt_s)
    speaking = asked()
    speaking.created("r2")
    speaking.play(0.2)
    hushed = asked()
    hushed.created("r2")
    hushed.say("input_audio_buffer.speech_started", item_id="item_5")
    unheard = asked()
    unheard.created("r2")
    unheard.started("r2")
    unheard.done("r2")
    putting_back = World().converse()
    putting_back.put_back = None
    putting_back.tell(on.LineFailed(1, Fault.LINE_LOST))
    putting_back.wait(1)
    standing_in = World(standin=True).converse()
    standing_in.line = "silent"
    standing_in.tell(on.LineWatched(1, "dark", standing_in.now))
    for world in [
        *worlds,
        putting_back,
        standing_in,
        goodbye("Bye.", 1.0),
        prompted(),
        sound,
        greeting,
        silent,
        speaking,
        hushed,
        unheard,
    ]:
        seen |= set(world.state.deadlines)
    in_table = {row for phase in Phase for row in TABLE[phase] if isinstance(row, Deadline)}
    assert in_table == set(Deadline)
    assert seen == in_table
