"""Pango breaks and draws with the bundled font."""

import itertools
import subprocess
import sys
from pathlib import Path

import numpy as np
import pygame
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from kiosk.screen.draws import Box, Text, Type
from kiosk.screen.errors import ScreenError
from kiosk.screen.fonts import add_fonts
from kiosk.screen.text import Typesetter, font_warning, missing_fonts
from kiosk.screen.writing import font_packages

SPEECH = Type(46)
TEXT = "Tell me about a time when a plan fell apart. What did you do first?"


def test_lines_hold_all_words_and_fit(typesetter: Typesetter) -> None:
    lines = typesetter.measure(TEXT, SPEECH, 500)
    assert " ".join(TEXT[line.start : line.end] for line in lines) == TEXT
    assert all(0 < line.width_px <= 500 for line in lines)


def test_lines_stay_when_text_is_added(typesetter: Typesetter) -> None:
    before = typesetter.measure(TEXT[: TEXT.index(" What")], SPEECH, 500)
    after = typesetter.measure(TEXT, SPEECH, 500)
    assert after[: len(before) - 1] == before[:-1]


def test_right_to_left_lines_come_in_reading_order(typesetter: Typesetter) -> None:
    text = "مرحبا بك في هذه المقابلة التدريبية القصيرة مع الذكاء الاصطناعي"
    lines = typesetter.measure(text, SPEECH, 400)
    assert len(lines) > 1
    assert " ".join(text[line.start : line.end] for line in lines) == text


@given(st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), max_size=60))
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_any_text_can_be_measured_and_drawn(typesetter: Typesetter, text: str) -> None:
    lines = typesetter.measure(text, Type(20), 120)
    assert lines[0].start == 0
    assert all(a.end <= b.start for a, b in itertools.pairwise(lines))
    drawn(typesetter, text[:20], Type(20), shown=len(text) // 3, mark="…")


LETTERS = {
    "en": "ÄÅÉjgpqy|ẤỌ",
    "ar": "أَإِكٍّ لُ في هذه ئج",
    "he": "שָׁלוֹם לך ק",
    "hi": "र्कैं ट्रू ङ्क्षृ द्ध्र शुरू करने हिन्दी",
    "ja": "「直」ぎゅう。pgÅ",
    "ko": "한국어 뷁",
    "zh": "“直”骨门，gÅ",
    "any": "هذه शुरू र्कैं 「直」gÅ",
}
"""The tallest and deepest of each language."""


@pytest.mark.parametrize("bold", [False, True])
@pytest.mark.parametrize("language", LETTERS)
def test_no_line_touches_the_next_in_any_language(
    typesetter: Typesetter, language: str, bold: bool
) -> None:
    type_ = Type(46, bold, language)
    surface = drawn(typesetter, LETTERS[language], type_)
    ink = surface.get_bounding_rect()
    assert ink.top >= PAD - 1
    assert ink.bottom <= PAD + type_.line_px + 1


def test_forgets_what_it_drew(typesetter: Typesetter) -> None:
    drawn(typesetter, "my secret", SPEECH)
    assert typesetter.remembered > 0
    typesetter.forget()
    assert typesetter.remembered == 0


# --- words that appear one by one ----------------------------------------------------------------

MIXED = {
    "latin": ("en", "Tell me about a plan, fjord by fjord."),
    "arabic": ("ar", "حدثني عن خطة فشلت يا صديقي"),
    "arabic with latin": ("ar", "حدثني عن OpenAI Realtime في عام 2026 وما بعده"),
    "latin with hebrew": ("en", "We say שלום עולם to you all"),
    "hindi": ("hi", "मुझे उस समय के बारे में बताइए"),
    "chinese with latin": ("zh", "请谈谈 WebRTC 项目，好吗？"),
}


def ends(text: str) -> list[int]:
    """Where words end."""
    return [i for i in range(1, len(text) + 1) if text[i : i + 1] in ("", " ")]


@pytest.mark.parametrize("name", MIXED)
def test_what_is_seen_never_moves_and_the_rest_is_hidden(typesetter: Typesetter, name: str) -> None:
    language, text = MIXED[name]
    type_ = Type(46, language=language)
    whole = pixels(drawn(typesetter, text, type_))
    before = np.zeros_like(whole)
    for shown in ends(text):
        now = pixels(drawn(typesetter, text, type_, shown=shown))
        assert ((now == 0) | (now == whole)).all()
        assert ((before == 0) | (now == before)).all()
        assert (now > 0).sum() > (before > 0).sum()
        before = now
    assert (before == whole).all()
    assert not pixels(drawn(typesetter, text, type_, shown=0)).any()


def test_arabic_grows_from_the_right_to_the_left(typesetter: Typesetter) -> None:
    language, text = MIXED["arabic"]
    lefts = []
    for shown in ends(text):
        surface = drawn(typesetter, text, Type(46, language=language), shown=shown)
        ink = surface.get_bounding_rect()
        assert WIDTH - PAD - 6 <= ink.right <= WIDTH - PAD + 1
        lefts.append(ink.left)
    assert lefts == sorted(lefts, reverse=True)


def test_text_tells_itself_where_it_begins(typesetter: Typesetter) -> None:
    """An Arabic sentence on an English screen, and an English one on an Arabic screen."""
    arabic = typesetter.measure("حدثني عن خطة", SPEECH, 900)[0]
    english = typesetter.measure("My plan.", Type(46, language="ar"), 900)[0]
    name_first = typesetter.measure("OpenAI هي الشركة", Type(46, language="ar"), 900)[0]
    nothing = typesetter.measure("…", Type(46, language="ar"), 900)[0]
    assert (arabic.right_to_left, english.right_to_left) == (True, False)
    assert (name_first.right_to_left, nothing.right_to_left) == (True, True)


def test_chinese_and_japanese_write_the_same_character_differently(
    typesetter: Typesetter,
) -> None:
    chinese, japanese = (
        pixels(drawn(typesetter, "直骨", Type(46, language=language))) for language in ("zh", "ja")
    )
    assert (chinese != japanese).any()


def test_a_mark_stands_where_the_words_end(typesetter: Typesetter) -> None:
    for language, text in (MIXED["latin"], MIXED["arabic"]):
        type_ = Type(46, language=language)
        at = ends(text)[1]
        plain = drawn(typesetter, text, type_, shown=at).get_bounding_rect()
        marked = drawn(typesetter, text, type_, shown=at, mark="—").get_bounding_rect()
        assert marked.width > plain.width + 20
        far = marked.left == plain.left if language == "en" else marked.right == plain.right
        assert far


WIDTH, PAD = 1400, 40


def drawn(
    typesetter: Typesetter,
    text: str,
    type_: Type,
    *,
    shown: int | None = None,
    mark: str = "",
) -> pygame.Surface:
    """A line on nothing, in a box as wide as the surface less `PAD` on every side."""
    surface = pygame.Surface((WIDTH, type_.line_px + 2 * PAD), pygame.SRCALPHA, 32)
    box = Box(PAD, PAD, WIDTH - 2 * PAD, type_.line_px)
    line = Text(box, text, type_, (255, 255, 255), shown=shown, mark=mark)
    typesetter.draw(surface, line)
    return surface


def pixels(surface: pygame.Surface) -> NDArray[np.int16]:
    return pygame.surfarray.array_alpha(surface).astype(np.int16)


# --- lines ---------------------------------------------------------------------------------------


def test_lines_that_are_nearly_full_end_with_their_clause(typesetter: Typesetter) -> None:
    text = "Thank you for coming here, I would like to begin."
    plain, phrased = (
        [text[line.start : line.end] for line in typesetter.measure(text, SPEECH, 700, phrases=p)]
        for p in (False, True)
    )
    assert plain[0] == "Thank you for coming here, I"
    assert phrased == ["Thank you for coming here,", "I would like to begin."]


@pytest.mark.parametrize("width", [300, 640])
@pytest.mark.parametrize("name", MIXED)
def test_no_break_moves_when_words_are_added(typesetter: Typesetter, name: str, width: int) -> None:
    language, sentence = MIXED[name]
    text = f"{sentence} {sentence}"
    type_ = Type(46, language=language)
    starts = [line.start for line in typesetter.measure(text, type_, width, phrases=True)]
    for end in ends(text):
        known = typesetter.measure(text[:end], type_, width, phrases=True)
        assert [line.start for line in known] == [s for s in starts if s < end]


def test_only_a_word_longer_than_a_line_is_broken(typesetter: Typesetter) -> None:
    long = "Donaudampfschifffahrtsgesellschaftskapitänspatentverlängerung"
    text = f"Meine {long} war schwer."
    lines = typesetter.measure(text, SPEECH, 600)
    pieces = [text[line.start : line.end] for line in lines]
    assert pieces[0] == "Meine"
    assert "".join(pieces[1:]).startswith(long)
    assert all(line.width_px <= 600 for line in lines)
    marks = "नि" * 40
    for line in typesetter.measure(marks, Type(46, language="hi"), 300):
        assert marks[line.start] == "न"


def test_line_ends_of_the_model_are_spaces(typesetter: Typesetter) -> None:
    assert len(typesetter.measure("One.\r\n\nTwo.\u2028Three.", SPEECH, 900)) == 1


def test_the_bundled_font_is_found_without_installing_it(tmp_path: Path) -> None:
    """A fontconfig that knows no folder at all still draws Noto Sans."""
    config = tmp_path / "fonts.conf"
    config.write_text(f"<fontconfig><cachedir>{tmp_path}</cachedir></fontconfig>")
    program = (
        "from kiosk.screen.text import Typesetter\n"
        "from kiosk.screen.draws import Type\n"
        "lines = Typesetter('Noto Sans').measure('HHHHHHHHHH', Type(100), 9999)\n"
        "print(lines[0].width_px)"
    )
    assert int(alone(program, config)) == pytest.approx(741, abs=2)


def alone(program: str, config: Path) -> str:
    """The last line a program tells where fontconfig knows what `config` says."""
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={"FONTCONFIG_FILE": str(config), "PATH": "/usr/bin:/bin:/sbin"},
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.split("\n")[-2]


def test_missing_fonts_are_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(ScreenError, match=r"fonts in .* are missing"):
        add_fonts(tmp_path)


def test_the_fonts_that_are_installed_write_every_language(tmp_path: Path) -> None:
    assert missing_fonts(tuple(LETTERS)) == ()
    config = tmp_path / "fonts.conf"
    config.write_text(f"<fontconfig><cachedir>{tmp_path}</cachedir></fontconfig>")
    program = (
        "from kiosk.screen.text import missing_fonts\n"
        "print(missing_fonts(('en', 'de', 'ar', 'hi', 'ja-JP', 'zh', 'any')))"
    )
    assert alone(program, config) == "('ar', 'hi', 'ja-JP', 'zh', 'any')"
    assert font_warning(tuple(LETTERS)) == ""
    program = "from kiosk.screen.text import font_warning\nprint(font_warning(('en', 'ar', 'ja')))"
    assert alone(program, config) == (
        "No font that is installed can write ar and ja: install fonts-noto-core and fonts-noto-cjk."
    )


def test_knows_the_packages_of_the_fonts() -> None:
    assert font_packages(["en", "de-AT"]) == ()
    assert font_packages(["ar-EG", "hi", "en"]) == ("fonts-noto-core",)
    assert font_packages(["any"]) == ("fonts-noto-core", "fonts-noto-cjk")
    assert font_packages(["zh", "ar", "ja"]) == ("fonts-noto-cjk", "fonts-noto-core")
