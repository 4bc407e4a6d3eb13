"""The small bridge to Pango: one paragraph as one line, and where its characters stand in it."""

from collections.abc import Iterator
from typing import Any

import cairocffi

from kiosk.screen.draws import Type
from kiosk.screen.errors import ScreenError
from kiosk.screen.writing import families, tongue, writing

try:
    import pangocairocffi
    import pangocffi
except OSError as error:
    raise ScreenError("Text cannot be drawn: install libpangocairo-1.0-0.") from error

UNITS = 1024
"""Pango's units in a pixel."""
LINE_BREAK, CURSOR = 1, 16
"""Bits of a PangoLogAttr: a line may begin here; a character as people see it begins here."""

_ffi, _pango = pangocffi.ffi, pangocffi.pango
_LTR, _RTL = 0, 1
_BLANKS = dict.fromkeys((*range(0x20), *range(0x7F, 0xA0), 0x2028, 0x2029), " ")


class Shaped:
    """A text, shaped and ordered by Pango as one line in one font."""

    def __init__(
        self,
        context: cairocffi.Context,
        font: str,
        text: str,
        type_: Type,
        *,
        right_to_left: bool | None = None,
    ) -> None:
        """Lay out `text`; its own letters tell from which side it is read unless told."""
        self.text = text.translate(_BLANKS)
        self._raw = self.text.encode("utf-8", "replace")
        language = tongue(text, type_.language)
        if right_to_left is None:
            right_to_left = reads_from_right(self.text, language)
        self.right_to_left = right_to_left
        self._layout = pangocairocffi.create_layout(context)
        self._pointer = self._layout.pointer
        pango_context = _pango.pango_layout_get_context(self._pointer)
        _pango.pango_context_set_language(
            pango_context, _pango.pango_language_from_string(language.encode())
        )
        _pango.pango_context_set_base_dir(pango_context, _RTL if right_to_left else _LTR)
        _pango.pango_layout_set_auto_dir(self._pointer, 0)
        described = pangocffi.FontDescription()
        described.family = families(font, language)
        described.weight = pangocffi.Weight.BOLD if type_.bold else pangocffi.Weight.NORMAL
        described.set_absolute_size(type_.size_px * UNITS)
        self._layout.font_description = described
        _pango.pango_layout_set_text(self._pointer, self._raw, len(self._raw))

    @property
    def unknown(self) -> int:
        """How many of its characters no font has."""
        return int(_pango.pango_layout_get_unknown_glyphs_count(self._pointer))

    @property
    def width_px(self) -> float:
        """Width of the whole line."""
        extents = _ffi.new("PangoRectangle *")
        _pango.pango_layout_get_extents(self._pointer, _ffi.NULL, extents)
        return float(extents.width / UNITS)

    def show(self, context: cairocffi.Context, x: float, baseline: float) -> None:
        """Draw it with its left end at `x` and the feet of its letters at `baseline`."""
        context.move_to(x, baseline - self._layout.get_baseline() / UNITS)
        pangocairocffi.show_layout(context, self._layout)

    def widths_px(self) -> list[float]:
        """Width of each character, in reading order."""
        widths = [0.0] * len(self.text)
        for first, run, _ in self._runs():
            for number, width in enumerate(run):
                widths[first + number] = width
        return widths

    def spans_px(self) -> list[tuple[float, float]]:
        """Left and right end of each character, in reading order."""
        spans = [(0.0, 0.0)] * len(self.text)
        x = 0.0
        for first, run, backwards in self._runs():
            numbers = range(len(run) - 1, -1, -1) if backwards else range(len(run))
            for number in numbers:
                spans[first + number] = (x, x + run[number])
                x += run[number]
        return spans

    def breaks(self) -> list[int]:
        """Indices above 0 where a line may begin; the last is the length of the text."""
        return [i for i, bits in self._attributes() if bits & LINE_BREAK and i]

    def cursors(self) -> list[int]:
        """Indices at which a character as people see it begins."""
        return [i for i, bits in self._attributes() if bits & CURSOR]

    def _attributes(self) -> Iterator[tuple[int, int]]:
        count = _ffi.new("int *")
        attributes = _pango.pango_layout_get_log_attrs_readonly(self._pointer, count)
        words = _ffi.cast("uint32_t *", attributes)
        return enumerate(_ffi.unpack(words, count[0]))

    def _runs(self) -> Iterator[tuple[int, list[float], bool]]:
        """From left to right: index of the first character, widths, and if read from the right."""
        iterator = _pango.pango_layout_get_iter(self._pointer)
        spot = _ffi.new("PangoRectangle *")
        raw = _pango.pango_layout_get_text(self._pointer)
        try:
            while True:
                run = _pango.pango_layout_iter_get_run_readonly(iterator)
                if run != _ffi.NULL:
                    item: Any = run.item
                    widths = _ffi.new("int[]", max(1, item.num_chars))
                    _pango.pango_glyph_item_get_logical_widths(run, raw, widths)
                    _pango.pango_layout_index_to_pos(self._pointer, item.offset, spot)
                    first = len(self._raw[: item.offset].decode())
                    pixels = [w / UNITS for w in _ffi.unpack(widths, item.num_chars)]
                    yield first, pixels, spot.width < 0
                if not _pango.pango_layout_iter_next_run(iterator):
                    return
        finally:
            _pango.pango_layout_iter_free(iterator)


def reads_from_right(text: str, language: str) -> bool:
    """Whether a paragraph is read from the right.

    Its first letter tells; but in a language that is written from the right any such letter does,
    for names of companies are often Latin there.
    """
    raw = text.encode("utf-8", "replace")
    found = _pango.pango_find_base_dir(raw, len(raw))
    native = writing(language).right_to_left
    if native and found == _LTR:
        return any(_pango.pango_unichar_direction(ord(char)) == _RTL for char in text)
    return native if found not in (_LTR, _RTL) else found == _RTL
