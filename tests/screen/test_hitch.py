"""What holds an interview up: said at once, in the candidate's place, and nothing else moves."""

from dataclasses import replace

import pytest

from kiosk.core.faults import Fault
from kiosk.core.snapshot import CALL_PHASES, Phase, Ring, Snapshot
from kiosk.interview.words import LANGUAGES
from kiosk.screen.draws import Bars, Draw, Face, Icon, Panel, Text
from kiosk.screen.draws import Ring as RingDraw
from kiosk.screen.gallery_states import NOW_S, states
from kiosk.screen.gallery_texts import LINES
from kiosk.screen.hitch import LONG_S, SIGHTS, hitch
from kiosk.screen.layout import lay_out, look
from kiosk.screen.stage import Stage
from kiosk.screen.text import Typesetter
from kiosk.screen.theme import Theme
from tests.screen.laid_out import BOOTH, FACTS, seen, stage, texts, told

ENGLISH = LANGUAGES["en"]
EARS_AND_MOUTH = [f for f in Fault if f.remedy.apology in ("deaf", "mute") and not f.remedy.advice]
LOST = replace(states()["reconnecting-answered"], lost_s=NOW_S)


def face(draws: tuple[Draw, ...]) -> str:
    return next(draw.look for draw in draws if isinstance(draw, Face))


def waiting_rings(draws: tuple[Draw, ...]) -> list[RingDraw]:
    """The rings around the face."""
    place = next(draw.box for draw in draws if isinstance(draw, Face))
    return [d for d in draws if isinstance(d, RingDraw) and d.box.overlaps(place)]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["speaking-aside", "listening-long"])
@pytest.mark.parametrize("standin", [False, True])
def test_all_that_was_said_stays_where_it_was_while_the_line_is_away(
    name: str, language: str, typesetter: Typesetter, *, standin: bool
) -> None:
    shown = Stage((1280, 720), BOOTH, FACTS, typesetter.measure)
    talking = states(language)[name]
    away = replace(
        talking, phase=Phase.RECONNECTING, microphone_open=False, lost_s=NOW_S, standin=standin
    )
    before, after = (
        {
            (seen(draw), draw.box)
            for draw in lay_out(snapshot, shown, NOW_S)
            if isinstance(draw, Text)
            and draw.text.rstrip() in f"{talking.question_text} {talking.caption.text}"
        }
        for snapshot in (talking, away)
    )
    assert before == after != set()


def test_a_line_that_is_away_is_told_in_nobody_s_colour_and_never_as_listening() -> None:
    for now_s in (NOW_S, NOW_S + LONG_S, NOW_S + 100):
        draws = lay_out(LOST, stage(), now_s, heard=0.8)
        assert not any(isinstance(draw, Bars) for draw in draws)
        assert {draw.colour for draw in draws if isinstance(draw, Panel)} == {Theme().panel}
        assert "away" in [draw.name for draw in draws if isinstance(draw, Icon)]
        assert ENGLISH.hold_to_stop in texts(draws)
        assert face(draws) in ("thinking", "sorry")


def test_words_face_and_ring_change_once_when_the_line_stays_away() -> None:
    ringing = replace(LOST, ring=Ring("line", NOW_S, NOW_S + 120))
    soon, late = (lay_out(ringing, stage(), NOW_S + after) for after in (LONG_S - 0.1, LONG_S))
    assert ENGLISH.hitches["away"] in told(soon)
    assert (face(soon), waiting_rings(soon)) == ("thinking", [])
    assert ENGLISH.hitches["long"] in told(late)
    assert "hold the button" in told(late)
    assert face(late) == "sorry"
    (ring,) = waiting_rings(late)
    assert ring.colour != Theme().button
    unheard = replace(ringing, lost_s=None)
    assert (hitch(unheard, NOW_S), hitch(unheard, NOW_S + LONG_S)) == ("away", "long")
    held = replace(ringing, ring=Ring("hold", NOW_S + LONG_S, NOW_S + LONG_S + 2))
    assert ENGLISH.hitches["long"] in told(lay_out(held, stage(), NOW_S + LONG_S + 1))


def test_until_a_new_call_knows_what_was_said_the_candidate_is_asked_to_wait() -> None:
    back = replace(LOST, phase=Phase.CONVERSING, line="well")
    assert hitch(back, NOW_S + LONG_S + 1) == "away"
    assert hitch(replace(back, lost_s=None), NOW_S + LONG_S + 1) is None


@pytest.mark.parametrize("phase", sorted(CALL_PHASES, key=str))
@pytest.mark.parametrize("fault", EARS_AND_MOUTH, ids=lambda fault: fault.name)
def test_a_device_that_is_away_is_told_at_once_with_the_code_in_every_phase_of_a_call(
    fault: Fault, phase: Phase
) -> None:
    talking = replace(states()["listening"], phase=phase, deaf=fault, lost_s=NOW_S - 60)
    draws = lay_out(talking, stage(), NOW_S, heard=0.8)
    ears = fault.remedy.apology == "deaf"
    assert ENGLISH.hitches["deaf" if ears else "mute"] in told(draws)
    assert fault.remedy.code in texts(draws)
    assert face(draws) == "sorry"
    assert not any(isinstance(draw, Bars) for draw in draws)


def test_whom_the_voice_does_not_reach_reads_all_of_it(typesetter: Typesetter) -> None:
    shown = Stage((1280, 720), BOOTH, FACTS, typesetter.measure)
    asked = states()["mute"]
    assert asked.caption.shown < len(asked.caption.text)
    assert LINES["en"].question in told(lay_out(asked, shown, NOW_S))
    for talk in ("listening-long", "speaking-long"):
        long = replace(states()[talk], deaf=Fault.SPEAKER_MISSING)
        assert told(lay_out(long, shown, NOW_S)).count("Who was in the room") == 1
    hears = replace(asked, deaf=None)
    assert LINES["en"].question not in told(lay_out(hears, shown, NOW_S))


def test_the_interviewer_of_this_machine_is_announced_while_it_begins() -> None:
    begins = replace(states()["speaking"], standin=True, standin_new=True)
    goes_on = replace(begins, standin_new=False)
    announced, later = (told(lay_out(each, stage(), NOW_S)) for each in (begins, goes_on))
    assert ENGLISH.hitches["standin"] in announced
    assert ENGLISH.hitches["standin"] not in later
    assert ENGLISH.standin_here in later
    dialled = replace(LOST, standin=True, ring=Ring("line", NOW_S, NOW_S + 20))
    assert ENGLISH.hitches["standin"] in told(lay_out(dialled, stage(), NOW_S + 100))


@pytest.mark.parametrize("language", LANGUAGES)
def test_before_the_first_word_a_hitch_has_the_screen(language: str) -> None:
    alone = Snapshot(Phase.RECONNECTING, language=language, lost_s=NOW_S)
    draws = lay_out(alone, stage(), NOW_S)
    assert told(draws).startswith(LANGUAGES[language].hitches["away"])
    assert not any(isinstance(draw, Panel) for draw in draws)
    assert face(draws) == look(alone, NOW_S) == "thinking"


def test_every_hitch_has_words_and_a_sight_of_its_own() -> None:
    for say in LANGUAGES.values():
        assert say.hitches.keys() == say.hitches_more.keys() == SIGHTS.keys()
