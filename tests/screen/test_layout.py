"""Every screen at every size and language: inside the screen, nothing over anything else."""

import math
from dataclasses import replace
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.core.faults import Fault
from kiosk.core.phases import CALL_PHASES
from kiosk.core.snapshot import Caption, Mood, Phase, Ring, Snapshot
from kiosk.core.state import Held
from kiosk.core.table import TABLE
from kiosk.interview.words import LANGUAGES, Facts
from kiosk.screen.draws import Bars, Box, Button, Draw, Face, Icon, Line, Panel, Text, Type
from kiosk.screen.draws import Ring as RingDraw
from kiosk.screen.gallery import SIZES
from kiosk.screen.gallery_states import NOW_S, states
from kiosk.screen.gallery_texts import LINES
from kiosk.screen.layout import SCENES, lay_out, look
from kiosk.screen.stage import Stage
from kiosk.screen.text import Typesetter
from kiosk.screen.theme import Theme

FACTS = Facts(minutes=10, questions=5)
STATES = states()
QUESTION, ANSWER = LINES["en"].question, LINES["en"].answer
LONG_QUESTION, LONG_ANSWER = LINES["en"].long_question, LINES["en"].long_answer


def even(text: str, type_: Type, width_px: int, *, phrases: bool = False) -> tuple[Line, ...]:
    """A font whose letters are all half as wide as high; breaks between words."""
    letter = max(1, type_.size_px // 2)
    lines: list[Line] = []
    start = end = 0
    for word in text.split(" "):
        stop = (end + 1 if end > start else end) + len(word)
        if end > start and (stop - start) * letter > width_px:
            lines.append(Line(start, end, (end - start) * letter))
            start = end + 1
            stop = start + len(word)
        end = stop
    return (*lines, Line(start, end, (end - start) * letter))


def stage(
    size: tuple[int, int] = (1280, 720), facts: Facts = FACTS, *, show_candidate_words: bool = True
) -> Stage:
    return Stage(size, "Booth 7", facts, even, show_candidate_words)


def texts(draws: tuple[Draw, ...]) -> list[str]:
    return [draw.text for draw in draws if isinstance(draw, Text)]


def told(draws: tuple[Draw, ...]) -> str:
    return " ".join(texts(draws))


def caption_lines(draws: tuple[Draw, ...]) -> list[Text]:
    size = max(d.type.size_px for d in draws if isinstance(d, Text))
    return [d for d in draws if isinstance(d, Text) and d.type.size_px == size]


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


def assert_fits(draws: tuple[Draw, ...], size: tuple[int, int]) -> None:
    screen = Box(0, 0, *size)
    for draw in draws[2:]:
        assert screen.holds(draw.box), draw
    solid = [d for d in draws if isinstance(d, Text | Icon | Button | Bars)]
    for one, other in combinations(solid, 2):
        assert not one.box.overlaps(other.box), (one, other)
    for panel in (d for d in draws if isinstance(d, Panel)):
        for draw in solid:
            if draw.box.overlaps(panel.box):
                assert panel.box.holds(draw.box), (panel, draw)


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("mood", [Mood.SPEAKING, Mood.LISTENING, Mood.THINKING])
def test_the_longest_words_of_both_fit_in_four_lines_each(
    mood: Mood, size: tuple[int, int], typesetter: Typesetter
) -> None:
    question = "Donaudampfschifffahrtsgesellschaftskapitänspatente und anderes: " * 6
    answer = "Die Rindfleischetikettierungsüberwachungsaufgabenübertragung war schwer. " * 6
    snapshot = replace(
        answered(answer),
        mood=mood,
        language="de",
        caption=Caption("i", question, len(question)),
        question=10,
        questions=10,
        ends_s=NOW_S + 30,
    )
    draws = lay_out(snapshot, Stage(size, "", FACTS, typesetter.measure), NOW_S, 0.7)
    assert_fits(draws, size)
    assert len(caption_lines(draws)) == 4
    assert len(mint_lines(draws)) == 4
    assert mint_lines(draws)[-1].text.endswith("schwer.")


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


def speaking(text: str, shown: int, **more: bool) -> Snapshot:
    caption = Caption("i", text, shown, **more)
    return Snapshot(Phase.CONVERSING, mood=Mood.SPEAKING, caption=caption, microphone_open=True)


def test_only_what_was_heard_is_shown() -> None:
    draws = lay_out(speaking(QUESTION, QUESTION.index(" fell")), stage(), NOW_S)
    assert "Tell me about a time when a plan" in told(draws)
    assert "fell" not in told(draws)
    assert "Tell" not in told(lay_out(speaking(QUESTION, 0), stage(), NOW_S))


def test_a_cut_shows_a_dash_where_it_stopped() -> None:
    cut = QUESTION.index(" fell")
    draws = lay_out(speaking(QUESTION, cut, cut=True), stage(), NOW_S)
    assert "a plan \N{EM DASH}" in told(draws)
    whole = lay_out(speaking(QUESTION, cut), stage(), NOW_S)
    assert "\N{EM DASH}" not in told(whole)


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_no_word_moves_while_more_are_spoken(data: st.DataObject) -> None:
    words = LONG_QUESTION.split()
    ends = [len(" ".join(words[: n + 1])) for n in range(len(words))]
    n = data.draw(st.integers(0, len(ends) - 2))
    known = data.draw(st.integers(n, len(ends) - 1))
    size = data.draw(st.sampled_from(SIZES))
    before = caption_lines(
        lay_out(speaking(LONG_QUESTION[: ends[known]], ends[n]), stage(size), NOW_S)
    )
    after = caption_lines(lay_out(speaking(LONG_QUESTION, ends[n + 1]), stage(size), NOW_S))
    assert len(before) <= 4
    assert {draw.box.x for draw in (*before, *after)} == {before[0].box.x}
    places = {draw.text: draw.box.y for draw in after}
    moves = {places[d.text] - d.box.y for d in before[:-1] if d.text in places}
    assert moves <= {0} or moves == {-before[0].type.line_px}


def test_the_question_stays_where_it_is_and_steps_back_for_the_answer() -> None:
    asked = speaking(QUESTION, len(QUESTION))
    answered = replace(asked, mood=Mood.LISTENING, candidate_speaking=True, candidate_text=ANSWER)
    bright = caption_lines(lay_out(asked, stage(), NOW_S))
    waiting = replace(asked, mood=Mood.LISTENING)
    assert caption_lines(lay_out(waiting, stage(), NOW_S)) == bright
    dim = caption_lines(lay_out(answered, stage(), NOW_S))
    assert [(d.text, d.box) for d in bright] == [(d.text, d.box) for d in dim]
    assert bright[0].colour != dim[0].colour


def test_the_candidate_sees_the_level_at_once_and_the_last_words() -> None:
    snapshot = replace(
        speaking(QUESTION, len(QUESTION)),
        mood=Mood.LISTENING,
        candidate_speaking=True,
        candidate_text=LONG_ANSWER,
    )
    quiet, loud = (
        next(d for d in lay_out(snapshot, stage(), NOW_S, heard) if isinstance(d, Bars))
        for heard in (0.0, 0.9)
    )
    assert len(set(quiet.heights_px)) == 1
    assert max(loud.heights_px) > 4 * max(quiet.heights_px)
    assert max(loud.heights_px) <= loud.box.h
    assert LONG_ANSWER.endswith(texts(lay_out(snapshot, stage(), NOW_S))[-2])


def answered(words: str = ANSWER, until_s: float | None = math.inf) -> Snapshot:
    """The interviewer speaks, and the candidate's words before that are known."""
    return replace(
        speaking(QUESTION, len(QUESTION)), candidate_text=words, candidate_text_until_s=until_s
    )


def mint_lines(draws: tuple[Draw, ...]) -> list[Text]:
    mint = (Theme().mint_text, Theme().mint_dim)
    return [draw for draw in draws if isinstance(draw, Text) and draw.colour in mint]


def test_the_candidates_words_stay_where_they_are_while_they_are_answered() -> None:
    thinking = replace(answered(until_s=None), mood=Mood.THINKING)
    before = lay_out(thinking, stage(), NOW_S)
    after = lay_out(answered(), stage(), NOW_S)
    assert [(d.text, d.box) for d in mint_lines(before)] == [
        (d.text, d.box) for d in mint_lines(after)
    ]
    assert {d.colour for d in mint_lines(after)} == {Theme().mint_dim}
    assert any(isinstance(d, Bars) for d in before)
    assert not any(isinstance(d, Bars) for d in after)
    assert {d.colour for d in caption_lines(after)} == {Theme().text}


def test_a_pause_in_the_answer_changes_nothing_but_the_face() -> None:
    paused = replace(answered(), mood=Mood.THINKING)
    assert lay_out(paused, stage(), NOW_S)[2:] == lay_out(answered(), stage(), NOW_S)[2:]


def test_late_words_stay_to_be_read_and_then_the_candidate_is_asked_to_speak() -> None:
    waiting = replace(answered(until_s=NOW_S + 3), mood=Mood.LISTENING)
    late = lay_out(waiting, stage(), NOW_S)
    assert "supplier" in told(late)
    assert {d.colour for d in caption_lines(late)} == {Theme().text}
    past = lay_out(waiting, stage(), NOW_S + 3)
    assert "supplier" not in told(past)
    assert LANGUAGES["en"].your_turn in told(past)


@pytest.mark.parametrize("hidden", ["closed", "setting", "past"])
def test_words_that_are_answered_are_hidden(hidden: str) -> None:
    snapshot = answered(until_s=NOW_S if hidden == "past" else math.inf)
    snapshot = replace(snapshot, microphone_open=hidden != "closed")
    draws = lay_out(snapshot, stage(show_candidate_words=hidden != "setting"), NOW_S)
    assert "supplier" not in told(draws)
    assert not any(isinstance(d, Panel) for d in draws)


@pytest.mark.parametrize("hidden", ["closed", "setting"])
def test_words_of_the_candidate_are_hidden(hidden: str) -> None:
    snapshot = replace(
        speaking(QUESTION, len(QUESTION)),
        mood=Mood.LISTENING,
        candidate_speaking=True,
        candidate_text=ANSWER,
        microphone_open=hidden != "closed",
    )
    shown = stage(show_candidate_words=hidden != "setting")
    draws = lay_out(snapshot, shown, NOW_S, 0.5)
    assert "supplier" not in told(draws)
    assert ("I can hear you." in told(draws)) == (hidden == "setting")
    assert any(isinstance(d, Bars) for d in draws) == (hidden == "setting")


def test_no_clock_before_the_last_minute() -> None:
    early = replace(speaking(QUESTION, 9), ends_s=NOW_S + 61)
    late = replace(early, ends_s=NOW_S + 59)
    assert "Last minute" not in told(lay_out(early, stage(), NOW_S))
    assert "Last minute" in told(lay_out(late, stage(), NOW_S))


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


def test_says_to_keep_holding_and_asks_who_is_silent() -> None:
    talk = replace(speaking(QUESTION, 9), mood=Mood.LISTENING)
    held = replace(talk, ring=Ring("hold", NOW_S, NOW_S + 1))
    silent = replace(talk, ring=Ring("silence", NOW_S, NOW_S + 9))
    assert "Keep holding" in told(lay_out(held, stage(), NOW_S))
    assert "Hold to stop" in told(lay_out(silent, stage(), NOW_S))
    assert "Are you still there?" in told(lay_out(silent, stage(), NOW_S))


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
