"""No candidate can talk: the booth starts, is looked after, or is out of order."""

from kiosk.core.faults import Fault
from kiosk.screen.column import Column
from kiosk.screen.draws import Draw, moved
from kiosk.screen.scenes.parts import booth_name, code_plate, message, stacked
from kiosk.screen.stage import Scene


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
            staff_card(scene, column, fault, shrink)
        return column

    return (*stacked(scene, build), *booth_name(scene))


def staff_card(scene: Scene, column: Column, fault: Fault, shrink: float) -> None:
    """Add the code on a plate with the remedy beside it."""
    theme, grid, say = scene.theme, scene.grid, scene.words
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
