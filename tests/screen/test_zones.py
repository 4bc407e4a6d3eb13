"""The places of a conversation, and how large its words are on the glass."""

import pytest

from kiosk.interview.words import LANGUAGES
from kiosk.screen.gallery_choice import SIZES
from kiosk.screen.grid import grid
from kiosk.screen.theme import Theme
from kiosk.screen.zones import text_mm, text_warning, zones

ODD = [(1024, 600), (2560, 1080), (640, 480), (600, 1024)]


def test_letters_are_measured_on_the_glass() -> None:
    """24 inch at 1920x1080: 0.2767 mm a pixel; 51 px of font, 0.714 of it is a capital."""
    assert text_mm((1920, 1080), 24.0) == pytest.approx(51 * 0.714 * 0.27676, rel=2e-2)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("size", "diagonal_inch"),
    [
        ((1280, 720), 19.0),
        ((1920, 1080), 18.5),
        ((1920, 1080), 24.0),
        ((1080, 1920), 21.5),
        ((3840, 2160), 27.0),
        ((800, 480), 24.0),
    ],
)
def test_words_are_ten_millimetres_high_where_the_screen_has_room(
    size: tuple[int, int], diagonal_inch: float, language: str
) -> None:
    assert text_mm(size, diagonal_inch, language=language) >= 10.0
    assert text_warning(size, diagonal_inch, language=language) == ""


def test_a_screen_without_room_is_warned_about() -> None:
    warning = text_warning((800, 480), 7.0)
    assert "less than 10 mm" in warning
    assert "7 inch screen of 800x480" in warning
    assert text_mm((800, 480), 7.0) > text_mm((800, 480), 24.0) * 7 / 24


def test_a_theme_may_want_larger_words() -> None:
    large = text_mm((1920, 1080), 40.0, Theme(text_scale=1.2))
    assert large == pytest.approx(1.2 * text_mm((1920, 1080), 40.0), rel=0.02)


@pytest.mark.parametrize("diagonal_inch", [3.0, 10.0, 24.0, 100.0])
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("size", [*SIZES, *ODD], ids=str)
def test_places_stand_one_below_the_other_in_the_column(
    size: tuple[int, int], language: str, diagonal_inch: float
) -> None:
    places = zones(size, Theme(), language, diagonal_inch)
    column = grid(size).column
    stack = (places.question, places.caption, places.answer)
    for zone in stack:
        assert column.holds(zone.box)
        assert zone.box.h >= zone.lines * zone.type.line_px
    assert places.question.box.bottom < places.caption.box.y
    assert places.caption.box.bottom < places.answer.box.y
    assert places.caption.lines in (2, 3)
    assert places.answer.lines >= 2
    assert places.question.lines >= 1
