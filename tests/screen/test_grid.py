"""The places on the screen."""

import pytest

from kiosk.screen.draws import Box
from kiosk.screen.gallery_choice import SIZES
from kiosk.screen.grid import grid


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
