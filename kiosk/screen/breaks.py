"""Breaks a measured text into lines.

Where a line breaks depends only on what stands before: text that is added at the end never moves
a word that stood there, but for the last one of a script that writes no spaces.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import ceil

from kiosk.core.sentences import CLAUSE_ENDS, CLOSING, SENTENCE_ENDS, cut_short
from kiosk.screen.draws import Line

HANGING = frozenset("。、，．！？")
"""With `phrases` these may stand beyond the width, as they do in print."""
SENTENCE_SHARE = 0.5
"""A line this full ends with a sentence, although the next word would fit."""
CLAUSE_SHARE = 0.72
"""The same for a clause."""


@dataclass(frozen=True, slots=True)
class Measured:
    """A text as one endless line."""

    text: str
    reach_px: Sequence[float]
    """Width of all characters before each index, in reading order; one more than characters."""
    breaks: Sequence[int]
    """Where a line may begin: indices above 0 in rising order, the last is the text's length."""
    joints: Sequence[int]
    """The same inside of words and phrases, for those that are longer than a line."""
    cursors: Sequence[int]
    """Where a character as people see it begins: not before a mark that belongs to another."""
    settled: int
    """Up to this index, one of the breaks or 0, nothing moves whatever is added to the text."""
    right_to_left: bool = False
    """The paragraph is read from the right."""

    def lines(self, width_px: int, *, phrases: bool = False) -> tuple[Line, ...]:
        """The text in lines of at most `width_px`; at least one.

        A word is broken only where it is longer than a line.  With `phrases` a line that is nearly
        full ends with its sentence or clause.
        """
        lines: list[Line] = []
        start = 0
        while True:
            after = self._line_end(start, width_px, phrases=phrases)
            end = self._inked(start, after)
            width = ceil(self.reach_px[end] - self.reach_px[start])
            lines.append(Line(start, end, width, self.right_to_left))
            start = after
            if start >= len(self.text):
                return tuple(lines)

    def known(self) -> "Measured":
        """Only what is settled of it."""
        breaks = [index for index in self.breaks if index <= self.settled]
        return replace(self, text=self.text[: self.settled], breaks=breaks)

    def _line_end(self, start: int, width_px: int, *, phrases: bool) -> int:
        """Where the line that begins at `start` gives way to the next."""
        fits = start
        for after in self.breaks[bisect_right(self.breaks, start) :]:
            end = self._inked(start, after)
            width = self.reach_px[end] - self.reach_px[start]
            if phrases and self.text[end - 1] in HANGING:
                width = self.reach_px[end - 1] - self.reach_px[start]
            if width > width_px:
                break
            fits = after
            if phrases and width >= _share(self.text, end) * width_px:
                break
        return fits if fits > start else self._torn(start, width_px)

    def _torn(self, start: int, width_px: int) -> int:
        """Where a word that is longer than the line has to be broken."""
        whole = next((b for b in self.breaks if b > start), len(self.text))
        most = self.reach_px[start] + width_px
        for places in (self.joints, self.cursors):
            inside = [place for place in places if start < place < whole]
            fitting = [place for place in inside if self.reach_px[place] <= most]
            if fitting:
                return max(fitting)
        return min(inside, default=whole)

    def _inked(self, start: int, end: int) -> int:
        """`end` without the spaces before it."""
        while end > start and self.text[end - 1].isspace():
            end -= 1
        return end


def _share(text: str, end: int) -> float:
    """How full a line must be to end here although more would fit; above 1 for never."""
    while end > 0 and text[end - 1] in CLOSING:
        end -= 1
    last = text[end - 1] if end else ""
    if last == "." and cut_short(text, end - 1):
        return 2.0
    if last in SENTENCE_ENDS:
        return SENTENCE_SHARE
    return CLAUSE_SHARE if last in CLAUSE_ENDS else 2.0
