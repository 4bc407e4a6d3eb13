"""Where the conversation stands: the question, what is said, and the candidate's place.

The places depend on the screen, the theme and the language, never on what is said: nothing moves
when one of them is empty or fills.
"""

import math
from dataclasses import dataclass
from functools import lru_cache

from kiosk.screen.draws import Box, Type
from kiosk.screen.grid import Grid, grid
from kiosk.screen.theme import Theme
from kiosk.screen.writing import writing

MM_IN_INCH = 25.4
MIN_TEXT_MM = 10.0
"""Height of a plain letter of what either speaker says."""

TOP = 58
"""From the top of the column: how far the interview is, and a gap."""
ABOVE_CAPTION = 8
ABOVE_PANEL = 18
PAD = 20
"""Between the candidate's panel and what is in it."""
BARS_WIDTH = 92
LEAST_SPEECH_EM = 11.0
"""A line holds at least so many letters M: type grows no further for a small screen."""
LEAST_ANSWER_EM = 9.0

LINES = ((1, 2, 2), (2, 2, 2), (2, 3, 2), (2, 2, 3), (2, 3, 3), (3, 3, 3), (3, 3, 4))
"""Lines of question, caption and answer: the last that fits is taken, the first always does."""


@dataclass(frozen=True, slots=True)
class Zone:
    """A place for a few lines in one type."""

    box: Box
    """Around all its lines; that of the question is taller where the screen has room left."""
    type: Type
    lines: int


@dataclass(frozen=True, slots=True)
class Zones:
    """The three places, from top to bottom."""

    question: Zone
    caption: Zone
    answer: Zone
    """The candidate's words, and left (or right) of them in the same panel their level."""


def speech_types(
    places: Grid, theme: Theme, language: str, diagonal_inch: float
) -> tuple[Type, Type]:
    """Type of the interviewer's and of the candidate's words.

    As the theme wants them, larger where the screen is small for its pixels, and no larger than
    leaves two lines of each with words that are not torn.
    """
    style = writing(language)
    mm = mm_per_px(places, diagonal_inch)
    readable_px = math.ceil(MIN_TEXT_MM / mm / style.letter)
    room_px = _room_px(places)
    question, caption, answer = LINES[0]
    answer_em = answer_width(places) / LEAST_ANSWER_EM
    wanted = [
        min(max(round(size * theme.text_scale * places.unit), readable_px), int(most))
        for size, most in (
            (theme.speech, places.column.w / LEAST_SPEECH_EM),
            (theme.answer, answer_em),
        )
    ]
    height_px = style.line * (caption * wanted[0] + (question + answer) * wanted[1])
    shrink = min(1.0, room_px / height_px)
    speech, told = (Type(max(8, int(px * shrink)), language=language) for px in wanted)
    return speech, told


@lru_cache(64)
def zones(size: tuple[int, int], theme: Theme, language: str, diagonal_inch: float) -> Zones:
    """The places on a screen of `size` pixels."""
    places = grid(size)
    speech, told = speech_types(places, theme, language, diagonal_inch)
    room_px = _room_px(places)
    question, caption, answer = next(
        lines
        for lines in reversed(LINES)
        if lines is LINES[0] or _height_px(lines, speech, told) <= room_px
    )
    column, pad = places.column, places.px(PAD)
    spare = max(0, room_px - _height_px((question, caption, answer), speech, told)) // 3
    asked_px = question * told.line_px + 2 * spare
    asked = Box(column.x, column.y + places.px(TOP), column.w, asked_px)
    said_y = asked.bottom + places.px(ABOVE_CAPTION)
    said = Box(column.x, said_y, column.w, caption * speech.line_px)
    height = answer * told.line_px
    answered = Box(column.x + pad, column.bottom - pad - height, answer_width(places), height)
    return Zones(
        Zone(asked, told, question), Zone(said, speech, caption), Zone(answered, told, answer)
    )


def answer_width(places: Grid) -> int:
    """Room for the candidate's words beside their level."""
    return places.column.w - places.px(BARS_WIDTH) - 3 * places.px(PAD)


def _room_px(places: Grid) -> int:
    """Height for lines of text in the column."""
    used = places.px(TOP) + places.px(ABOVE_CAPTION) + places.px(ABOVE_PANEL) + 2 * places.px(PAD)
    return places.column.h - used


def _height_px(lines: tuple[int, int, int], speech: Type, told: Type) -> int:
    question, caption, answer = lines
    return caption * speech.line_px + (question + answer) * told.line_px


def mm_per_px(places: Grid, diagonal_inch: float) -> float:
    """Millimetres of a pixel on the glass."""
    return diagonal_inch * MM_IN_INCH / math.hypot(places.width, places.height)


def text_mm(
    size: tuple[int, int],
    diagonal_inch: float,
    theme: Theme | None = None,
    language: str = "en",
) -> float:
    """Height in millimetres of a plain letter in the smaller of the two speakers' subtitles.

    A plain letter stands on its line without marks: capital H, alef, a Devanagari letter up to its
    head line, a kana.
    """
    places = grid(size)
    types = speech_types(places, theme or Theme(), language, diagonal_inch)
    smaller_px = min(type_.size_px for type_ in types)
    return smaller_px * writing(language).letter * mm_per_px(places, diagonal_inch)


def text_warning(
    size: tuple[int, int],
    diagonal_inch: float,
    theme: Theme | None = None,
    language: str = "en",
) -> str:
    """One sentence for the journal when the words are too small to read, else empty."""
    height_mm = text_mm(size, diagonal_inch, theme, language)
    if height_mm >= MIN_TEXT_MM:
        return ""
    return (
        f"Subtitles are {height_mm:.1f} mm high on a {diagonal_inch:g} inch screen of "
        f"{size[0]}x{size[1]}, less than {MIN_TEXT_MM:.0f} mm: use a larger screen."
    )
