"""No candidate can talk: the booth starts, is looked after, or is out of order."""

import math
from collections.abc import Iterator

from kiosk.core.faults import Fault, Remedy
from kiosk.interview.phrases import JOINER
from kiosk.interview.wording import Words
from kiosk.screen.column import Column
from kiosk.screen.draws import Box, Draw, Panel, QrCode, Ring
from kiosk.screen.scenes.notices import notices
from kiosk.screen.scenes.parts import message, promises, stacked, staff_notes
from kiosk.screen.stage import Scene

MM_PER_INCH = 25.4
LEAVE = "systemctl stop kiosk-maintenance"
"""How staff give the booth back."""
QR_SIDE = 216
"""Units; the code is larger where this is less than `QR_MM`."""
QR_MM = 25.0
"""Side of a code that phones read at arm's length, quiet zone included."""
COARSE_S = 10
"""The time until the next try is told in steps of so many seconds: nothing hurries anybody."""
MINUTE_S = 60
UNTORN = f"-{JOINER}"
"""A hyphen behind which no line ends: that of Wi-Fi."""


def booting(scene: Scene) -> tuple[Draw, ...]:
    """Parts are being started."""
    return (
        *message(scene, scene.words.booting, scene.words.booting_more),
        *notices(scene),
        *staff_notes(scene),
    )


def preparing(scene: Scene, share: float) -> tuple[Draw, ...]:
    """The face is drawn for the first time; a ring fills where it will be."""
    face, grid = scene.grid.face, scene.grid
    ring = Ring(face.grown(-face.w // 5), share, grid.px(8), scene.theme.button)
    say = scene.words
    return (ring, *message(scene, say.preparing, say.preparing_more), *staff_notes(scene))


def maintenance(scene: Scene) -> tuple[Draw, ...]:
    """Staff are at work, and read how that is ended."""
    theme, grid, say = scene.theme, scene.grid, scene.words

    def build(shrink: float) -> Column:
        column = scene.column()
        column.text(
            say.maintenance, scene.type(theme.title * 1.16, bold=True, shrink=shrink), theme.text
        )
        column.gap(grid.px(18 * shrink))
        column.text(say.maintenance_more, scene.type(theme.body, shrink=shrink), theme.text_soft)
        column.gap(grid.px(44 * shrink))
        column.text(say.staff, scene.type(theme.small, shrink=shrink), theme.text_dim)
        command = scene.type(theme.small, bold=True, shrink=shrink, language="en")
        column.text(LEAVE, command, theme.text_soft)
        return column

    return (*stacked(scene, build), *notices(scene), *staff_notes(scene))


def out_of_service(scene: Scene) -> tuple[Draw, ...]:
    """Sorry first; then the code, and what staff can do."""
    theme, grid, say = scene.theme, scene.grid, scene.words
    fault = scene.snapshot.fault

    def build(shrink: float) -> Column:
        column = scene.column()
        apology = say.apologies["setup" if fault is None else fault.remedy.apology]
        column.text(apology, scene.type(theme.title * 0.94, bold=True, shrink=shrink), theme.text)
        column.gap(grid.px(14 * shrink))
        column.text(say.ask_team, scene.type(theme.body, shrink=shrink), theme.text_soft)
        again(scene, column, shrink)
        if fault is not None:
            column.gap(grid.px(40 * shrink))
            staff_card(scene, column, fault, shrink)
        return column

    return (*stacked(scene, build), *notices(scene), *staff_notes(scene))


def again(scene: Scene, column: Column, shrink: float) -> None:
    """Add when the booth tries by itself, in room for the tallest of all that stands there."""
    now = next_try(scene)
    if now is None:
        return
    heights = {}
    for text in (now, *countdown(scene.words, MINUTE_S)):
        alone = scene.column()
        promises(scene, alone, [("again", text)], shrink)
        heights[text] = alone.height_px
    column.gap(scene.grid.px(14 * shrink))
    promises(scene, column, [("again", now)], shrink)
    column.gap(max(heights.values()) - heights[now])


def next_try(scene: Scene) -> str | None:
    """When the booth tries by itself, if it knows."""
    say, snapshot = scene.words, scene.snapshot
    fault, at_s = snapshot.fault, snapshot.again_s
    if at_s is not None:
        return next(countdown(say, at_s - scene.now_s))
    waits = fault is not None and fault.remedy.apology == "line" and fault.remedy.retry
    return say.again_back if waits else None


def countdown(say: Words, left_s: float) -> Iterator[str]:
    """What stands there when so many seconds are left, and then until none are."""
    for left in range(max(0, math.ceil(left_s / COARSE_S)) * COARSE_S, 0, -COARSE_S):
        if left < MINUTE_S:
            yield say.again_seconds.of(left)
        else:
            yield say.again_minutes.of(math.ceil(left / MINUTE_S))
    yield say.again_now


def staff_card(scene: Scene, column: Column, fault: Fault, shrink: float) -> None:
    """Add a panel for staff: a code for their phones, and beside it the same in words.

    It is left to right in every language, as the sentences for staff are English.
    """
    theme, grid, say, remedy = scene.theme, scene.grid, scene.words, fault.remedy
    pad, width = grid.px(22 * shrink), grid.column.w
    side = qr_side(scene)
    small = scene.type(theme.small, shrink=shrink, language="en")
    hint = scene.type(theme.small * 0.84, shrink=shrink)
    told = Column(width - side - 3 * pad, scene.stage.measure)
    told.text(say.staff, hint, theme.text_dim)
    told.text(remedy.code, scene.type(theme.title, bold=True, shrink=shrink), theme.notice)
    for sentence in (remedy.what, remedy.do):
        told.text(sentence.replace("-", UNTORN), small, theme.text)
    told.gap(grid.px(8 * shrink))
    told.text(say.scan, hint, theme.text_dim)
    height = max(side, told.height_px) + 2 * pad
    top = column.height_px
    panel = Panel(Box(0, top, width, height), theme.panel, grid.px(20))
    code = QrCode(Box(pad, top + (height - side) // 2, side, side), remedy_text(scene, remedy))
    column.beside([panel, code], mirrored=False)
    left, above = side + 2 * pad, (height - told.height_px) // 2
    column.beside(told.at(left, top + above), mirrored=False)
    column.gap(height)


def qr_side(scene: Scene) -> int:
    """Pixels of a code's side on this screen."""
    grid = scene.grid
    px_per_mm = math.hypot(*scene.stage.size) / (scene.stage.diagonal_inch * MM_PER_INCH)
    least = math.ceil(QR_MM * px_per_mm)
    return min(max(grid.px(QR_SIDE), least), grid.column.w * 2 // 5)


def remedy_text(scene: Scene, remedy: Remedy) -> str:
    """What a phone shows: code and booth, what is wrong and what to do, without a network."""
    booth = scene.stage.booth_name
    first = f"{remedy.code} {booth}" if booth else remedy.code
    return f"{first}\n{remedy.what}\n{remedy.do}"
