"""From the invitation to the yes: no call before it, and every way back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.core import effects as do
from kiosk.core import events as on
from kiosk.core.faults import Fault
from kiosk.core.machine import next_deadline
from kiosk.core.rules import Rules
from kiosk.core.snapshot import Phase
from tests.core.world import World, in_phase

RULES = Rules()
TOLD = ("en", "any", "de", "tlh", "fr")
"""Two of them are without words of their own."""


def several(*languages: str) -> World:
    return World(languages=languages or ("en", "de", "fr")).boot()


def languages_called(world: World) -> list[str]:
    return [effect.language for effect in world.effects if isinstance(effect, do.OpenLine)]


def press_until(world: World, choice: str) -> None:
    while world.shown.choice != choice:
        world.press()


# --- the invitation ------------------------------------------------------------------------------


def test_an_idle_booth_invites_in_each_language_in_turn() -> None:
    world = several()
    seen = []
    for _ in range(4):
        seen.append(world.shown.language)
        world.wait(RULES.invite_s)
    assert seen == ["en", "de", "fr", "en"]
    assert world.phase() is Phase.IDLE


def test_only_languages_with_words_of_their_own_invite() -> None:
    world = several(*TOLD)
    seen = []
    for _ in range(4):
        seen.append((world.shown.language, world.shown.choice))
        world.wait(RULES.invite_s)
    assert seen == [("en", "en"), ("de", "de"), ("fr", "fr"), ("en", "en")]


@pytest.mark.parametrize("languages", [("de",), ("de", "any"), ("any", "de"), ("any",), ("tlh",)])
def test_a_booth_with_words_in_one_language_has_nothing_to_do_while_it_waits(
    languages: tuple[str, ...],
) -> None:
    world = several(*languages)
    assert next_deadline(world.state) is None
    assert world.shown.language == ("de" if "de" in languages else "en")


def test_a_press_begins_with_the_language_on_the_screen() -> None:
    world = several()
    world.wait(RULES.invite_s)
    world.press()
    assert (world.phase(), world.shown.choice) == (Phase.CHOOSING, "de")
    world.press()
    world.press()
    assert world.shown.choice == "en"


def test_the_next_candidate_is_invited_in_the_first_language() -> None:
    world = several()
    world.wait(RULES.invite_s)
    world.press()
    world.wait_for(Phase.CONSENTING)
    world.wait(1)
    world.press()
    world.hold()
    assert (world.phase(), world.shown.language) == (Phase.FAREWELL, "de")
    world.wipes = False
    world.press()
    assert (world.phase(), world.shown.language) == (Phase.WIPING, "de")
    world.tell(on.Wiped())
    assert (world.phase(), world.shown.language) == (Phase.IDLE, "en")


# --- the choice ----------------------------------------------------------------------------------


def test_doing_nothing_takes_the_language_that_is_shown() -> None:
    world = in_phase(Phase.CHOOSING)
    world.press()
    assert world.shown.language == "de"
    assert world.shown.ring is not None
    world.wait(world.shown.ring.ends_s - world.now - 0.01)
    assert world.phase() is Phase.CHOOSING
    world.wait(0.02)
    assert (world.phase(), world.shown.language) == (Phase.CONSENTING, "de")
    assert languages_called(world) == []


def test_a_hold_while_choosing_goes_back_and_forgets_the_choice() -> None:
    world = in_phase(Phase.CHOOSING)
    world.press()
    world.hold()
    assert world.phase() is Phase.IDLE
    assert world.shown.language == "en"
    assert world.count(do.OpenSound) == 0


@pytest.mark.parametrize(("choice", "words"), [("any", "en"), ("tlh", "en"), ("fr", "fr")])
def test_the_chosen_language_is_called_and_shown_in_its_words_or_the_booths_own(
    choice: str, words: str
) -> None:
    world = several(*TOLD)
    world.press()
    press_until(world, choice)
    assert world.shown.language == words
    world.wait_for(Phase.CONSENTING)
    world.wait(1)
    world.press()
    assert world.phase() is Phase.CONVERSING
    assert world.shown.language == words
    assert languages_called(world) == [choice]


# --- the yes -------------------------------------------------------------------------------------


def test_a_press_is_a_yes() -> None:
    world = in_phase(Phase.CONSENTING)
    world.wait(1)
    assert world.count(do.OpenSound) == 0
    world.press()
    assert world.phase() is Phase.CONVERSING
    assert world.count(do.OpenSound) == 1


def test_the_call_is_made_ready_while_the_candidate_considers_and_again_for_the_next() -> None:
    world = several()
    world.wait(RULES.invite_s)
    world.press()
    world.wait_for(Phase.CONSENTING)
    world.wait_for(Phase.IDLE)
    ready = [effect.language for effect in world.effects if isinstance(effect, do.PrepareLine)]
    assert ready == ["en", "de", "en"]


def test_a_hold_is_a_no_from_its_beginning() -> None:
    world = in_phase(Phase.CONSENTING)
    world.wait(1)
    world.hold()
    assert world.phase() is Phase.IDLE
    assert world.count(do.OpenSound) == world.count(do.OpenLine) == 0


def test_silence_is_no_consent() -> None:
    world = in_phase(Phase.CONSENTING)
    ring = world.shown.ring
    assert ring is not None
    assert (ring.kind, ring.ends_s - ring.began_s) == ("consent", RULES.consent_s)
    world.wait(ring.ends_s - world.now - 0.01)
    assert world.phase() is Phase.CONSENTING
    world.wait(0.02)
    assert world.phase() is Phase.IDLE
    assert world.count(do.OpenSound) == 0


def test_a_press_that_came_too_soon_to_be_an_answer_is_none() -> None:
    world = in_phase(Phase.CONSENTING)
    world.wait(RULES.consent_shown_s - 0.3)
    world.tell(on.ButtonChanged(down=True))
    world.wait(0.5)
    world.tell(on.ButtonChanged(down=False))
    assert world.phase() is Phase.CONSENTING
    world.wait(0.1)
    world.press()
    assert world.phase() is Phase.CONVERSING


def test_a_press_that_was_begun_for_another_screen_is_no_answer() -> None:
    world = World(languages=("en", "de"), rules=Rules(hold_s=10.0)).boot()
    world.press()
    world.tell(on.ButtonChanged(down=True))
    world.wait_for(Phase.CONSENTING)
    world.wait(1)
    world.tell(on.ButtonChanged(down=False))
    assert world.phase() is Phase.CONSENTING
    assert world.count(do.OpenSound) == 0


@pytest.mark.parametrize("languages", [("en",), ("any",)])
def test_one_language_is_a_yes_by_itself_unless_the_booth_is_to_ask(
    languages: tuple[str, ...],
) -> None:
    world = several(*languages)
    world.press()
    assert world.phase() is Phase.CONVERSING
    asking = World(languages=languages, rules=Rules(consent=True)).boot()
    asking.press()
    assert asking.phase() is Phase.CONSENTING
    assert asking.count(do.OpenSound) == 0
    asking.wait(1)
    asking.press()
    assert asking.phase() is Phase.CONVERSING


Move = tuple[bool, float]
"""The level of the button, and how long it stays."""


@given(st.lists(st.tuples(st.booleans(), st.sampled_from([0.1, 0.4, 1.0, 2.0, 7.0, 31.0]))))
def test_the_microphone_is_never_opened_without_a_short_press_on_the_question(
    moves: list[Move],
) -> None:
    world = several("en", "de")
    shown_s = pressed_s = None
    for down, pause_s in moves:
        before, changed = world.phase(), down != world.state.press.down
        if changed and down:
            pressed_s = world.now if before is Phase.CONSENTING else None
        world.tell(on.ButtonChanged(down=down))
        if world.count(do.OpenSound):
            assert before is Phase.CONSENTING
            assert changed
            assert not down
            assert pressed_s is not None
            assert shown_s is not None
            assert shown_s + RULES.consent_shown_s <= pressed_s
            assert world.now - pressed_s < RULES.hold_s
            return
        until = world.now + pause_s
        while world.now < until:
            was = world.phase()
            world.wait(min(0.05, until - world.now))
            if world.phase() is Phase.CONSENTING is not was:
                ring = world.state.deadlines.values()
                shown_s = min(ring) - RULES.consent_s
        assert world.count(do.OpenSound) == 0


# --- what comes between --------------------------------------------------------------------------

ASKING = [Phase.CHOOSING, Phase.CONSENTING]


@pytest.mark.parametrize("phase", ASKING)
def test_a_fault_puts_the_booth_out_of_service_and_forgets_the_choice(phase: Phase) -> None:
    world = in_phase(phase)
    if phase is Phase.CHOOSING:
        world.press()
    world.tell(on.FaultRaised(Fault.MIC_MISSING))
    assert (world.phase(), world.shown.language) == (Phase.OUT_OF_SERVICE, "en")
    world.tell(on.FaultCleared(Fault.MIC_MISSING))
    assert (world.phase(), world.shown.language) == (Phase.IDLE, "en")
    assert world.count(do.OpenSound) == 0


@pytest.mark.parametrize("phase", ASKING)
def test_staff_get_the_booth_as_soon_as_nobody_is_being_asked(phase: Phase) -> None:
    world = in_phase(phase)
    world.tell(on.MaintenanceBegun())
    assert world.phase() is phase
    world.wait(1)
    world.hold()
    assert (world.phase(), world.shown.language) == (Phase.MAINTENANCE, "en")
    world.tell(on.MaintenanceEnded())
    assert world.phase() is Phase.IDLE


@pytest.mark.parametrize("phase", ASKING)
def test_staff_wait_for_a_candidate_who_goes_on(phase: Phase) -> None:
    world = in_phase(phase)
    world.tell(on.MaintenanceBegun())
    if phase is Phase.CHOOSING:
        world.wait_for(Phase.CONSENTING)
    world.wait(1)
    world.press()
    assert world.phase() is Phase.CONVERSING
    world.hold()
    world.wait_for(Phase.MAINTENANCE)


@pytest.mark.parametrize("phase", ASKING)
def test_a_stop_is_taken_at_once(phase: Phase) -> None:
    world = in_phase(phase)
    world.tell(on.StopAsked())
    assert world.phase() is Phase.STOPPING
    world.wait(RULES.goodbye_s)
    assert isinstance(world.effects[-1], do.Stop)
