"""The field keeps one light, wherever it goes and whatever its colour."""

from dataclasses import replace

import pygame
import pytest

from kiosk.screen.backdrop import Field
from kiosk.screen.draws import Backdrop, Box
from kiosk.screen.theme import Theme

HERE = Backdrop(Box(0, 0, 320, 180), Box(40, 20, 100, 100), (20, 88, 82))


def pixels(field: Field) -> bytes:
    return pygame.image.tobytes(field.surface, "RGB")


def shown(*backdrops: Backdrop) -> bytes:
    field = Field(Theme())
    for backdrop in backdrops:
        field.show(backdrop)
    return pixels(field)


@pytest.mark.parametrize(
    ("then", "changed"),
    [
        (HERE, None),
        (replace(HERE, colour=(112, 54, 46)), pygame.Rect(40, 20, 100, 100)),
        (replace(HERE, glow=Box(45, 18, 100, 100)), pygame.Rect(40, 18, 105, 102)),
        (replace(HERE, glow=Box(40, 20, 60, 60)), pygame.Rect(0, 0, 320, 180)),
    ],
)
def test_only_the_light_is_painted_again(then: Backdrop, changed: pygame.Rect | None) -> None:
    field = Field(Theme())
    assert field.show(HERE) == pygame.Rect(0, 0, 320, 180)
    before = field.surface.copy()
    assert field.show(then) == changed
    assert pixels(field) == shown(then)
    if changed is not None:
        before.blit(field.surface, changed, changed)
    assert pygame.image.tobytes(before, "RGB") == pixels(field)


def test_the_light_has_its_colour_in_the_middle_and_none_at_its_edge() -> None:
    field, dark = Field(Theme()), Field(Theme())
    field.show(HERE)
    dark.show(replace(HERE, glow=Box(200, 60, 100, 100)))
    middle = field.surface.get_at((90, 70))
    assert all(abs(a - b) <= 3 for a, b in zip(middle[:3], HERE.colour, strict=True))
    assert field.surface.get_at((40, 20)) == dark.surface.get_at((40, 20))
