"""Text by Pango: breaks it into lines for the layout, and draws single lines."""

from functools import lru_cache

import cairocffi
import pygame

from kiosk.screen.cairo import new_surface, to_pygame
from kiosk.screen.draws import Line, Type
from kiosk.screen.errors import ScreenError
from kiosk.screen.fonts import add_fonts
from kiosk.screen.theme import Colour

try:
    import pangocairocffi
    import pangocffi
except OSError as error:
    raise ScreenError("Text cannot be drawn: install libpangocairo-1.0-0.") from error

UNITS = 1024
"""Pango's units in a pixel."""
CACHED_LINES = 96
CACHED_TEXTS = 256


class Typesetter:
    """Measures and draws text in one font family; both are cached."""

    def __init__(self, family: str) -> None:
        add_fonts()
        self._family = family
        _, self._context = new_surface(8, 8)
        self.measure = lru_cache(CACHED_TEXTS)(self._measure)
        """The layout's `Measure`."""
        self.render = lru_cache(CACHED_LINES)(self._render)
        """One line as a premultiplied surface; see `_render`."""

    def forget(self) -> None:
        """Drop every text that was drawn."""
        self.measure.cache_clear()
        self.render.cache_clear()

    def _layout(self, context: cairocffi.Context, text: str, type_: Type) -> pangocffi.Layout:
        layout = pangocairocffi.create_layout(context)
        font = pangocffi.FontDescription()
        font.family = self._family
        font.weight = pangocffi.Weight.BOLD if type_.bold else pangocffi.Weight.NORMAL
        font.set_absolute_size(type_.size_px * UNITS)
        layout.font_description = font
        layout.text = text
        return layout

    def _measure(self, text: str, type_: Type, width_px: int) -> tuple[Line, ...]:
        layout = self._layout(self._context, text, type_)
        layout.width = max(1, width_px) * UNITS
        layout.wrap = pangocffi.WrapMode.WORD_CHAR
        raw = text.encode()
        starts, widths = [], []
        extents = pangocffi.ffi.new("PangoRectangle *")
        for number in range(layout.get_line_count()):
            line = pangocffi.pango.pango_layout_get_line_readonly(layout.pointer, number)
            start = pangocffi.pango.pango_layout_line_get_start_index(line)
            starts.append(len(raw[:start].decode()))
            pangocffi.pango.pango_layout_line_get_extents(line, pangocffi.ffi.NULL, extents)
            widths.append(-(-extents.width // UNITS))
        ends = [*starts[1:], len(text)]
        return tuple(
            Line(start, start + len(text[start:end].rstrip()), width)
            for start, end, width in zip(starts, ends, widths, strict=True)
        )

    def _render(self, text: str, type_: Type, colour: Colour) -> tuple[pygame.Surface, int]:
        """Draw one line; returns the surface and how far it begins left of the line's box."""
        margin = type_.size_px // 4
        width = self._measure(text, type_, 1 << 20)[0].width_px
        surface, context = new_surface(width + 2 * margin, type_.line_px)
        layout = self._layout(context, text, type_)
        logical = layout.get_extents()[1]
        context.move_to(margin, (type_.line_px - logical.height / UNITS) / 2)
        context.set_source_rgb(*(part / 255 for part in colour))
        pangocairocffi.show_layout(context, layout)
        return to_pygame(surface), margin
