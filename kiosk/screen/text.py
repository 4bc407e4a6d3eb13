"""Text by Pango: breaks it into lines for the layout, and draws single lines.

A line is drawn whole, once, and seen as far as it was spoken: so letters keep their place and
their shape while words are added, in every script and direction.
"""

from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from math import ceil

import pygame

from kiosk.screen.breaks import Measured
from kiosk.screen.cairo import new_surface, to_pygame
from kiosk.screen.draws import Line, Text, Type
from kiosk.screen.fonts import add_fonts
from kiosk.screen.pango import Shaped
from kiosk.screen.part import Part
from kiosk.screen.phrasing import phrased
from kiosk.screen.theme import Colour
from kiosk.screen.writing import font_packages, writing

CACHED_LINES = 32
CACHED_TEXTS = 256

Spans = tuple[tuple[float, float], ...]
"""Left and right ends in pixels."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """One line as a picture."""

    surface: pygame.Surface
    """Premultiplied; the line stands `Type.margin_px` inside on every side."""
    width_px: int
    spans_px: Spans
    """Each character's place in the line, in reading order."""
    blank: tuple[bool, ...]
    """Which characters are spaces."""
    right_to_left: bool


class Typesetter:
    """Measures and draws text in one font family; both are cached."""

    def __init__(self, family: str) -> None:
        add_fonts()
        self._family = family
        _, self._context = new_surface(8, 8)
        self.measure = lru_cache(CACHED_TEXTS)(self._measure)
        """The layout's `Measure`."""
        self._as_one = lru_cache(CACHED_TEXTS)(self._measured)
        self._picture = lru_cache(CACHED_LINES)(self._drawn)

    def forget(self) -> None:
        """Drop every text that was drawn."""
        for cache in (self.measure, self._as_one, self._picture):
            cache.cache_clear()

    @property
    def remembered(self) -> int:
        """How many texts and pictures of text are kept."""
        caches = (self.measure, self._as_one, self._picture)
        return sum(cache.cache_info().currsize for cache in caches)

    def draw(self, surface: pygame.Surface, text: Text) -> None:
        """Draw a line, as far as it is shown."""
        for part in self.parts(text):
            part.draw(surface)

    def parts(self, text: Text) -> tuple[Part, ...]:
        """A line, as far as it is shown, as parts of one picture, and its mark."""
        line = self._picture(text.text, text.type, text.colour, right_to_left=text.right_to_left)
        margin = text.type.margin_px
        from_right = line.right_to_left
        left = text.box.right - line.width_px if from_right else text.box.x
        shown = len(text.text) if text.shown is None else text.shown
        x, y = left - margin, text.box.y - margin
        parts = [
            Part(line.surface, x, y, (margin + begin, margin + end))
            for begin, end in visible(line, shown, margin)
        ]
        if text.mark:
            seen = line.spans_px[:shown] or ((line.width_px, 0.0),)
            reach = min(s[0] for s in seen) if from_right else max(s[1] for s in seen)
            parts.append(self._mark(text, left + round(reach), from_right=from_right))
        return tuple(parts)

    def _mark(self, text: Text, x: int, *, from_right: bool) -> Part:
        mark = self._picture(text.mark, text.type, text.colour, right_to_left=from_right)
        margin = text.type.margin_px
        left = x - mark.width_px if from_right else x
        return Part(mark.surface, left - margin, text.box.y - margin)

    def _measure(
        self,
        text: str,
        type_: Type,
        width_px: int,
        /,
        *,
        phrases: bool = False,
        growing: bool = False,
    ) -> tuple[Line, ...]:
        measured = self._as_one(text, type_)
        return (measured.known() if growing else measured).lines(width_px, phrases=phrases)

    def _measured(self, text: str, type_: Type) -> Measured:
        shaped = Shaped(self._context, self._family, text, type_)
        reach = (0.0, *accumulate(shaped.widths_px()))
        joints = shaped.breaks()
        found = phrased(shaped.text, joints, type_.language)
        return Measured(
            shaped.text,
            reach,
            found.breaks,
            joints,
            shaped.cursors(),
            found.settled,
            shaped.right_to_left,
        )

    def _drawn(
        self, text: str, type_: Type, colour: Colour, *, right_to_left: bool | None
    ) -> Drawn:
        shaped = Shaped(self._context, self._family, text, type_, right_to_left=right_to_left)
        margin, width = type_.margin_px, ceil(shaped.width_px)
        surface, context = new_surface(width + 2 * margin, type_.line_px + 2 * margin)
        context.set_source_rgb(*(part / 255 for part in colour))
        shaped.show(context, margin, margin + type_.baseline_px)
        blank = tuple(char.isspace() for char in text)
        spans = tuple(shaped.spans_px())
        return Drawn(to_pygame(surface), width, spans, blank, shaped.right_to_left)


def visible(line: Drawn, shown: int, margin_px: int) -> list[tuple[int, int]]:
    """Left and right ends of what is seen of a line when `shown` characters are.

    They reach half into the space before what is still hidden.
    """
    if shown >= len(line.spans_px):
        return [(-margin_px, line.width_px + margin_px)]
    hidden = [
        span
        for span, blank in zip(line.spans_px[shown:], line.blank[shown:], strict=True)
        if not blank and span[1] > span[0]
    ]
    out: list[tuple[int, int]] = []
    for left, right in joined(line.spans_px[:shown]):
        before = max((span[1] for span in hidden if span[1] <= left + 0.5), default=None)
        after = min((span[0] for span in hidden if span[0] >= right - 0.5), default=None)
        begin = -margin_px if before is None else round((before + left) / 2)
        end = line.width_px + margin_px if after is None else round((right + after) / 2)
        if out and begin < out[-1][1]:
            begin = out.pop()[0]
        out.append((begin, end))
    return out


def joined(spans: Spans) -> list[tuple[float, float]]:
    """The same places with neighbours made one, from left to right."""
    out: list[tuple[float, float]] = []
    for left, right in sorted(span for span in spans if span[1] > span[0]):
        if out and left <= out[-1][1] + 0.5:
            out[-1] = (out[-1][0], max(out[-1][1], right))
        else:
            out.append((left, right))
    return out


def missing_fonts(languages: tuple[str, ...], family: str = "Noto Sans") -> tuple[str, ...]:
    """Those of some languages (BCP 47) that no installed font can write."""
    add_fonts()
    _, context = new_surface(8, 8)
    return tuple(
        language
        for language in languages
        if Shaped(context, family, writing(language).sample, Type(20, language=language)).unknown
    )


def font_warning(languages: tuple[str, ...], family: str = "Noto Sans") -> str:
    """One sentence for the journal when a language cannot be written, else empty."""
    missing = missing_fonts(languages, family)
    if not missing:
        return ""
    return (
        f"No font that is installed can write {' and '.join(missing)}: "
        f"install {' and '.join(font_packages(missing))}."
    )
