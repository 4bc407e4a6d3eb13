"""The booth hears itself: how it notices, and that it is not taken in by a candidate."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.core import effects as do
from kiosk.core import events as on
from kiosk.core import selftalk
from kiosk.core.faults import Fault
from kiosk.core.snapshot import Phase
from kiosk.core.turns import Turn
from tests.core.world import QUESTION, World

ECHO = "Thank you, what fell upon that day?"
"""What recognition may make of `QUESTION`."""
ANSWER = "We had a plan, and then the supplier dropped out."


def interrupted(world: World, number: int, heard: str | None) -> tuple[do.Effect, ...]:
    """One question of which a turn is heard over the voice; returns what its words ask for."""
    response, item = f"r-over-{number}", f"over-{number}"
    world.created(response)
    world.text(response, f"question-{number}", QUESTION)
    world.started(response)
    world.play(1)
    world.say("input_audio_buffer.speech_started", item_id=item)
    world.done(response, f"question-{number}", status="cancelled")
    world.say("output_audio_buffer.cleared", response_id=response)
    world.silence(0.5)
    world.say("input_audio_buffer.speech_stopped", item_id=item)
    world.say("input_audio_buffer.committed", item_id=item)
    effects: tuple[do.Effect, ...] = ()
    if heard is not None:
        effects = world.tell(on.CandidateTextFinished(item, heard))
    return effects


def all_heard(*heard: str | None) -> World:
    world = World().converse()
    for number, text in enumerate(heard):
        interrupted(world, number, text)
    return world


def test_the_second_echo_of_a_call_holds_the_microphone_back() -> None:
    world = World().converse()
    assert interrupted(world, 1, ECHO) == ()
    effects = interrupted(world, 2, "so what did YOU do")
    remedy = Fault.ECHO.remedy
    assert effects == (do.Note(f"{remedy.what} {remedy.do}", "SND2"), do.HoldBack())
    assert world.shown.advice == (Fault.ECHO,)
    assert world.phase() is Phase.CONVERSING


@pytest.mark.parametrize(
    ("heard", "held"),
    [
        ((ECHO, ECHO), True),
        ((ECHO, "", ""), True),
        (("", "…", "", " "), True),
        ((ECHO,), False),
        ((ECHO, ""), False),
        (("", "", ""), False),
        ((ECHO, None, None), False),
        ((ECHO, ANSWER, ANSWER), False),
        ((ECHO, f"What did you do? {ANSWER}"), False),
        ((ECHO, "did you", "day"), True),
        (("yes", "thank you so", "yes yes yes", "did you"), False),
    ],
)
def test_only_the_booths_own_words_or_repeated_noise_prove_an_echo(
    heard: tuple[str | None, ...], held: bool
) -> None:
    world = all_heard(*heard)
    assert world.count(do.HoldBack) == held
    assert (Fault.ECHO in world.shown.advice) is held


def test_the_same_words_in_a_pause_are_an_answer() -> None:
    world = World().converse()
    for number in range(4):
        world.answer(f"r{number + 2}", f"question-{number}", QUESTION)
        world.silence(1)
        world.speak(f"over-{number}", ECHO)
    assert world.count(do.HoldBack) == 0


def test_a_booth_that_is_held_back_is_not_asked_again() -> None:
    assert all_heard(*[ECHO] * 6).count(do.HoldBack) == 1


def test_it_holds_for_the_next_candidate_until_it_is_found_to_be_over() -> None:
    world = all_heard(ECHO, ECHO)
    world.hold()
    world.wait_for(Phase.IDLE)
    assert world.shown.advice == (Fault.ECHO,)
    world.tell(on.FaultCleared(Fault.ECHO))
    world.press()
    world.answer("r1", "item_1", "Hello. I am an AI. What did you plan?")
    interrupted(world, 1, ECHO)
    assert world.count(do.HoldBack) == 1
    interrupted(world, 2, ECHO)
    assert world.count(do.HoldBack) == 2


def test_echoes_of_a_call_that_was_lost_do_not_count() -> None:
    world = all_heard(ECHO)
    world.tell(on.LineFailed(world.state.call, Fault.LINE_LOST))
    world.wait_for(Phase.CONVERSING)
    interrupted(world, 7, ECHO)
    assert world.count(do.HoldBack) == 0


def test_a_turn_without_an_id_is_judged_by_the_id_it_gets() -> None:
    world = World().converse()
    for number in (1, 2):
        response = f"r-{number}"
        world.created(response)
        world.text(response, f"question-{number}", QUESTION)
        world.started(response)
        world.play(1)
        world.tell(on.SpeechStarted(""), on.SpeechStopped(""), on.TurnCommitted(""))
        world.tell(on.CandidateTextFinished("", ECHO))
    assert world.count(do.HoldBack) == 1


def test_words_far_from_where_the_voice_stopped_are_no_echo() -> None:
    far = " ".join(f"word{number}" for number in range(100))
    over = Turn("i", "interviewer", text=f"what did you do then {far}", shown=600)
    turn = Turn("u", "candidate", told_s=1.0, text="what did you do", final=True, over="i")
    assert selftalk.count((over, turn), turn) == 0


@given(st.text(), st.text(), st.integers(0, 50), st.booleans(), st.sampled_from(["", "i", "gone"]))
def test_a_turn_is_judged_whatever_was_said(
    said: str, heard: str, shown: int, final: bool, over: str
) -> None:
    voice = Turn("i", "interviewer", text=said, shown=min(shown, len(said)))
    turn = Turn("u", "candidate", told_s=1.0, text=heard, final=final, over=over)
    counted = selftalk.count((voice, turn), turn)
    assert counted in (0, selftalk.HARDLY_A_WORD, selftalk.REPEATED)
    if not final or over != "i":
        assert counted == 0
    elif not selftalk.words(heard):
        assert counted == selftalk.HARDLY_A_WORD


@given(st.lists(st.from_regex(r"[a-zäß]{1,9}|[一-十]", fullmatch=True), min_size=3, max_size=9))
def test_what_was_just_said_is_an_echo_however_it_is_written(spoken: list[str]) -> None:
    voice = Turn("i", "interviewer", text=" ".join(spoken))
    again = f"«{', '.join(spoken).upper()}!»"
    turn = Turn("u", "candidate", told_s=1.0, text=again, final=True, over="i")
    assert selftalk.count((voice, turn), turn) == selftalk.REPEATED
    assert not selftalk.is_heard((voice, turn))
