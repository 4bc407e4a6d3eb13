"""The interview is over."""

from kiosk.screen.draws import Draw, moved
from kiosk.screen.scenes.idle import kept
from kiosk.screen.scenes.parts import code_plate, message
from kiosk.screen.stage import Scene


def farewell(scene: Scene) -> tuple[Draw, ...]:
    """Thanks, and what is kept; after an early end why, with the code for staff."""
    say, fault = scene.words, scene.snapshot.fault
    if fault is None:
        return message(scene, say.thanks, say.passage(say.thanks_more, kept(scene)))
    more = say.passage(say.apologies[fault.remedy.apology], say.ended_early)
    return (*message(scene, say.thanks, more), *small_code(scene, fault.remedy.code))


def small_code(scene: Scene, code: str) -> tuple[Draw, ...]:
    """The code at the foot, small: it means nothing to the candidate."""
    footer = scene.grid.footer
    type_ = scene.type(scene.theme.body, bold=True)
    plate = code_plate(scene, code, type_, scene.grid.px(16))
    return moved(plate, footer.x, footer.y + (footer.h - plate[0].box.h) // 2)


def wiping(scene: Scene) -> tuple[Draw, ...]:
    """The candidate is being forgotten."""
    return message(scene, scene.words.wiping, scene.words.wiping_more)
