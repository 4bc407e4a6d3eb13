"""The field and the light around the face, kept ready as one picture."""

import numpy as np
import pygame
from numpy.typing import NDArray

from kiosk.screen.draws import Backdrop, Box
from kiosk.screen.theme import Colour, Theme

GRAIN_SEED = 7


class Field:
    """Keeps the field with one light painted into it; a new colour repaints only the light."""

    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        self._plain = pygame.Surface((1, 1))
        self._light = pygame.Surface((1, 1))
        self._drawn: Backdrop | None = None
        self.surface = self._plain
        """The finished picture, as large as the screen."""

    def show(self, backdrop: Backdrop) -> pygame.Rect | None:
        """Bring `surface` up to date; returns what changed of it."""
        old = self._drawn
        if old == backdrop:
            return None
        self._drawn = backdrop
        place = _rect(backdrop.glow)
        if old is None or old.box != backdrop.box or old.glow.w != backdrop.glow.w:
            self._plain = gradient(backdrop.box, self._theme.field_top, self._theme.field_bottom)
            self._light = light(backdrop.glow.w)
            self.surface = self._plain.copy()
            changed = _rect(backdrop.box)
        else:
            self.surface.blit(self._plain, _rect(old.glow), _rect(old.glow))
            changed = place.union(_rect(old.glow))
        tinted = self._light.copy()
        tinted.fill(backdrop.colour, special_flags=pygame.BLEND_RGB_MULT)
        self.surface.blit(tinted, place, special_flags=pygame.BLEND_PREMULTIPLIED)
        return changed


def _rect(box: Box) -> pygame.Rect:
    return pygame.Rect(box.x, box.y, box.w, box.h)


def gradient(box: Box, top: Colour, bottom: Colour) -> pygame.Surface:
    """An opaque vertical gradient with a grain that hides its steps."""
    grain = np.random.default_rng(GRAIN_SEED).random((box.h, box.w), np.float32)
    share = np.linspace(0, 1, box.h, dtype=np.float32)[:, None]
    pixels = np.empty((box.h, box.w, 3), np.uint8)
    for channel in range(3):
        value = top[channel] + share * (bottom[channel] - top[channel])
        pixels[..., channel] = value + grain
    return opaque(pixels)


def light(side: int) -> pygame.Surface:
    """A white light whose edge is transparent, premultiplied: tint it, then lay it on a field."""
    axis = np.linspace(-1, 1, side, dtype=np.float32)
    away = np.minimum(1.0, np.hypot(axis[:, None], axis[None, :]))
    value = 255 * (0.5 + 0.5 * np.cos(np.pi * away)) ** 1.25
    grain = np.random.default_rng(GRAIN_SEED).random((side, side), np.float32) - 0.5
    alpha: NDArray[np.uint8] = np.clip(value + 3 * grain * (value > 1), 0, 255).astype(np.uint8)
    return pygame.image.frombytes(np.repeat(alpha, 4).tobytes(), (side, side), "BGRA")


def opaque(pixels: NDArray[np.uint8]) -> pygame.Surface:
    """Pixels (height, width, 3) as a surface that blits fast onto a screen."""
    height, width = pixels.shape[:2]
    surface = pygame.Surface((width, height), 0, 32)
    surface.blit(pygame.image.frombytes(pixels.tobytes(), (width, height), "RGB"), (0, 0))
    return surface
