"""The candidate is asked for a yes."""

from kiosk.screen.column import Column
from kiosk.screen.draws import Draw, Ring
from kiosk.screen.scenes.idle import facts, gestures
from kiosk.screen.scenes.parts import BESIDE, hold_hint, press_button, promises, stacked
from kiosk.screen.stage import Scene


def consenting(scene: Scene) -> tuple[Draw, ...]:
    """What will happen, and the button that says yes to it.

    The time to answer is a thin pale ring that empties, unlike those that fill in the button's
    colour: nothing is taken when it is over.
    """
    theme, grid, say, wait = scene.theme, scene.grid, scene.words, scene.wait
    yes = say.consent_how.format(button=scene.press_what)

    def build(shrink: float) -> Column:
        column = scene.column()
        title = scene.type(theme.title, bold=True, shrink=shrink)
        column.text(say.consent_title, title, theme.text)
        column.gap(grid.px(22 * shrink))
        told = (("talk", say.tagline), *facts(scene), *gestures(scene)[1:])
        promises(scene, column, told, shrink, theme.body * 0.9)
        column.gap(grid.px(32 * shrink))
        knob = press_button(scene, column, yes, shrink)
        if wait is not None and wait.kind == "consent":
            left = 1.0 - scene.share(wait)
            column.beside([Ring(knob.grown(grid.px(6)), left, grid.px(3), theme.text_soft)])
        column.gap(grid.px(2 * shrink))
        small = scene.type(theme.small, shrink=shrink)
        return column.text(
            say.consent_else, small, theme.text_soft, indent_px=grid.px(BESIDE * shrink)
        )

    return (*stacked(scene, build), *hold_hint(scene, say.hold_to_go_back))
