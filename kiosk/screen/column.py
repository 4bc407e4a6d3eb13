"""Stacks texts and other things from top to bottom."""

from collections.abc import Iterable
from dataclasses import replace

from kiosk.screen.draws import Box, Draw, Line, Measure, Text, Type, moved
from kiosk.screen.theme import Colour


class Column:
    """A growing stack of draws inside `width_px`; `at` places it."""

    def __init__(self, width_px: int, measure: Measure, *, right_to_left: bool = False) -> None:
        self._width_px = width_px
        self._measure = measure
        self._right_to_left = right_to_left
        self._draws: list[Draw] = []
        self.height_px = 0
        """How tall the stack is by now."""

    def gap(self, height_px: int) -> "Column":
        """Leave room."""
        self.height_px += height_px
        return self

    def text(self, text: str, type_: Type, colour: Colour, *, indent_px: int = 0) -> "Column":
        """Add a paragraph with lines of like length, `indent_px` from where reading begins."""
        width_px = self._width_px - indent_px
        lines = balanced(self._measure, text, type_, width_px)
        self._add(text, lines, type_, colour, indent_px, from_right=self._right_to_left)
        return self

    def lines(self, text: str, type_: Type, colour: Colour, *, last: int) -> "Column":
        """Add the last so many lines of what somebody says, at the side from which it is read."""
        lines = self._measure(text, type_, self._width_px)[-last:]
        self._add(text, lines, type_, colour, 0, from_right=lines[0].right_to_left)
        return self

    def _add(
        self,
        text: str,
        lines: Iterable[Line],
        type_: Type,
        colour: Colour,
        indent_px: int,
        *,
        from_right: bool,
    ) -> None:
        for line in lines:
            piece = text[line.start : line.end]
            x = self._width_px - indent_px - line.width_px if from_right else indent_px
            box = Box(x, self.height_px, line.width_px, type_.line_px)
            self._draws.append(Text(box, piece, type_, colour, line.right_to_left))
            self.height_px += type_.line_px

    def beside(self, draws: Iterable[Draw], *, mirrored: bool = True) -> "Column":
        """Add draws by their own boxes, measured from the top left of the stack.

        Where one reads from the right they change sides, unless they did so before.
        """
        for draw in draws:
            if self._right_to_left and mirrored:
                x = self._width_px - draw.box.right
                self._draws.append(replace(draw, box=replace(draw.box, x=x)))
            else:
                self._draws.append(draw)
        return self

    def at(self, x: int, y: int) -> tuple[Draw, ...]:
        """All draws with the top left of the stack at (x, y)."""
        return moved(self._draws, x, y)


def balanced(measure: Measure, text: str, type_: Type, width_px: int) -> tuple[Line, ...]:
    """The fewest lines that fit into `width_px`, with no short last one."""
    lines = measure(text, type_, width_px)
    if len(lines) == 1:
        return lines
    narrow, wide = width_px // len(lines), width_px
    while wide - narrow > type_.size_px // 2:
        middle = (narrow + wide) // 2
        if len(measure(text, type_, middle)) > len(lines):
            narrow = middle
        else:
            wide = middle
    return measure(text, type_, wide)
