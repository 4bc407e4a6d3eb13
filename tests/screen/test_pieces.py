"""A ring in squares looks like the ring, and a step of it touches few of them."""

from itertools import pairwise

import numpy as np
import pygame
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.screen.draws import Bars, Box, Ring
from kiosk.screen.part import Part
from kiosk.screen.pieces import bar_parts, ring_parts
from kiosk.screen.shapes import ring_picture

AMBER = (255, 196, 84)
SIZE = (700, 700)


def drawn(parts: tuple[Part, ...]) -> pygame.Surface:
    surface = pygame.Surface(SIZE, 0, 32)
    for part in parts:
        part.draw(surface)
    return surface


@given(
    st.integers(20, 500),
    st.integers(2, 14),
    st.integers(0, 120).map(lambda n: n / 120),
    st.integers(20, 90),
)
def test_its_squares_make_the_ring(side: int, width: int, share: float, at: int) -> None:
    ring = Ring(Box(at, at + 7, side, side), share, width, AMBER)
    tiled = drawn(ring_parts(ring))
    whole = drawn((Part(ring_picture(ring, Box(0, 0, *SIZE)), 0, 0),))
    pixels = [pygame.surfarray.array3d(surface).astype(int) for surface in (tiled, whole)]
    difference = np.abs(pixels[0] - pixels[1])
    # Cairo draws an arc a hair differently when it is longer: nothing that is seen.
    assert difference.max() <= 32


def test_a_step_of_a_ring_is_a_new_picture_of_few_squares() -> None:
    rings = [Ring(Box(50, 50, 600, 600), n / 120, 9, AMBER) for n in range(121)]
    whole = len(ring_parts(rings[0]))
    for before, after in pairwise(ring_parts(ring) for ring in rings):
        assert len(set(after) - set(before)) <= whole / 4


@pytest.mark.parametrize("heights", [(10, 10, 10), (10, 44, 81), (0, 1, 2)])
def test_bars_stand_in_their_box_around_its_middle(heights: tuple[int, ...]) -> None:
    parts = bar_parts(Bars(Box(100, 100, 50, 90), heights, AMBER))
    assert len(parts) == len(heights)
    for part in parts:
        assert Box(100, 100, 50, 90).holds(part.box)
        assert abs(part.box.y + part.box.h / 2 - 145) <= 1
    assert len({part.surface for part in parts}) == len({max(10, h) // 2 for h in heights})


def test_only_the_bar_that_moves_is_another_picture() -> None:
    one = bar_parts(Bars(Box(0, 0, 90, 90), (20, 30, 40), AMBER))
    other = bar_parts(Bars(Box(0, 0, 90, 90), (20, 36, 40), AMBER))
    assert [a == b for a, b in zip(one, other, strict=True)] == [True, False, True]
