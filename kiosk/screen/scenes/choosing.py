"""The candidate chooses a language."""

from kiosk.interview.words import choice_name
from kiosk.screen.column import Column
from kiosk.screen.draws import Box, Dot, Draw, Ring
from kiosk.screen.scenes.parts import PRESS, hold_hint, stacked
from kiosk.screen.stage import Scene


def choosing(scene: Scene) -> tuple[Draw, ...]:
    """The languages; a ring fills around the one that will be taken."""
    theme, grid = scene.theme, scene.grid

    def build(shrink: float) -> Column:
        column = scene.column()
        title = scene.type(theme.title, bold=True, shrink=shrink)
        column.text(scene.words.choose, title, theme.text)
        column.gap(grid.px(22 * shrink))
        for language in scene.snapshot.choices:
            choice(scene, column, language, shrink)
        column.gap(grid.px(18 * shrink))
        how = scene.words.choose_how.format(button=scene.press_what)
        return column.text(how, scene.type(theme.small, shrink=shrink), theme.text_soft)

    return (*stacked(scene, build), *hold_hint(scene, scene.words.hold_to_go_back))


def choice(scene: Scene, column: Column, language: str, shrink: float) -> None:
    """Add one language."""
    theme, grid, wait = scene.theme, scene.grid, scene.wait
    chosen = language == scene.snapshot.choice
    side, indent = grid.px(34 * shrink), grid.px(60 * shrink)
    type_ = scene.type(PRESS, bold=chosen, shrink=shrink, language=language)
    spot = Box(0, column.height_px + (type_.line_px - side) // 2, side, side)
    colour = theme.amber if chosen else theme.text_dim
    column.beside([Dot(spot.grown(-grid.px(9 * shrink)), colour, chosen)])
    if chosen and wait is not None and wait.kind == "choice":
        column.beside([Ring(spot, scene.share(wait), grid.px(5), theme.amber)])
    name = choice_name(language, scene.words)
    column.text(name, type_, theme.text if chosen else theme.text_dim, indent_px=indent)
    column.gap(grid.px(8 * shrink))
