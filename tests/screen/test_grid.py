"""Sizes in millimetres, and the places on the screen."""

import pytest

from kiosk.screen.draws import Box
from kiosk.screen.gallery import SIZES
from kiosk.screen.grid import grid, text_mm, text_warning


def test_capitals_are_measured_on_the_glass() -> None:
    """24 inch at 1920x1080: 0.2767 mm a pixel; 51 px of font, 0.714 of it is a capital."""
    assert text_mm((1920, 1080), 24.0) == pytest.approx(51 * 0.714 * 0.27676, rel=1e-3)


def test_a_small_screen_is_warned_about() -> None:
    assert text_warning((1920, 1080), 24.0) == ""
    assert "10 mm" in text_warning((1280, 720), 19.0)
    warning = text_warning((800, 480), 7.0)
    assert "mm high" in warning
    assert "7 inch screen of 800x480" in warning


@pytest.mark.parametrize("size", [*SIZES, (1024, 600), (2560, 1080), (3840, 2160), (640, 480)])
def test_places_do_not_overlap(size: tuple[int, int]) -> None:
    places = grid(size)
    screen = Box(0, 0, *size)
    for place in (places.face, places.column, places.footer):
        assert screen.holds(place)
        assert place.w > 0
        assert place.h > 0
    assert not places.column.overlaps(places.face)
    assert not places.column.overlaps(places.footer)
