"""The screens outside the conversation."""

from collections.abc import Callable

from kiosk.core.faults import Fault
from kiosk.interview.wording import Words
from kiosk.interview.words import words
from kiosk.screen.column import Column
from kiosk.screen.draws import (
    Box,
    Button,
    Dot,
    Draw,
    Icon,
    IconName,
    Panel,
    Ring,
    Text,
    Type,
    moved,
)
from kiosk.screen.stage import Scene

SHRINKS = (1.0, 0.92, 0.84, 0.76, 0.68)
"""Tried in turn until a stack fits; all but the first are for small screens and long languages."""


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


def booth_name(scene: Scene) -> tuple[Draw, ...]:
    """The booth's name, small, at the lower left."""
    name, footer = scene.stage.booth_name, scene.grid.footer
    if not name:
        return ()
    type_ = scene.type(scene.theme.small * 0.84)
    line = scene.stage.measure(name, type_, footer.w // 2)[0]
    box = Box(footer.x, footer.y + (footer.h - type_.line_px) // 2, line.width_px, type_.line_px)
    return (Text(box, name[line.start : line.end], type_, scene.theme.text_dim),)


def advice_codes(scene: Scene) -> tuple[Draw, ...]:
    """The codes of what staff should mend, small and pale, at the lower right."""
    codes = " · ".join(fault.remedy.code for fault in scene.snapshot.advice)
    if not codes:
        return ()
    footer = scene.grid.footer
    type_ = scene.type(scene.theme.small * 0.84)
    line = scene.stage.measure(codes, type_, footer.w // 2)[0]
    x, y = footer.right - line.width_px, footer.y + (footer.h - type_.line_px) // 2
    box = Box(x, y, line.width_px, type_.line_px)
    return (Text(box, codes[line.start : line.end], type_, scene.theme.text_dim),)


def hold_hint(scene: Scene, what: str) -> tuple[Draw, ...]:
    """The button at the lower right with what holding it does; a ring while it is held."""
    theme, grid = scene.theme, scene.grid
    footer, wait = grid.footer, scene.wait
    held = wait is not None and wait.kind == "hold"
    text = scene.words.keep_holding if held else what
    type_ = scene.type(theme.small)
    line = scene.stage.measure(text, type_, footer.w - grid.px(90))[0]
    x = footer.right - line.width_px
    y = footer.y + (footer.h - type_.line_px) // 2
    label = Text(
        Box(x, y, line.width_px, type_.line_px),
        text[line.start : line.end],
        type_,
        theme.text if held else theme.text_soft,
    )
    side = grid.px(48)
    knob = Box(x - grid.px(25) - side, footer.y + (footer.h - side) // 2, side, side)
    draws: tuple[Draw, ...] = (Button(knob, pressed=held), label)
    if wait is not None and held:
        ring = Ring(knob.grown(grid.px(9)), scene.share(wait), grid.px(6), theme.amber)
        draws = (ring, *draws)
    return draws


def idle(scene: Scene) -> tuple[Draw, ...]:
    """The invitation, and what happens to the candidate's voice."""
    theme, grid, say, facts = scene.theme, scene.grid, scene.words, scene.stage.facts
    length = f"{say.minutes.of(facts.minutes)} · {say.questions.of(facts.questions)}"
    goes = say.voice_goes.format(service=facts.service) if facts.service else say.voice_stays
    kept = say.kept_recording if facts.recorded else say.kept_nothing
    promises: tuple[tuple[IconName, str], ...] = (
        ("clock", length),
        ("voice", goes),
        ("lock", kept),
        ("button", say.press_and_hold.format(button=scene.press_what)),
        ("again", say.ask_again),
    )

    def build(shrink: float) -> Column:
        column = scene.column()
        column.text(say.welcome, scene.type(theme.display, bold=True, shrink=shrink), theme.text)
        column.text(say.tagline, scene.type(theme.body, shrink=shrink), theme.text_soft)
        column.gap(grid.px(30 * shrink))
        press_button(scene, column, shrink)
        column.gap(grid.px(30 * shrink))
        small = scene.type(theme.small, shrink=shrink)
        indent, side = grid.px(44 * shrink), grid.px(26 * shrink)
        for name, text in promises:
            y = column.height_px + (small.line_px - side) // 2
            column.beside([Icon(Box(0, y, side, side), name, theme.text_dim)])
            column.text(text, small, theme.text_soft, indent_px=indent)
            column.gap(grid.px(9 * shrink))
        return column

    return (*stacked(scene, build), *booth_name(scene), *advice_codes(scene))


def press_button(scene: Scene, column: Column, shrink: float) -> None:
    """Add the button with what pressing it does."""
    theme, grid = scene.theme, scene.grid
    text = scene.words.press_to_start.format(button=scene.press_what)
    type_ = scene.type(38, bold=True, shrink=shrink)
    side, indent = grid.px(88 * shrink), grid.px(106 * shrink)
    lines = len(scene.stage.measure(text, type_, grid.column.w - indent))
    room = max(side, lines * type_.line_px)
    top = column.height_px
    column.beside([Button(Box(0, top + (room - side) // 2, side, side))])
    column.gap((room - lines * type_.line_px) // 2)
    column.text(text, type_, theme.text, indent_px=indent)
    column.gap(top + room - column.height_px)


def choosing(scene: Scene) -> tuple[Draw, ...]:
    """The languages; a ring fills around the one that will be taken."""
    theme, grid, snapshot = scene.theme, scene.grid, scene.snapshot
    wait = scene.wait

    def build(shrink: float) -> Column:
        column = scene.column()
        column.text(
            scene.words.choose, scene.type(theme.title, bold=True, shrink=shrink), theme.text
        )
        column.gap(grid.px(22 * shrink))
        side, indent = grid.px(34 * shrink), grid.px(60 * shrink)
        for language in snapshot.choices:
            chosen = language == snapshot.language
            type_ = scene.type(38, bold=chosen, shrink=shrink)
            y = column.height_px + (type_.line_px - side) // 2
            spot = Box(0, y, side, side)
            column.beside(
                [
                    Dot(
                        spot.grown(-grid.px(9 * shrink)),
                        theme.amber if chosen else theme.text_dim,
                        chosen,
                    )
                ]
            )
            if chosen and wait is not None and wait.kind == "choice":
                column.beside([Ring(spot, scene.share(wait), grid.px(5), theme.amber)])
            colour = theme.text if chosen else theme.text_dim
            column.text(words(language).name, type_, colour, indent_px=indent)
            column.gap(grid.px(8 * shrink))
        column.gap(grid.px(18 * shrink))
        how = scene.words.choose_how.format(button=scene.press_what)
        return column.text(how, scene.type(theme.small, shrink=shrink), theme.text_soft)

    return (*stacked(scene, build), *hold_hint(scene, scene.words.hold_to_go_back))


def connecting(scene: Scene) -> tuple[Draw, ...]:
    """The press was noticed."""
    say = scene.words
    return (
        *message(scene, say.connecting, say.connecting_more),
        *hold_hint(scene, say.hold_to_stop),
    )


def reconnecting(scene: Scene) -> tuple[Draw, ...]:
    """The line was lost and is being opened again."""
    say = scene.words
    return (
        *message(scene, say.reconnecting, say.reconnecting_more),
        *hold_hint(scene, say.hold_to_stop),
    )


def farewell(scene: Scene) -> tuple[Draw, ...]:
    """Thanks, and what is kept; after an early end why, with the code for staff."""
    say, fault = scene.words, scene.snapshot.fault
    kept = say.kept_recording if scene.stage.facts.recorded else say.kept_nothing
    if fault is None:
        return message(scene, say.thanks, f"{say.thanks_more} {kept}")
    more = f"{say.apologies[fault.remedy.apology]} {say.ended_early}"
    return (*message(scene, say.thanks, more), *small_code(scene, fault.remedy.code))


def wiping(scene: Scene) -> tuple[Draw, ...]:
    """The candidate is being forgotten."""
    return message(scene, scene.words.wiping, scene.words.wiping_more)


def booting(scene: Scene) -> tuple[Draw, ...]:
    """Parts are being started."""
    return (
        *message(scene, scene.words.booting, scene.words.booting_more),
        *booth_name(scene),
    )


def maintenance(scene: Scene) -> tuple[Draw, ...]:
    """Staff are at work."""
    return (
        *message(scene, scene.words.maintenance, scene.words.maintenance_more),
        *booth_name(scene),
    )


def out_of_service(scene: Scene) -> tuple[Draw, ...]:
    """Sorry first; then the code, and what staff can do."""
    theme, grid, say = scene.theme, scene.grid, scene.words
    fault = scene.snapshot.fault

    def build(shrink: float) -> Column:
        column = scene.column()
        apology = say.apologies["setup" if fault is None else fault.remedy.apology]
        column.text(apology, scene.type(theme.title * 0.94, bold=True, shrink=shrink), theme.text)
        column.gap(grid.px(16 * shrink))
        column.text(say.ask_team, scene.type(theme.body, shrink=shrink), theme.text_soft)
        if fault is not None:
            column.gap(grid.px(44 * shrink))
            staff_card(scene, column, fault, say, shrink)
        return column

    return (*stacked(scene, build), *booth_name(scene))


def staff_card(scene: Scene, column: Column, fault: Fault, say: Words, shrink: float) -> None:
    """Add the code on a plate with the remedy beside it."""
    theme, grid = scene.theme, scene.grid
    remedy = fault.remedy
    pad = grid.px(24 * shrink)
    plate = code_plate(scene, remedy.code, scene.type(theme.title, bold=True, shrink=shrink), pad)
    size = plate[0].box
    indent = size.w + pad
    small = scene.type(theme.small, shrink=shrink)
    told = f"{say.staff} {remedy.what}"
    width = grid.column.w - indent
    lines = len(scene.stage.measure(told, small, width))
    lines += len(scene.stage.measure(remedy.do, small, width))
    room = max(size.h, lines * small.line_px)
    top = column.height_px
    column.beside(moved(plate, 0, top + (room - size.h) // 2))
    column.gap((room - lines * small.line_px) // 2)
    column.text(told, small, theme.text_soft, indent_px=indent)
    column.text(remedy.do, small, theme.text_soft, indent_px=indent)
    column.gap(max(0, top + room - column.height_px))


def small_code(scene: Scene, code: str) -> tuple[Draw, ...]:
    """The code at the lower left, small: it means nothing to the candidate."""
    footer = scene.grid.footer
    type_ = scene.type(scene.theme.body, bold=True)
    plate = code_plate(scene, code, type_, scene.grid.px(16))
    return moved(plate, footer.x, footer.y + (footer.h - plate[0].box.h) // 2)


def code_plate(scene: Scene, code: str, type_: Type, pad: int) -> tuple[Draw, ...]:
    """A code in amber on a panel; the panel comes first, its top left at (0, 0)."""
    width = scene.stage.measure(code, type_, scene.grid.column.w)[0].width_px
    panel = Box(0, 0, width + 2 * pad, type_.line_px + pad)
    label = Box(pad, pad // 2, width, type_.line_px)
    return (
        Panel(panel, scene.theme.panel, round(0.3 * type_.size_px)),
        Text(label, code, type_, scene.theme.amber),
    )
