"""What several screens have in common: a headline, the button, the booth's name, codes."""

from collections.abc import Callable, Iterable

from kiosk.screen.column import Column, balanced
from kiosk.screen.draws import Box, Button, Draw, Icon, IconName, Panel, Ring, Text, Type
from kiosk.screen.stage import Scene
from kiosk.screen.theme import Colour

SHRINKS = (1.0, 0.92, 0.84, 0.76, 0.68)
"""Tried in turn until a stack fits; all but the first are for small screens and long languages.

The last is the least: a test holds that every screen fits with it in every language.
"""
PRESS = 38
"""Size of what stands beside the large button, and of names to choose from."""


def stacked(scene: Scene, build: Callable[[float], Column]) -> tuple[Draw, ...]:
    """The largest stack that fits: beside the face in the middle, below it near the face."""
    place = scene.grid.column
    stack = build(SHRINKS[0])
    for shrink in SHRINKS[1:]:
        if stack.height_px <= place.h:
            break
        stack = build(shrink)
    above = 0.22 if scene.grid.upright else 0.5
    y = place.y + max(0, round((place.h - stack.height_px) * above))
    return stack.at(place.x, y)


def message(scene: Scene, title: str, more: str) -> tuple[Draw, ...]:
    """A headline and a sentence."""
    theme, grid = scene.theme, scene.grid

    def build(shrink: float) -> Column:
        column = scene.column()
        column.text(title, scene.type(theme.title * 1.16, bold=True, shrink=shrink), theme.text)
        column.gap(grid.px(18 * shrink))
        return column.text(more, scene.type(theme.body, shrink=shrink), theme.text_soft)

    return stacked(scene, build)


def note(scene: Scene, text: str, colour: Colour, *, at_end: bool) -> tuple[Draw, ...]:
    """A few small words in the footer, where reading begins or where it ends."""
    footer = scene.grid.footer
    if not text:
        return ()
    type_ = scene.type(scene.theme.small * 0.84)
    line = scene.stage.measure(text, type_, footer.w // 2)[0]
    x = footer.right - line.width_px if at_end != scene.words.right_to_left else footer.x
    box = Box(x, footer.y + (footer.h - type_.line_px) // 2, line.width_px, type_.line_px)
    return (Text(box, text[line.start : line.end], type_, colour),)


def booth_name(scene: Scene) -> tuple[Draw, ...]:
    """The booth's name, small, at the foot."""
    return note(scene, scene.stage.booth_name, scene.theme.text_dim, at_end=False)


def advice_codes(scene: Scene) -> tuple[Draw, ...]:
    """The codes of what staff should mend, small and pale, at the other end of the foot."""
    codes = " · ".join(fault.remedy.code for fault in scene.snapshot.advice)
    return note(scene, codes, scene.theme.text_dim, at_end=True)


def hold_hint(scene: Scene, what: str) -> tuple[Draw, ...]:
    """The button at the end of the foot with what holding it does; a ring while it is held."""
    theme, grid = scene.theme, scene.grid
    footer, wait = grid.footer, scene.wait
    held = wait is not None and wait.kind == "hold"
    text = scene.words.keep_holding if held else what
    type_ = scene.type(theme.small)
    side, between = grid.px(48), grid.px(25)
    line = scene.stage.measure(text, type_, footer.w - side - between)[0]
    knob = Box(0, footer.y + (footer.h - side) // 2, side, side)
    label = Box(0, footer.y + (footer.h - type_.line_px) // 2, line.width_px, type_.line_px)
    if scene.words.right_to_left:
        label = label.moved(footer.x, 0)
        knob = knob.moved(label.right + between, 0)
    else:
        label = label.moved(footer.right - label.w, 0)
        knob = knob.moved(label.x - between - side, 0)
    colour = theme.text if held else theme.text_soft
    draws: tuple[Draw, ...] = (
        Button(knob, pressed=held),
        Text(label, text[line.start : line.end], type_, colour),
    )
    if wait is not None and held:
        ring = Ring(knob.grown(grid.px(9)), scene.share(wait), grid.px(6), theme.amber)
        draws = (ring, *draws)
    return draws


def press_button(scene: Scene, column: Column, text: str, shrink: float) -> Box:
    """Add the button with what pressing it does; returns where in the column the button is."""
    theme, grid = scene.theme, scene.grid
    type_ = scene.type(PRESS, bold=True, shrink=shrink)
    side, indent = grid.px(88 * shrink), grid.px(106 * shrink)
    lines = len(balanced(scene.stage.measure, text, type_, grid.column.w - indent))
    room = max(side, lines * type_.line_px)
    top = column.height_px
    knob = Box(0, top + (room - side) // 2, side, side)
    column.beside([Button(knob)])
    column.gap((room - lines * type_.line_px) // 2)
    column.text(text, type_, theme.text, indent_px=indent)
    column.gap(top + room - column.height_px)
    return knob


def promises(
    scene: Scene, column: Column, told: Iterable[tuple[IconName, str]], shrink: float
) -> None:
    """Add sentences, each behind its icon."""
    theme, grid = scene.theme, scene.grid
    small = scene.type(theme.small, shrink=shrink)
    indent, side = grid.px(44 * shrink), grid.px(26 * shrink)
    for number, (name, text) in enumerate(told):
        column.gap(grid.px(9 * shrink) if number else 0)
        y = column.height_px + (small.line_px - side) // 2
        column.beside([Icon(Box(0, y, side, side), name, theme.text_dim)])
        column.text(text, small, theme.text_soft, indent_px=indent)


def code_plate(scene: Scene, code: str, type_: Type, pad: int) -> tuple[Draw, ...]:
    """A code in amber on a panel; the panel comes first, its top left at (0, 0)."""
    width = scene.stage.measure(code, type_, scene.grid.column.w)[0].width_px
    panel = Box(0, 0, width + 2 * pad, type_.line_px + pad)
    label = Box(pad, pad // 2, width, type_.line_px)
    return (
        Panel(panel, scene.theme.panel, round(0.3 * type_.size_px)),
        Text(label, code, type_, scene.theme.amber),
    )
