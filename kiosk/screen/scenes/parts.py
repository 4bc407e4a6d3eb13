"""What several screens have in common: a headline, the button, the booth's name, codes."""

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from kiosk.screen.column import Column, balanced
from kiosk.screen.draws import Box, Button, Draw, Icon, IconName, Panel, Ring, Text, Type
from kiosk.screen.stage import Scene

LEAST = 0.76
"""No text of these screens becomes smaller than this share of the size that the booth's own look
gives it: so much smaller the longest languages stand on small screens, and large text where it
would not fit."""
STEP = 0.04

SMALLER = 0.84
"""What is for staff, and names that need not be read by everybody, to the theme's small size.

They stay as they are where a theme asks for larger text: that is for candidates.
"""
BESIDE = 106
"""Units from the edge of the column to what stands beside the large button."""
PRESS = 38
"""Size of what stands beside the large button, and of names to choose from."""
BETWEEN_NOTES = "\N{NO-BREAK SPACE}· "
NOTE_LINES = 3


def stacked(
    scene: Scene, build: Callable[[float], Column], place: Box | None = None
) -> tuple[Draw, ...]:
    """The largest stack that fits: beside the face in the middle, below it near the face."""
    place = place or scene.grid.column
    for shrink in shrinks(scene.theme.text_scale):
        stack = build(shrink)
        if stack.height_px <= place.h:
            break
    above = 0.22 if scene.grid.upright else 0.5
    y = place.y + max(0, round((place.h - stack.height_px) * above))
    return stack.at(place.x, y)


def shrinks(text_scale: float) -> Iterator[float]:
    """What to try in turn: 1, and less down to the least that may be."""
    count = math.floor((1 - LEAST / max(1.0, text_scale)) / STEP + 1e-6)
    return (1 - STEP * number for number in range(count + 1))


def message(
    scene: Scene,
    title: str,
    more: str,
    told: Iterable[tuple[IconName, str]] = (),
    place: Box | None = None,
) -> tuple[Draw, ...]:
    """A headline and a sentence, and below it what else is to be known."""
    theme, grid = scene.theme, scene.grid

    def build(shrink: float) -> Column:
        column = scene.column()
        column.text(title, scene.type(theme.title * 1.16, bold=True, shrink=shrink), theme.text)
        column.gap(grid.px(18 * shrink))
        column.text(more, scene.type(theme.body, shrink=shrink), theme.text_soft)
        for each in told:
            column.gap(grid.px(26 * shrink))
            promises(scene, column, [each], shrink)
        return column

    return stacked(scene, build, place)


def staff_notes(scene: Scene) -> tuple[Draw, ...]:
    """The codes of what staff should mend and the booth's name, small and pale, at the foot.

    The codes come first: where there is too little room, it is the name that is cut.
    """
    codes = (fault.remedy.code for fault in scene.snapshot.advice)
    return note(scene, BETWEEN_NOTES.join(filter(None, (*codes, scene.stage.booth_name))))


def note(scene: Scene, text: str, *, beside_px: int = 0) -> tuple[Draw, ...]:
    """A few small words in the corner, on three lines at most, `beside_px` away from the edge.

    The corner is that below the face; with the face above the column, where reading begins.
    """
    grid = scene.grid
    place = grid.footer if grid.upright else replace(grid.footer, w=grid.column.x - grid.footer.x)
    type_ = scene.type(scene.theme.small * SMALLER / scene.theme.text_scale)
    if not text:
        return ()
    lines = scene.stage.measure(text, type_, place.w - beside_px - grid.px(24))[:NOTE_LINES]
    from_right = grid.upright and scene.words.right_to_left
    y = place.y + (place.h - len(lines) * type_.line_px) // 2
    draws = []
    for line in lines:
        x = place.right - beside_px - line.width_px if from_right else place.x + beside_px
        box = Box(x, y, line.width_px, type_.line_px)
        draws.append(Text(box, text[line.start : line.end], type_, scene.theme.text_dim))
        y += type_.line_px
    return tuple(draws)


def hold_hint(scene: Scene, what: str) -> tuple[Draw, ...]:
    """The button where reading ends at the foot, with what holding it does; a ring while held."""
    theme, grid = scene.theme, scene.grid
    foot, wait = grid.foot, scene.wait
    held = wait is not None and wait.kind == "hold"
    text = scene.words.keep_holding if held else what
    type_ = scene.type(theme.small)
    side, between = grid.px(48), grid.px(25)
    line = scene.stage.measure(text, type_, foot.w - side - between)[0]
    knob = Box(0, foot.y + (foot.h - side) // 2, side, side)
    label = Box(0, foot.y + (foot.h - type_.line_px) // 2, line.width_px, type_.line_px)
    if scene.words.right_to_left:
        label = label.moved(foot.x, 0)
        knob = knob.moved(label.right + between, 0)
    else:
        label = label.moved(foot.right - label.w, 0)
        knob = knob.moved(label.x - between - side, 0)
    colour = theme.text if held else theme.text_soft
    draws: tuple[Draw, ...] = (
        Button(knob, pressed=held),
        Text(label, text[line.start : line.end], type_, colour),
    )
    if wait is not None and held:
        ring = Ring(knob.grown(grid.px(9)), scene.share(wait), grid.px(6), theme.button)
        draws = (ring, *draws)
    return draws


def press_button(scene: Scene, column: Column, text: str, shrink: float, size: float = 0.0) -> Box:
    """Add the button with what pressing it does; returns where in the column the button is.

    It is large anyway, and does not grow with a theme's text unless a size is given.
    """
    theme, grid = scene.theme, scene.grid
    type_ = scene.type(size or PRESS / theme.text_scale, bold=True, shrink=shrink)
    side, indent = grid.px(88 * shrink), grid.px(BESIDE * shrink)
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
    scene: Scene,
    column: Column,
    told: Iterable[tuple[IconName, str]],
    shrink: float,
    size: float = 0.0,
) -> None:
    """Add sentences, each behind its icon; small unless a size is given."""
    theme = scene.theme
    type_ = scene.type(size or theme.small, shrink=shrink)
    side, indent = round(1.05 * type_.size_px), round(1.8 * type_.size_px)
    for number, (name, text) in enumerate(told):
        column.gap(round(0.36 * type_.size_px) if number else 0)
        y = column.height_px + (type_.line_px - side) // 2
        column.beside([Icon(Box(0, y, side, side), name, theme.text_dim)])
        column.text(text, type_, theme.text_soft, indent_px=indent)


def code_plate(scene: Scene, code: str, type_: Type, pad: int) -> tuple[Draw, ...]:
    """A code on a panel; the panel comes first, its top left at (0, 0)."""
    width = scene.stage.measure(code, type_, scene.grid.column.w)[0].width_px
    panel = Box(0, 0, width + 2 * pad, type_.line_px + pad)
    label = Box(pad, pad // 2, width, type_.line_px)
    return (
        Panel(panel, scene.theme.panel, round(0.3 * type_.size_px)),
        Text(label, code, type_, scene.theme.notice),
    )
