"""Pango breaks and draws with the bundled font."""

import itertools
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk.screen.draws import Type
from kiosk.screen.errors import ScreenError
from kiosk.screen.fonts import add_fonts
from kiosk.screen.text import Typesetter

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
    surface, margin = typesetter.render(text[:20], Type(20), (255, 255, 255))
    assert surface.get_height() == Type(20).line_px
    assert margin > 0


def test_ink_stays_inside_the_line(typesetter: Typesetter) -> None:
    surface, _ = typesetter.render("ÄÅÉjgpqy|", SPEECH, (255, 255, 255))
    ink = surface.get_bounding_rect()
    assert ink.top > 0
    assert ink.bottom < surface.get_height()


def test_forgets_what_it_drew(typesetter: Typesetter) -> None:
    typesetter.render("my secret", SPEECH, (255, 255, 255))
    typesetter.forget()
    assert typesetter.render.cache_info().currsize == 0
    assert typesetter.measure.cache_info().currsize == 0


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
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={"FONTCONFIG_FILE": str(config), "PATH": "/usr/bin:/bin:/sbin"},
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=True,
    )
    assert int(done.stdout.split()[-1]) == pytest.approx(741, abs=2)


def test_missing_fonts_are_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(ScreenError, match=r"fonts in .* are missing"):
        add_fonts(tmp_path)
