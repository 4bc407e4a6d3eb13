"""What staff's units said of late, small, on a panel in the corner above the face."""

from collections.abc import Iterator

from kiosk.screen.draws import Box, Draw, Line, Panel, Text
from kiosk.screen.scenes.parts import SMALLER
from kiosk.screen.stage import Scene

TOP = 20
PAD = 10
"""Units; the panel keeps the face's light from the words."""
MOST_LINES = 4
"""All notices together take no more; one less above a face that stands above the text."""


def notices(scene: Scene) -> tuple[Draw, ...]:
    """The newest first, from left to right in every language, as they are English."""
    grid, theme = scene.grid, scene.theme
    type_ = scene.type(theme.small * SMALLER / theme.text_scale, language="en")
    left, top, pad = grid.footer.x, grid.px(TOP), grid.px(PAD)
    right = grid.footer.right if grid.upright else grid.column.x - grid.px(24)
    most = MOST_LINES - grid.upright
    texts: list[Text] = []
    for notice in scene.snapshot.notices:
        colour = theme.text_dim if notice.level == "pass" else theme.notice
        lines = scene.stage.measure(notice.told, type_, right - left - 2 * pad)
        for piece, line in _pieces(notice.told, lines, most - len(texts)):
            y = top + pad + len(texts) * type_.line_px
            box = Box(left + pad, y, line.width_px, type_.line_px)
            texts.append(Text(box, piece, type_, colour))
    if not texts:
        return ()
    width = max(text.box.w for text in texts) + 2 * pad
    height = len(texts) * type_.line_px + 2 * pad
    return (Panel(Box(left, top, width, height), theme.panel, pad), *texts)


def _pieces(text: str, lines: tuple[Line, ...], most: int) -> Iterator[tuple[str, Line]]:
    """So many lines at most; the last one says where there were more."""
    for number, line in enumerate(lines[:most], start=1):
        piece = text[line.start : line.end]
        if number == most < len(lines):
            piece = f"{piece.rstrip().rpartition(' ')[0]}…"
        yield piece, line
