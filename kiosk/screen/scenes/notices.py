"""What staff's units said of late, small, in the corner above the face."""

from collections.abc import Iterator

from kiosk.screen.draws import Box, Draw, Line, Text
from kiosk.screen.scenes.parts import SMALLER
from kiosk.screen.stage import Scene

TOP = 22
"""Units."""
MOST_LINES = 3
"""All notices together take no more."""


def notices(scene: Scene) -> tuple[Draw, ...]:
    """The newest first, from left to right in every language, as they are English."""
    grid, theme = scene.grid, scene.theme
    type_ = scene.type(theme.small * SMALLER / theme.text_scale, language="en")
    right = grid.footer.right if grid.upright else grid.column.x - grid.px(24)
    draws: list[Draw] = []
    for notice in scene.snapshot.notices:
        text = notice.told
        colour = theme.text_dim if notice.level == "pass" else theme.notice
        lines = scene.stage.measure(text, type_, right - grid.footer.x)
        for piece, line in _pieces(text, lines, MOST_LINES - len(draws)):
            y = grid.px(TOP) + len(draws) * type_.line_px
            draws.append(
                Text(Box(grid.footer.x, y, line.width_px, type_.line_px), piece, type_, colour)
            )
    return tuple(draws)


def _pieces(text: str, lines: tuple[Line, ...], most: int) -> Iterator[tuple[str, Line]]:
    """So many lines at most; the last one says where there were more."""
    for number, line in enumerate(lines[:most], start=1):
        piece = text[line.start : line.end]
        if number == most < len(lines):
            piece = f"{piece.rstrip().rpartition(' ')[0]}…"
        yield piece, line
