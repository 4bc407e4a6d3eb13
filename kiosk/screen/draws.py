"""The draw list: what stands where on the screen, as immutable values that compare."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal, Protocol

from kiosk.screen.theme import Colour
from kiosk.screen.writing import writing

Look = Literal["idle", "listening", "thinking", "speaking", "sorry", "happy", "resting"]
"""Faces the avatar can make."""


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
    """One size and weight of the font, in one language."""

    size_px: int
    bold: bool = False
    language: str = "en"
    """BCP 47: it decides about fonts, shapes of characters and the height of a line."""

    @property
    def line_px(self) -> int:
        """Height of one line."""
        return round(self.size_px * writing(self.language).line)

    @property
    def baseline_px(self) -> int:
        """From the top of a line to the foot of its letters."""
        return round(self.size_px * writing(self.language).baseline)

    @property
    def margin_px(self) -> int:
        """Ink may reach so far out of a line."""
        return self.size_px // 4


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a broken text."""

    start: int
    """Index of its first character."""
    end: int
    """Index after its last character that is no space."""
    width_px: int
    right_to_left: bool = False
    """The text it is of is read from the right."""


class Measure(Protocol):
    """Breaks a text into lines of at most so many pixels; at least one line."""

    def __call__(
        self,
        text: str,
        type_: Type,
        width_px: int,
        /,
        *,
        phrases: bool = False,
        growing: bool = False,
    ) -> tuple[Line, ...]:
        """With `phrases` a line that is nearly full ends with its sentence or clause.

        With `growing` the lines hold only what stays where it is whatever is added to the text.
        """
        ...


@dataclass(frozen=True, slots=True)
class Backdrop:
    """The field behind everything, with the light around the face."""

    box: Box
    glow: Box
    """The light's square; it fades out at its edge."""
    colour: Colour


@dataclass(frozen=True, slots=True)
class Text:
    """One line of text in its box, which is one line high.

    It begins at the side of the box from which its language is read.
    """

    box: Box
    text: str
    type: Type
    colour: Colour
    right_to_left: bool | None = None
    """The paragraph it is of is read from the right; None for what the line itself tells."""
    shown: int | None = None
    """Only so many characters are seen, in the place they have in the whole line; None for all."""
    mark: str = ""
    """Stands where the characters that are seen end."""


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


IconName = Literal[
    "talk", "clock", "voice", "lock", "button", "again", "weak", "away", "deaf", "mute", "here"
]


@dataclass(frozen=True, slots=True)
class Icon:
    """A small line drawing."""

    box: Box
    name: IconName
    colour: Colour


@dataclass(frozen=True, slots=True)
class QrCode:
    """A text for phones: dark squares on a light ground that fills the box, quiet zone included."""

    box: Box
    """A square."""
    text: str


@dataclass(frozen=True, slots=True)
class Image:
    """A picture from a file, stretched to its box."""

    box: Box
    path: Path


@dataclass(frozen=True, slots=True)
class Face:
    """The avatar; the box is its whole drawing, the face itself fills the middle."""

    box: Box
    look: Look


Draw = Backdrop | Text | Dot | Button | Ring | Bars | Panel | Icon | QrCode | Image | Face


def moved(draws: Iterable[Draw], dx: int, dy: int) -> tuple[Draw, ...]:
    """The same draws elsewhere."""
    return tuple(replace(draw, box=draw.box.moved(dx, dy)) for draw in draws)
