"""Every screen at every size and language: inside the screen, nothing over anything else."""

from itertools import combinations

import pytest

from kiosk.core.faults import Fault
from kiosk.core.phases import CALL_PHASES
from kiosk.core.snapshot import Mood, Phase, Ring, Snapshot
from kiosk.core.state import Held
from kiosk.core.table import TABLE
from kiosk.interview.words import LANGUAGES, Facts
from kiosk.screen.draws import Box, Face, Panel, Text
from kiosk.screen.draws import Ring as RingDraw
from kiosk.screen.gallery import SIZES
from kiosk.screen.gallery_states import NOW_S, states
from kiosk.screen.gallery_texts import LINES
from kiosk.screen.layout import SCENES, lay_out, look
from kiosk.screen.stage import Stage
from kiosk.screen.text import Typesetter
from tests.screen.laid_out import FACTS, assert_fits, stage, texts, told

STATES = states()
QUESTION, ANSWER = LINES["en"].question, LINES["en"].answer
LONG_QUESTION, LONG_ANSWER = LINES["en"].long_question, LINES["en"].long_answer


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", STATES)
def test_nothing_is_cut_and_nothing_overlaps(
    name: str, language: str, size: tuple[int, int], typesetter: Typesetter
) -> None:
    facts = Facts(minutes=12, questions=10, service="Microsoft Azure", recorded=True, key="space")
    shown = Stage(size, "Booth 7", facts, typesetter.measure)
    snapshot = states(language)[name]
    assert_fits(lay_out(snapshot, shown, NOW_S, 0.7), size)


@pytest.mark.parametrize("fault", Fault, ids=lambda fault: fault.name)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_fault_fits_with_sorry_first_and_the_code(
    fault: Fault, language: str, typesetter: Typesetter
) -> None:
    shown = Stage((800, 480), "Booth 7", FACTS, typesetter.measure)
    snapshot = Snapshot(Phase.OUT_OF_SERVICE, fault=fault, language=language)
    draws = lay_out(snapshot, shown, NOW_S)
    words = LANGUAGES[language]
    apology = words.apologies[fault.remedy.apology].replace(" ", "")
    assert told(draws).replace(" ", "").startswith(apology)
    assert fault.remedy.code in texts(draws)
    assert fault.remedy.do in told(draws)
    assert isinstance(draws[1], Face)
    assert draws[1].look == "sorry"
    boxes = [d.box for d in draws if isinstance(d, Text)]
    assert all(Box(0, 0, 800, 480).holds(box) for box in boxes)
    assert not any(a.overlaps(b) for a, b in combinations(boxes, 2))


def test_every_phase_has_a_screen() -> None:
    assert set(SCENES) == set(Phase)
    assert {state.phase for state in STATES.values()} == set(Phase)


@pytest.mark.parametrize("mood", Mood)
def test_the_face_follows_the_mood(mood: Mood) -> None:
    assert look(Snapshot(Phase.CONVERSING, mood=mood)) == mood.value
    assert look(Snapshot(Phase.WRAPPING_UP, mood=mood)) == mood.value


def test_the_face_thinks_while_the_booth_is_calling() -> None:
    assert look(Snapshot(Phase.CONNECTING, mood=Mood.THINKING)) == "thinking"


def test_idle_tells_what_is_true() -> None:
    honest = told(lay_out(Snapshot(Phase.IDLE), stage(facts=Facts(7, 4)), NOW_S))
    for promise in ("About 7 minutes · 4 questions", "AI", "OpenAI", "keeps nothing", "Booth 7"):
        assert promise in honest
    assert "Press the button to start" in honest
    local = told(lay_out(Snapshot(Phase.IDLE), stage(facts=Facts(1, 1, service="")), NOW_S))
    assert "About one minute · one question" in local
    assert "does not leave this computer" in local
    demo = Facts(7, 4, recorded=True, key="space")
    recorded = told(lay_out(Snapshot(Phase.IDLE), stage(facts=demo), NOW_S))
    assert "Press the space bar to start" in recorded
    assert "records picture and sound" in recorded
    assert "keeps nothing" not in recorded


def test_idle_shows_staff_the_codes_of_what_to_mend_and_nothing_else() -> None:
    plain = texts(lay_out(Snapshot(Phase.IDLE), stage(), NOW_S))
    advised = Snapshot(Phase.IDLE, advice=(Fault.MIC_QUIET, Fault.ECHO))
    assert texts(lay_out(advised, stage(), NOW_S)) == [*plain, "MIC5 · SND2"]


@pytest.mark.parametrize("kind", ["hold", "silence", "choice", "consent"])
def test_rings_fill_with_time(kind: str) -> None:
    phases = {"choice": Phase.CHOOSING, "consent": Phase.CONSENTING}
    snapshot = Snapshot(
        phases.get(kind, Phase.CONVERSING),
        mood=Mood.LISTENING,
        microphone_open=True,
        language="en",
        choices=("en", "de"),
        choice="en",
        ring=Ring(kind, 100.0, 110.0),  # type: ignore[arg-type]
    )
    shares = []
    for now_s in (100.0, 105.0, 110.0, 120.0):
        rings = [d for d in lay_out(snapshot, stage(), now_s) if isinstance(d, RingDraw)]
        assert len(rings) == 1
        shares.append(rings[0].share)
    assert shares == [0.0, 0.5, 1.0, 1.0]
    before = lay_out(snapshot, stage(), 99.0)
    assert not any(isinstance(d, RingDraw) for d in before)
    assert "still there" not in told(before)
    assert "Keep holding" not in told(before)


def test_an_early_end_is_explained() -> None:
    draws = lay_out(Snapshot(Phase.FAREWELL, fault=Fault.LINE_LOST), stage(), NOW_S)
    assert "Thank you" in told(draws)
    assert LANGUAGES["en"].apologies["line"] in told(draws)


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("fault", Fault, ids=lambda fault: fault.name)
def test_staff_find_the_code_of_an_interview_that_ended_early(
    fault: Fault, size: tuple[int, int], typesetter: Typesetter
) -> None:
    shown = Stage(size, "Booth 7", FACTS, typesetter.measure)
    draws = lay_out(Snapshot(Phase.FAREWELL, fault=fault, language="de"), shown, NOW_S)
    assert fault.remedy.code in texts(draws)
    assert_fits(draws, size)
    assert not any(isinstance(d, Panel) for d in lay_out(Snapshot(Phase.FAREWELL), shown, NOW_S))


@pytest.mark.parametrize("phase", [p for p in TABLE if Held in TABLE[p] and p in CALL_PHASES])
def test_who_may_stop_by_holding_is_told_so(phase: Phase) -> None:
    assert "Hold to stop" in told(lay_out(Snapshot(phase), stage(), NOW_S))


def test_equal_moments_give_equal_draws() -> None:
    one, other = (lay_out(STATES["listening"], stage(), NOW_S, 0.5) for _ in range(2))
    assert one == other
