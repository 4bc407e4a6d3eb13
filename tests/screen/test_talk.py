"""The conversation on the screen: places that never move, words that never jump."""

import math
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from kiosk.core.snapshot import Caption, Mood, Phase, Ring, Snapshot
from kiosk.interview.words import LANGUAGES
from kiosk.screen.draws import Bars, Box, Dot, Draw, Icon, Panel, Text, Type
from kiosk.screen.draws import Ring as RingDraw
from kiosk.screen.gallery_choice import SIZES
from kiosk.screen.gallery_states import NOW_S, conversation
from kiosk.screen.gallery_texts import LINES
from kiosk.screen.grid import grid
from kiosk.screen.layout import lay_out
from kiosk.screen.stage import Stage
from kiosk.screen.text import Typesetter
from kiosk.screen.theme import Theme
from kiosk.screen.zones import Zones, zones
from tests.screen.laid_out import FACTS, assert_fits, seen, stage, texts, told

QUESTION, ANSWER = LINES["en"].question, LINES["en"].answer
LONG_QUESTION, LONG_ANSWER = LINES["en"].long_question, LINES["en"].long_answer
LANGUAGE = st.sampled_from(list(LANGUAGES))
SIZE = st.sampled_from(SIZES)
with_fonts = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


def places(shown: Stage, language: str = "en") -> Zones:
    return zones(shown.size, shown.theme, language, shown.diagonal_inch)


def within(draws: tuple[Draw, ...], box: Box) -> list[Text]:
    return [draw for draw in draws if isinstance(draw, Text) and box.overlaps(draw.box)]


def caption_lines(draws: tuple[Draw, ...], shown: Stage, language: str = "en") -> list[Text]:
    return within(draws, places(shown, language).caption.box)


def question_lines(draws: tuple[Draw, ...], shown: Stage, language: str = "en") -> list[Text]:
    return within(draws, places(shown, language).question.box)


@pytest.mark.parametrize("spoken", ["any", "he", "ko", "pt"])
def test_what_is_said_is_laid_out_as_it_is_written_and_the_booth_s_words_as_theirs(
    spoken: str,
) -> None:
    shown = stage()
    hearing = Snapshot(
        Phase.CONVERSING,
        mood=Mood.LISTENING,
        caption=Caption("i", QUESTION, len(QUESTION)),
        candidate_speaking=True,
        microphone_open=True,
        choice=spoken,
    )
    draws = lay_out(hearing, shown, NOW_S)
    place = places(shown, spoken)
    assert {text.type for text in within(draws, place.caption.box)} == {place.caption.type}
    (sign,) = within(draws, place.answer.box)
    assert sign.type == replace(place.answer.type, language="en")
    answered = lay_out(replace(hearing, candidate_text="yes"), shown, NOW_S)
    (words,) = within(answered, place.answer.box)
    assert words.type == place.answer.type


def speaking(text: str, shown: int, **more: bool) -> Snapshot:
    caption = Caption("i", text, shown, **more)
    return Snapshot(
        Phase.CONVERSING,
        mood=Mood.SPEAKING,
        caption=caption,
        question_text=text[:shown],
        microphone_open=True,
    )


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


def ends(text: str, *, spaced: bool) -> list[int]:
    """Where words end; every character is one where no spaces are written."""
    return [i for i in range(1, len(text) + 1) if not spaced or text[i : i + 1] in ("", " ")]


@given(st.data(), LANGUAGE, SIZE)
@with_fonts
def test_no_word_moves_while_more_are_spoken(
    typesetter: Typesetter, data: st.DataObject, language: str, size: tuple[int, int]
) -> None:
    """But for the whole block, by one line; however much of the text is known by then.

    Where the voice has come as far as the text is known, the last phrase of Japanese and Chinese
    may be waiting for its end, and can bring a line of its own with it.
    """
    text = LINES[language].long_question
    stops = ends(text, spaced=language not in ("ja", "zh"))
    n = data.draw(st.integers(0, len(stops) - 2))
    known = data.draw(st.integers(n, len(stops) - 1))
    by_then = data.draw(st.integers(max(known, n + 1), len(stops) - 1))
    shown = Stage(size, "", FACTS, typesetter.measure)
    before, after = (
        caption_lines(
            lay_out(
                replace(
                    speaking(text[:end], stop, growing=end < len(text)),
                    language=language,
                ),
                shown,
                NOW_S,
            ),
            shown,
            language,
        )
        for end, stop in ((stops[known], stops[n]), (stops[by_then], stops[n + 1]))
    )
    assert len(before) <= places(shown, language).caption.lines
    spoken = text[: stops[n]].rstrip()
    waits = bool(before) and not spoken.endswith(before[-1].text[: before[-1].shown])
    assert not waits or known < len(stops) - 1
    scrolled = (
        [line.box.y - later.box.y for line, later in zip(before[rows:], after, strict=False)]
        == [rows * line.type.line_px for line in before[rows:]]
        and all(map(stays, before[rows:], after))
        for rows in range(3 if waits else 2)
    )
    assert any(scrolled), (before, after)


def stays(line: Text, later: Text) -> bool:
    """Whether a line became another without a letter having moved sideways."""
    side = "right" if line.right_to_left else "x"
    kept = getattr(line.box, side) == getattr(later.box, side)
    return kept and line.right_to_left == later.right_to_left and later.text.startswith(line.text)


@given(st.data(), LANGUAGE, SIZE)
@with_fonts
def test_only_the_tail_changes_when_recognised_words_are_corrected(
    typesetter: Typesetter, data: st.DataObject, language: str, size: tuple[int, int]
) -> None:
    text = LINES[language].short_answer
    at = data.draw(st.integers(0, len(text)))
    other = text[:at] + data.draw(st.sampled_from(["", " —", text[:9]]))
    shown = Stage(size, "", FACTS, typesetter.measure)
    talk = replace(
        speaking(QUESTION, len(QUESTION)),
        language=language,
        mood=Mood.LISTENING,
        candidate_speaking=True,
    )
    one, two = (
        mint_lines(lay_out(replace(talk, candidate_text=words), shown, NOW_S))
        for words in (text, other or "x")
    )
    zone = places(shown, language).answer
    assume(len(typesetter.measure(other, zone.type, zone.box.w)) <= zone.lines)
    spaced = language not in ("ja", "zh")
    known = typesetter.measure(text[:at], Type(20, language=language), 9999, growing=True)
    same = "".join(text[:at].split(" ")[:-1]) if spaced else text[: known[-1].end]
    assert spots(one)[: len(same)] == spots(two)[: len(same)]


def spots(lines: list[Text]) -> list[tuple[str, int, int]]:
    """Every letter with its line and its number in the line."""
    return [
        (letter, line.box.y, number)
        for line in lines
        for number, letter in enumerate(line.text)
        if letter != " "
    ]


def test_the_question_stays_where_it_is_and_steps_back_for_the_answer() -> None:
    asked = speaking(QUESTION, len(QUESTION))
    answered = replace(asked, mood=Mood.LISTENING, candidate_speaking=True, candidate_text=ANSWER)
    bright = caption_lines(lay_out(asked, stage(), NOW_S), stage())
    waiting = replace(asked, mood=Mood.LISTENING)
    assert caption_lines(lay_out(waiting, stage(), NOW_S), stage()) == bright
    dim = caption_lines(lay_out(answered, stage(), NOW_S), stage())
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
    mint = (Theme().candidate_text, Theme().candidate_dim)
    return [draw for draw in draws if isinstance(draw, Text) and draw.colour in mint]


def test_the_candidates_words_stay_where_they_are_while_they_are_answered() -> None:
    thinking = replace(answered(until_s=None), mood=Mood.THINKING)
    before = lay_out(thinking, stage(), NOW_S)
    after = lay_out(answered(), stage(), NOW_S)
    assert [(d.text, d.box) for d in mint_lines(before)] == [
        (d.text, d.box) for d in mint_lines(after)
    ]
    assert {d.colour for d in mint_lines(after)} == {Theme().candidate_dim}
    assert any(isinstance(d, Bars) for d in before)
    assert not any(isinstance(d, Bars) for d in after)
    assert {d.colour for d in caption_lines(after, stage())} == {Theme().text}


def test_a_pause_in_the_answer_changes_nothing_but_the_face() -> None:
    paused = replace(answered(), mood=Mood.THINKING)
    assert lay_out(paused, stage(), NOW_S)[2:] == lay_out(answered(), stage(), NOW_S)[2:]


def test_late_words_stay_to_be_read_and_then_the_candidate_is_asked_to_speak() -> None:
    waiting = replace(answered("It was a supplier.", NOW_S + 3), mood=Mood.LISTENING)
    late = lay_out(waiting, stage(), NOW_S)
    assert "supplier" in told(late)
    assert {d.colour for d in caption_lines(late, stage())} == {Theme().text}
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
    early = replace(speaking(QUESTION, 9), ends_s=NOW_S + 61, question=2, questions=5)
    late = replace(early, ends_s=NOW_S + 59)
    for snapshot, clocks in ((early, 0), (late, 1)):
        draws = lay_out(snapshot, stage(), NOW_S)
        assert ("Last minute" in told(draws)) == bool(clocks)
        icons = [draw for draw in draws if isinstance(draw, Icon)]
        assert [icon.name for icon in icons] == ["clock"] * clocks


MONSTERS = {
    "en": "Antidisestablishmentarianismantidisestablishmentarianismanti",
    "de": "Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetz",
    "fr": "Anticonstitutionnellementanticonstitutionnellementanticonsti",
    "es": "Electroencefalografistaelectroencefalografistaelectroencefal",
    "ar": "أفاستسقيناكموهاأفاستسقيناكموهاأفاستسقيناكموهاأفاستسقيناكموها",
    "hi": "राष्ट्रीयअंतर्राष्ट्रीयविश्वविद्यालयराष्ट्रीयअंतर्राष्ट्रीयविश्व",
    "ja": "スーパーカリフラジリスティックエクスピアリドーシャス" * 2,
    "zh": "请说说你们那时候到底是怎么一步一步决定的" * 3,
}
"""A word of 60 letters."""


@pytest.mark.parametrize("diagonal_inch", [5.0, 24.0])
@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("mood", [Mood.SPEAKING, Mood.LISTENING, Mood.THINKING])
def test_the_longest_words_of_both_fit(
    mood: Mood,
    language: str,
    size: tuple[int, int],
    diagonal_inch: float,
    typesetter: Typesetter,
) -> None:
    """With a question that stands above, at every size of type."""
    text = f"{LINES[language].question} {MONSTERS[language]}. " * 4
    snapshot = replace(
        answered(text),
        mood=mood,
        language=language,
        caption=Caption("i", text, len(text)),
        question_text=text.strip() + "?",
        question=10,
        questions=10,
        ends_s=NOW_S + 30,
    )
    shown = Stage(size, "", FACTS, typesetter.measure, diagonal_inch=diagonal_inch)
    draws = lay_out(snapshot, shown, NOW_S, 0.7)
    assert_fits(draws, size)
    zone = places(shown, language)
    assert len(caption_lines(draws, shown, language)) == zone.caption.lines >= 2
    assert len(mint_lines(draws)) == zone.answer.lines >= 2
    standing = question_lines(draws, shown, language)
    assert len(standing) >= zone.question.lines
    assert standing[0].text.startswith("…")
    assert standing[-1].text.endswith("?")
    column = grid(size).column
    for line in (*standing, *caption_lines(draws, shown, language)):
        assert column.holds(line.box)


def test_says_to_keep_holding_and_asks_who_is_silent() -> None:
    talk = replace(speaking(QUESTION, 9), mood=Mood.LISTENING)
    held = replace(talk, ring=Ring("hold", NOW_S, NOW_S + 1))
    silent = replace(talk, ring=Ring("silence", NOW_S, NOW_S + 9))
    assert "Keep holding" in told(lay_out(held, stage(), NOW_S))
    assert "Hold to stop" in told(lay_out(silent, stage(), NOW_S))
    assert "Are you still there?" in told(lay_out(silent, stage(), NOW_S))


# --- the question that stands --------------------------------------------------------------------

ASIDE = "Take your time."


def test_the_question_stands_above_while_other_words_are_said() -> None:
    shown = stage()
    aside = replace(speaking(ASIDE, len(ASIDE)), question_text=QUESTION)
    draws = lay_out(aside, shown, NOW_S)
    standing = question_lines(draws, shown)
    assert " ".join(line.text for line in standing) == QUESTION
    assert {line.colour for line in standing} == {Theme().text_dim}
    assert [seen(line) for line in caption_lines(draws, shown)] == [ASIDE]
    alone = lay_out(replace(aside, question_text=ASIDE), shown, NOW_S)
    assert caption_lines(alone, shown) == caption_lines(draws, shown)
    assert question_lines(alone, shown) == []


def test_what_has_scrolled_away_of_the_question_comes_back_when_it_is_the_candidates_turn() -> None:
    text = "And here is a question. " * 8
    shown = stage()
    asking = speaking(text, len(text.rstrip()))
    draws = lay_out(asking, shown, NOW_S)
    assert question_lines(draws, shown) == []
    turn = lay_out(replace(asking, mood=Mood.LISTENING), shown, NOW_S)
    assert caption_lines(turn, shown) == caption_lines(draws, shown)
    whole = " ".join(seen(d) for d in (*question_lines(turn, shown), *caption_lines(turn, shown)))
    assert text.strip().endswith(whole.removeprefix("…\N{NO-BREAK SPACE}"))


@given(LANGUAGE, SIZE, st.sampled_from(["speaking", "speaking-aside", "listening-long"]))
@with_fonts
def test_nothing_stands_over_the_face_but_the_silence_ring(
    typesetter: Typesetter, language: str, size: tuple[int, int], name: str
) -> None:
    draws = lay_out(
        replace(conversation(language)[name], ring=Ring("silence", NOW_S - 5, NOW_S + 5)),
        Stage(size, "", FACTS, typesetter.measure),
        NOW_S,
        0.5,
    )
    over = [type(draw) for draw in draws[2:] if draw.box.overlaps(grid(size).face)]
    assert over == [RingDraw]


def test_colour_is_never_the_only_sign_of_who_speaks() -> None:
    """The candidate's words stand beside their level or a rule, below all of the interviewer's."""
    for language, name in ((lang, key) for lang in LANGUAGES for key in conversation(lang)):
        shown = stage()
        draws = lay_out(conversation(language)[name], shown, NOW_S, 0.5)
        mint = mint_lines(draws)
        zone = places(shown, language)
        marks = [d.box for d in draws if isinstance(d, Bars | Panel)]
        for line in mint:
            assert line.box.y >= zone.answer.box.y > zone.caption.box.bottom
            assert any(box.y <= line.box.y and line.box.bottom <= box.bottom for box in marks)
        white = [*caption_lines(draws, shown, language), *question_lines(draws, shown, language)]
        assert not any(box.overlaps(line.box) for box in marks for line in white)


def test_progress_is_read_from_the_side_of_the_language() -> None:
    shown = stage()
    talk = replace(speaking(QUESTION, 9), question=2, questions=5, ends_s=NOW_S + 30)
    for language in ("en", "ar"):
        draws = lay_out(replace(talk, language=language), shown, NOW_S)
        dots = [d for d in draws if isinstance(d, Dot)]
        assert [dot.filled for dot in dots] == [True, True, False, False, False]
        xs = [dot.box.x for dot in dots]
        assert xs == sorted(xs, reverse=language == "ar")
