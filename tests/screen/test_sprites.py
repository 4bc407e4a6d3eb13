"""Drawings are cut into small parts, and equal pictures are kept once."""

import numpy as np
import pygame
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from kiosk.screen.draws import Box
from kiosk.screen.sprites import GAP_PX, Cutter, tinted

SIDE = 60


def drawing(boxes: list[Box]) -> NDArray[np.uint8]:
    pixels = np.zeros((SIDE, SIDE, 4), np.uint8)
    for number, box in enumerate(boxes):
        pixels[box.y : box.bottom, box.x : box.right] = 60 + number
    return pixels


def test_things_that_stand_apart_become_two_parts() -> None:
    left, right = Box(5, 20, 8, 9), Box(13 + GAP_PX, 30, 4, 5)
    parts = Cutter().cut(drawing([left, right]))
    assert [part.box for part in parts] == [left, right]
    near = Cutter().cut(drawing([left, Box(13 + GAP_PX - 1, 30, 4, 5)]))
    assert len(near) == 1


def test_a_tint_stands_for_white_and_leaves_alone_what_is_seen_through() -> None:
    pixels = np.array([[[255, 255, 255, 255], [128, 128, 128, 128], [0, 0, 0, 255]]], np.uint8)
    told = tinted(pixels, (255, 100, 0)).tolist()
    assert told == [[[0, 100, 255, 255], [0, 50, 128, 128], [0, 0, 0, 255]]]


def test_an_empty_drawing_has_no_parts() -> None:
    assert Cutter().cut(drawing([])) == ()


def test_equal_pictures_are_kept_once_wherever_they_stand() -> None:
    cutter = Cutter()
    (one,) = cutter.cut(drawing([Box(1, 2, 6, 6)]))
    (other,) = cutter.cut(drawing([Box(30, 40, 6, 6)]))
    (wide,) = cutter.cut(drawing([Box(1, 2, 12, 3)]))
    assert one.surface is other.surface
    assert wide.surface is not one.surface
    assert (other.x, other.y) == (30, 40)


boxes = st.builds(
    Box, st.integers(0, 50), st.integers(0, 50), st.integers(1, 10), st.integers(1, 10)
)


@given(st.lists(boxes, max_size=5))
def test_parts_put_together_are_the_drawing(of: list[Box]) -> None:
    pixels = drawing(of)
    surface = pygame.Surface((SIDE, SIDE), pygame.SRCALPHA)
    for part in Cutter().cut(pixels):
        part.draw(surface)
    assert pygame.image.tobytes(surface, "BGRA") == pixels.tobytes()
