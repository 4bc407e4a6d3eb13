"""The candidate chooses a language."""

from kiosk.interview.languages import ANY_LANGUAGE
from kiosk.interview.words import choice_name
from kiosk.screen.column import Column
from kiosk.screen.draws import Box, Dot, Draw, Line, Panel, Ring, Text, Type
from kiosk.screen.scenes.parts import PRESS, hold_hint, stacked
from kiosk.screen.stage import Scene
from kiosk.screen.writing import writing

ONE_COLUMN = 4
"""So many languages stand below each other, more in two columns."""
LEAST_PX = 9
"""A name is not made smaller than this to fit."""
WIDEST = 380
"""Units of a language's place."""


def choosing(scene: Scene) -> tuple[Draw, ...]:
    """The languages by their own names; a ring fills before the one that will be taken."""
    theme, grid = scene.theme, scene.grid
    named = [tag for tag in scene.snapshot.choices if tag != ANY_LANGUAGE]

    def build(shrink: float) -> Column:
        column = scene.column()
        title = scene.type(theme.title, bold=True, shrink=shrink)
        column.text(scene.words.choose, title, theme.text)
        column.gap(grid.px(20 * shrink))
        rows(scene, column, named, shrink, 1 if len(named) <= ONE_COLUMN else 2)
        if ANY_LANGUAGE in scene.snapshot.choices:
            rows(scene, column, [ANY_LANGUAGE], shrink, 1)
        column.gap(grid.px(20 * shrink))
        how = scene.words.choose_how.format(button=scene.press_what)
        return column.text(how, scene.type(theme.small, shrink=shrink), theme.text_soft)

    return (*stacked(scene, build), *hold_hint(scene, scene.words.hold_to_go_back))


def rows(scene: Scene, column: Column, tags: list[str], shrink: float, columns: int) -> None:
    """Add languages from top to bottom, then in the next column."""
    grid = scene.grid
    across, down = grid.px(12), grid.px(4 * shrink)
    width = (grid.column.w - across * (columns - 1)) // columns
    width = (
        width if tags == [ANY_LANGUAGE] else min(width, grid.px(WIDEST * scene.theme.text_scale))
    )
    height = grid.px(64 * shrink * scene.theme.text_scale)
    per_column = -(-len(tags) // columns)
    for number, tag in enumerate(tags):
        x, y = divmod(number, per_column)
        top = column.height_px + y * (height + down)
        column.beside(entry(scene, Box(x * (width + across), top, width, height), tag, shrink))
    column.gap(per_column * (height + down))


def entry(scene: Scene, cell: Box, tag: str, shrink: float) -> tuple[Draw, ...]:
    """One language in its cell; the one that will be taken on a panel, with the ring."""
    theme, grid, wait = scene.theme, scene.grid, scene.wait
    chosen = tag == scene.snapshot.choice
    scale = shrink * theme.text_scale
    side, pad = grid.px(36 * scale), grid.px(14 * scale)
    spot = Box(cell.x + pad, cell.y + (cell.h - side) // 2, side, side)
    room = cell.w - side - 3 * pad
    size, name = PRESS if tag != ANY_LANGUAGE else theme.small, choice_name(tag, scene.words)
    language = tag if tag != ANY_LANGUAGE else scene.snapshot.language
    type_, line = on_one_line(scene, name, room, size * shrink, bold=chosen, language=language)
    label = Box(spot.right + pad, _beside(spot, type_), line.width_px, type_.line_px)
    colour = theme.text if chosen else theme.text_soft
    draws: tuple[Draw, ...] = (
        Dot(spot.grown(-grid.px(9 * scale)), theme.button if chosen else theme.text_dim, chosen),
        Text(label, name[line.start : line.end], type_, colour),
    )
    if chosen and wait is not None and wait.kind == "choice":
        draws = (Ring(spot, scene.share(wait), grid.px(5 * scale), theme.button), *draws)
    return (Panel(cell, theme.panel, cell.h // 2), *draws) if chosen else draws


def on_one_line(
    scene: Scene, name: str, room_px: int, size: float, *, bold: bool, language: str
) -> tuple[Type, Line]:
    """The size at which a name fits beside its ring: smaller for the few long ones."""
    while True:
        type_ = scene.type(size, bold=bold, language=language)
        lines = scene.stage.measure(name, type_, room_px)
        if len(lines) == 1 or type_.size_px <= LEAST_PX:
            return type_, lines[0]
        size *= 0.92


def _beside(spot: Box, type_: Type) -> int:
    """Where a line begins whose letters have their middle at that of `spot`, in any script."""
    half_letter_px = round(writing(type_.language).letter * type_.size_px / 2)
    return spot.y + spot.h // 2 + half_letter_px - type_.baseline_px
