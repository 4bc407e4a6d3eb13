"""The interview is over."""

from kiosk.screen.draws import Draw, moved
from kiosk.screen.scenes.idle import kept
from kiosk.screen.scenes.logo import logo
from kiosk.screen.scenes.parts import code_plate, message, note
from kiosk.screen.stage import Scene


def farewell(scene: Scene) -> tuple[Draw, ...]:
    """Thanks, and what is kept; after an early end sorry first, and the code for staff."""
    say, fault = scene.words, scene.snapshot.fault
    if fault is None:
        thanks = message(scene, say.thanks, say.thanks_more, [("lock", kept(scene))])
        return (*logo(scene), *thanks)
    more = say.passage(say.thanks, say.ended_early, say.come_back)
    draws = message(scene, say.apologies[fault.remedy.apology], more, [("lock", kept(scene))])
    return (*draws, *small_code(scene, fault.remedy.code))


def small_code(scene: Scene, code: str) -> tuple[Draw, ...]:
    """The code in the corner, small, with the booth's name: both mean nothing to the candidate."""
    grid = scene.grid
    plate = code_plate(scene, code, scene.type(scene.theme.body, bold=True), grid.px(16))
    size = plate[0].box
    left = grid.footer.x
    if grid.upright and scene.words.right_to_left:
        left = grid.footer.right - size.w
    name = note(scene, scene.stage.booth_name, beside_px=size.w + grid.px(20))
    return (*moved(plate, left, grid.footer.y + (grid.footer.h - size.h) // 2), *name)


def stopping(scene: Scene) -> tuple[Draw, ...]:
    """Sorry to whoever is left in mid-interview; else the booth is back soon."""
    say = scene.words
    if scene.snapshot.cut_short:
        return message(scene, say.stopping, say.stopping_more)
    return message(scene, say.maintenance, say.maintenance_more)


def wiping(scene: Scene) -> tuple[Draw, ...]:
    """The candidate is being forgotten."""
    return message(scene, scene.words.wiping, scene.words.wiping_more)
