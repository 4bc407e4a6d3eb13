"""What is seen stands out from every pixel behind it, in every shipped theme."""

from functools import lru_cache

import numpy as np
import pygame
import pytest
from numpy.typing import NDArray

from kiosk.core.snapshot import Mood, Phase, Snapshot
from kiosk.places import THEMES
from kiosk.screen.avatar import Avatar
from kiosk.screen.backdrop import Field
from kiosk.screen.draws import Backdrop, Box, Draw, Look, Panel, Text
from kiosk.screen.gallery_states import NOW_S, states
from kiosk.screen.grid import FACE_SIDE, grid
from kiosk.screen.layout import lay_out
from kiosk.screen.legibility import READABLE, VISIBLE
from kiosk.screen.motion import Blend
from kiosk.screen.stage import Stage
from kiosk.screen.text import Typesetter
from kiosk.screen.theme import Colour, Theme, contrast
from kiosk.screen.theme_file import load_theme
from tests.screen.laid_out import FACTS

NAMES = sorted(path.stem for path in THEMES.glob("*.toml"))
WEIGHTS = np.array([0.2126, 0.7152, 0.0722])
BESIDE: dict[Look, Box] = {"listening": Box(10, 130, 76, 280), "thinking": Box(390, 20, 110, 120)}
"""Where nothing but arcs, or dots, stands in the drawing."""


@lru_cache(3)
def shipped(name: str) -> Theme:
    return load_theme(name, [THEMES])


@lru_cache(32)
def lit(theme: Theme, backdrop: Backdrop) -> tuple[NDArray[np.uint8], NDArray[np.float64]]:
    """The field's pixels, and about how light each is."""
    field = Field(theme)
    field.show(backdrop)
    pixels = pygame.surfarray.array3d(field.surface)
    return pixels, (pixels / 255.0) ** 2.2 @ WEIGHTS


def grounds(draws: tuple[Draw, ...], box: Box, theme: Theme) -> list[Colour]:
    """The panel a box stands on, or else the darkest and the lightest pixel of the field in it."""
    for draw in draws:
        if isinstance(draw, Panel) and draw.box.holds(box):
            return [draw.colour]
    backdrop = draws[0]
    assert isinstance(backdrop, Backdrop)
    pixels, lightness = lit(theme, backdrop)
    inside = np.s_[box.x : box.right, box.y : box.bottom]
    ends = int(lightness[inside].argmin()), int(lightness[inside].argmax())
    return [tuple(pixels[inside].reshape(-1, 3)[end].tolist()) for end in ends]


@pytest.mark.parametrize("size", [(1280, 720), (800, 480), (720, 1280)], ids=str)
@pytest.mark.parametrize("language", ["en", "ar", "hi", "ja"])
@pytest.mark.parametrize("name", NAMES)
def test_every_word_is_readable_where_it_stands(
    name: str, language: str, size: tuple[int, int], typesetter: Typesetter
) -> None:
    theme = shipped(name)
    shown = Stage(size, "Booth 7", FACTS, typesetter.measure, theme=theme)
    for screen, snapshot in states(language).items():
        draws = lay_out(snapshot, shown, NOW_S, 0.5)
        for text in draws:
            if isinstance(text, Text) and text.text.strip():
                for ground in grounds(draws, text.box, theme):
                    assert contrast(text.colour, ground) >= READABLE, (screen, text)


@pytest.mark.parametrize("name", NAMES)
def test_listening_and_thinking_are_seen_without_words(name: str, typesetter: Typesetter) -> None:
    theme, size = shipped(name), (640, 360)
    place, stage = grid(size).face, Stage(size, "", FACTS, typesetter.measure, theme=theme)
    avatar = Avatar(place.w, theme=theme)
    for look, part in BESIDE.items():
        mood = Mood.LISTENING if look == "listening" else Mood.THINKING
        backdrop = lay_out(Snapshot(Phase.CONNECTING, mood=mood), stage, NOW_S)[0]
        assert isinstance(backdrop, Backdrop)
        assert backdrop.colour == theme.glows[look]
        field = Field(theme)
        field.show(backdrop)
        left, top, right, bottom = (
            round(edge * place.w / FACE_SIDE) for edge in (part.x, part.y, part.right, part.bottom)
        )
        inside = np.s_[place.x + left : place.x + right, place.y + top : place.y + bottom]
        plain = pygame.surfarray.array3d(field.surface)[inside].reshape(-1, 3)
        for moment in range(16):
            drawn = field.surface.copy()
            for each in avatar.pose(Blend(look, look, 1.0, age_s=5 + moment / 5), NOW_S):
                each.moved(place.x, place.y).draw(drawn)
            seen = pygame.surfarray.array3d(drawn)[inside].reshape(-1, 3)
            changed = (seen != plain).any(axis=1)
            pairs = zip(seen[changed].tolist(), plain[changed].tolist(), strict=True)
            assert max(contrast(ink, ground) for ink, ground in pairs) >= VISIBLE, (look, moment)
