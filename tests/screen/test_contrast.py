"""What is read stands out from the brightest pixel behind it: field, light or panel."""

from functools import lru_cache

import numpy as np
import pygame
import pytest
from numpy.typing import NDArray

from kiosk.screen.backdrop import Field
from kiosk.screen.draws import Backdrop, Box, Draw, Panel, Text
from kiosk.screen.gallery_states import NOW_S, states
from kiosk.screen.layout import lay_out
from kiosk.screen.legibility import READABLE
from kiosk.screen.stage import Stage
from kiosk.screen.text import Typesetter
from kiosk.screen.theme import Colour, Theme, contrast
from tests.screen.laid_out import FACTS

WEIGHTS = np.array([0.2126, 0.7152, 0.0722])


@lru_cache(32)
def lit(backdrop: Backdrop) -> tuple[NDArray[np.uint8], NDArray[np.float64]]:
    """The field's pixels, and about how light each is."""
    field = Field(Theme())
    field.show(backdrop)
    pixels = pygame.surfarray.array3d(field.surface)
    return pixels, (pixels / 255.0) ** 2.2 @ WEIGHTS


def ground(draws: tuple[Draw, ...], box: Box) -> Colour:
    """The panel a box stands on, or else the lightest pixel of the field in it."""
    for draw in draws:
        if isinstance(draw, Panel) and draw.box.holds(box):
            return draw.colour
    backdrop = draws[0]
    assert isinstance(backdrop, Backdrop)
    pixels, lightness = lit(backdrop)
    inside = np.s_[box.x : box.right, box.y : box.bottom]
    lightest = int(lightness[inside].argmax())
    red, green, blue = pixels[inside].reshape(-1, 3)[lightest].tolist()
    return red, green, blue


@pytest.mark.parametrize("size", [(1280, 720), (800, 480), (720, 1280)], ids=str)
@pytest.mark.parametrize("language", ["en", "ar", "hi", "ja"])
def test_every_word_is_readable_where_it_stands(
    language: str, size: tuple[int, int], typesetter: Typesetter
) -> None:
    shown = Stage(size, "Booth 7", FACTS, typesetter.measure)
    for name, snapshot in states(language).items():
        draws = lay_out(snapshot, shown, NOW_S, 0.5)
        for text in draws:
            if isinstance(text, Text) and text.text.strip():
                assert contrast(text.colour, ground(draws, text.box)) >= READABLE, (name, text)
