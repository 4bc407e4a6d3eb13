"""The draw list: what stands where on the screen, as immutable values that compare."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Literal

from kiosk.screen.theme import Colour

Look = Literal["idle", "listening", "thinking", "speaking", "sorry", "happy", "resting"]
"""Faces the avatar can make."""

LINE_HEIGHT = 1.36
"""Height of a line for a font size of 1; Noto Sans' own."""
CAP_HEIGHT = 0.714
"""Height of a capital letter for a font size of 1, in Noto Sans."""


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in pixels."""

    x: int
    y: int
    w: int
    h: int

    @property
    def right(self) -> int:
        """The first column beyond it."""
        return self.x + self.w

    @property
    def bottom(self) -> int:
        """The first row beyond it."""
        return self.y + self.h

    def moved(self, dx: int, dy: int) -> "Box":
        """The same size elsewhere."""
        return Box(self.x + dx, self.y + dy, self.w, self.h)

    def grown(self, by: int) -> "Box":
        """Larger by as much on every side."""
        return Box(self.x - by, self.y - by, self.w + 2 * by, self.h + 2 * by)

    def overlaps(self, other: "Box") -> bool:
        """True when they share a pixel."""
        return (
            self.x < other.right
            and other.x < self.right
            and self.y < other.bottom
            and other.y < self.bottom
        )

    def holds(self, other: "Box") -> bool:
        """True when `other` lies inside."""
        return (
            self.x <= other.x
            and self.y <= other.y
            and other.right <= self.right
            and other.bottom <= self.bottom
        )


@dataclass(frozen=True, slots=True)
class Type:
    """One size and weight of the font."""

    size_px: int
    bold: bool = False

    @property
    def line_px(self) -> int:
        """Height of one line."""
        return round(self.size_px * LINE_HEIGHT)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a broken text."""

    start: int
    """Index of its first character."""
    end: int
    """Index after its last character that is no space."""
    width_px: int


Measure = Callable[[str, Type, int], tuple[Line, ...]]
"""Breaks a text into lines of at most so many pixels; at least one line."""


@dataclass(frozen=True, slots=True)
class Backdrop:
    """The field behind everything, with the light around the face."""

    box: Box
    glow: Box
    """The light's square; it fades out at its edge."""
    colour: Colour


@dataclass(frozen=True, slots=True)
class Text:
    """One line of text, drawn from the left of its box, which is one line high."""

    box: Box
    text: str
    type: Type
    colour: Colour


@dataclass(frozen=True, slots=True)
class Dot:
    """A small disc, or an open circle."""

    box: Box
    colour: Colour
    filled: bool


@dataclass(frozen=True, slots=True)
class Button:
    """The lit button in the candidate's hand."""

    box: Box
    pressed: bool = False


@dataclass(frozen=True, slots=True)
class Ring:
    """A circle that fills clockwise from the top."""

    box: Box
    share: float
    """0 is empty, 1 is full."""
    width_px: int
    colour: Colour


@dataclass(frozen=True, slots=True)
class Bars:
    """A level as a row of upright bars around the middle line."""

    box: Box
    heights_px: tuple[int, ...]
    colour: Colour


@dataclass(frozen=True, slots=True)
class Panel:
    """A rounded area behind something."""

    box: Box
    colour: Colour
    radius_px: int


IconName = Literal["clock", "voice", "lock", "button", "again"]


@dataclass(frozen=True, slots=True)
class Icon:
    """A small line drawing."""

    box: Box
    name: IconName
    colour: Colour


@dataclass(frozen=True, slots=True)
class Face:
    """The avatar; the box is its whole drawing, the face itself fills the middle."""

    box: Box
    look: Look


Draw = Backdrop | Text | Dot | Button | Ring | Bars | Panel | Icon | Face


def moved(draws: Iterable[Draw], dx: int, dy: int) -> tuple[Draw, ...]:
    """The same draws elsewhere."""
    return tuple(replace(draw, box=draw.box.moved(dx, dy)) for draw in draws)
