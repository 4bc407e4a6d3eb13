"""The candidate is asked for a yes before the call."""

from kiosk.screen.column import Column
from kiosk.screen.draws import Draw, Ring
from kiosk.screen.scenes.idle import facts
from kiosk.screen.scenes.parts import hold_hint, press_button, promises, stacked
from kiosk.screen.stage import Scene


def consenting(scene: Scene) -> tuple[Draw, ...]:
    """What to know, and the button that says yes; a ring around it fills while nobody does."""
    theme, grid, say, wait = scene.theme, scene.grid, scene.words, scene.wait

    def build(shrink: float) -> Column:
        column = scene.column()
        title = scene.type(theme.title, bold=True, shrink=shrink)
        column.text(say.consent_title, title, theme.text)
        column.gap(grid.px(22 * shrink))
        promises(scene, column, facts(scene), shrink)
        column.gap(grid.px(30 * shrink))
        how = say.consent_how.format(button=scene.press_what)
        knob = press_button(scene, column, how, shrink)
        if wait is not None and wait.kind == "consent":
            ring = Ring(knob.grown(grid.px(6)), scene.share(wait), grid.px(5), theme.amber)
            column.beside([ring])
        column.gap(grid.px(18 * shrink))
        return column.text(
            say.consent_else, scene.type(theme.small, shrink=shrink), theme.text_soft
        )

    return (*stacked(scene, build), *hold_hint(scene, say.hold_to_go_back))
