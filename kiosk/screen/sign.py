"""A small lasting sign in the corner above the face: how the line is, who goes on, what is late."""

from collections.abc import Iterator
from dataclasses import replace

from kiosk.core.snapshot import CALL_PHASES, Phase, Snapshot
from kiosk.interview.wording import Words
from kiosk.screen.column import Column
from kiosk.screen.draws import Box, Draw, Icon, IconName, moved
from kiosk.screen.scenes.parts import BETWEEN_NOTES, shrinks
from kiosk.screen.stage import Scene

ABOVE = 8
"""Units of the screen's edge above the sign, where the face stands above the text."""
ROW = 40
"""Units of the row that tells how far the interview is; the sign stands in line with it."""
ROOM = 72
"""Units of height around that row, before the ring around the face begins."""
INDENT = 1.45
"""From the sign's edge to its words, in sizes of the letters."""


def sign(scene: Scene) -> tuple[Draw, ...]:
    """An icon with words; nothing else stands there in a call, so nothing moves for it."""
    what = next(told(scene.snapshot, scene.words, scene.now_s), None)
    if what is None:
        return ()
    icon, parts = what
    rows = (BETWEEN_NOTES.join(parts),) if scene.grid.upright else parts
    place = corner(scene)
    for shrink in shrinks(scene.theme.text_scale):
        stack = stacked(scene, icon, rows, place.w, shrink)
        if stack.height_px <= place.h:
            break
    draws = stack.at(place.x, place.y + (place.h - stack.height_px) // 2)
    # Beside the text the sign keeps to the corner, from whichever side it is read.
    spare = 0 if scene.grid.upright else min(draw.box.x for draw in draws) - place.x
    return moved(draws, -spare, 0)


def stacked(
    scene: Scene, icon: IconName, rows: tuple[str, ...], width_px: int, shrink: float
) -> Column:
    """The sign in one size, at the side of its place from which reading begins."""
    theme = scene.theme
    type_ = scene.type(theme.small, shrink=shrink)
    side, indent = round(1.05 * type_.size_px), round(INDENT * type_.size_px)
    stack = scene.column(width_px)
    for row in rows:
        stack.text(row, type_, theme.text_soft, indent_px=indent)
    spot = Box(0, (type_.line_px - side) // 2, side, side)
    return stack.beside([Icon(spot, icon, theme.text_soft)])


def told(
    snapshot: Snapshot, say: Words, now_s: float
) -> Iterator[tuple[IconName, tuple[str, ...]]]:
    """Yield all that the sign may say; there is room for the first."""
    talking = snapshot.phase in (Phase.CONVERSING, Phase.WRAPPING_UP)
    if snapshot.standin and snapshot.phase in CALL_PHASES:
        yield "here", (say.standin_sign, say.standin_here)
    if talking and snapshot.line == "slow":
        yield "weak", (say.line_slow,)
    if talking and snapshot.late_s is not None and now_s >= snapshot.late_s:
        yield "clock", (say.hitches["away"],)


def corner(scene: Scene) -> Box:
    """The sign's place: beside how far the interview is, or above the face."""
    grid = scene.grid
    if grid.upright:
        return replace(grid.footer, y=grid.px(ABOVE), h=grid.px(ROW))
    middle, height, left = grid.column.y + grid.px(ROW) // 2, grid.px(ROOM), grid.footer.x
    return Box(left, middle - height // 2, grid.column.x - grid.px(24) - left, height)
