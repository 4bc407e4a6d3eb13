"""Where things may stand on a screen of a given size."""

from dataclasses import dataclass
from functools import lru_cache

from kiosk.screen.draws import Box, Type

FACE_SIDE = 520
"""The avatar's drawing, in units; the same as its Lottie files."""


@dataclass(frozen=True, slots=True)
class Grid:
    """The areas of one screen; a unit is one pixel at 1280 by 720, or 720 by 1280 upright."""

    width: int
    height: int
    unit: float
    """Pixels per unit."""
    face: Box
    """The avatar's drawing."""
    column: Box
    """Everything that is read stands here, above the footer."""
    footer: Box
    foot: Box
    """The part of the footer below the column."""
    upright: bool

    def px(self, units: float) -> int:
        """Pixels for so many units."""
        return round(units * self.unit)

    def type(
        self, size: float, *, bold: bool = False, shrink: float = 1.0, language: str = "en"
    ) -> Type:
        """A font size of the theme on this screen."""
        return Type(max(8, round(size * self.unit * shrink)), bold, language)


@lru_cache(16)
def grid(size: tuple[int, int]) -> Grid:
    """The areas of a screen of `size` pixels: face beside the text, or above it when upright."""
    width, height = size
    upright = height > width
    unit = min(width / 720, height / 1280) if upright else min(width / 1280, height / 720)

    def px(units: float) -> int:
        return round(units * unit)

    side, margin = px(FACE_SIDE), px(56)
    footer = Box(margin, height - px(86), width - 2 * margin, px(52))
    if upright:
        face = Box((width - side) // 2, px(36), side, side)
        column = Box(margin, face.bottom + px(8), width - 2 * margin, 0)
    else:
        middle = round(0.245 * width)
        face = Box(middle - side // 2, (height - side) // 2 - px(14), side, side)
        left = round(0.4625 * width)
        column = Box(left, px(40), width - margin - left, 0)
    column = Box(column.x, column.y, column.w, footer.y - px(22) - column.y)
    foot = Box(column.x, footer.y, column.w, footer.h)
    return Grid(width, height, unit, face, column, footer, foot, upright)
