"""Small premultiplied pictures that a face is put together from."""

from dataclasses import dataclass, replace

import numpy as np
import pygame
from numpy.typing import NDArray

from kiosk.screen.draws import Box


@dataclass(frozen=True, slots=True)
class Sprite:
    """A cropped picture and where it belongs."""

    surface: pygame.Surface
    """Premultiplied BGRA: blit with `BLEND_PREMULTIPLIED`."""
    x: int
    """Left edge inside the whole drawing, in pixels."""
    y: int


@dataclass(frozen=True, slots=True)
class Part:
    """A picture at a place.  Parts compare, so that one that stays is not drawn again."""

    surface: pygame.Surface
    """Premultiplied BGRA: blit with `BLEND_PREMULTIPLIED`."""
    x: int
    """Left edge in pixels: inside the drawing, or on the screen once `moved` there."""
    y: int

    @property
    def box(self) -> Box:
        """The pixels it may touch."""
        return Box(self.x, self.y, *self.surface.get_size())

    def moved(self, dx: int, dy: int) -> "Part":
        """The same elsewhere."""
        return replace(self, x=self.x + dx, y=self.y + dy)

    def draw(self, surface: pygame.Surface) -> None:
        """Draw it at its place."""
        surface.blit(self.surface, (self.x, self.y), special_flags=pygame.BLEND_PREMULTIPLIED)


def sprite(pixels: NDArray[np.uint8]) -> Sprite:
    """Crop a premultiplied BGRA picture (height, width, 4) to what is visible in it."""
    rows = np.flatnonzero(pixels[..., 3].any(axis=1))
    columns = np.flatnonzero(pixels[..., 3].any(axis=0))
    if not len(rows):
        return Sprite(pygame.Surface((1, 1), pygame.SRCALPHA), 0, 0)
    top, left = int(rows[0]), int(columns[0])
    cropped = np.ascontiguousarray(pixels[top : rows[-1] + 1, left : columns[-1] + 1])
    height, width = cropped.shape[:2]
    surface = pygame.image.frombytes(cropped.tobytes(), (width, height), "BGRA")
    return Sprite(surface, left, top)
