"""Nobody is here: the invitation, and what happens to a candidate's voice."""

from kiosk.screen.column import Column
from kiosk.screen.draws import Draw, IconName
from kiosk.screen.scenes.parts import (
    advice_codes,
    booth_name,
    press_button,
    promises,
    stacked,
)
from kiosk.screen.stage import Scene


def idle(scene: Scene) -> tuple[Draw, ...]:
    """The invitation, the button, and what to know before pressing it."""
    theme, grid, say = scene.theme, scene.grid, scene.words

    def build(shrink: float) -> Column:
        column = scene.column()
        column.text(say.welcome, scene.type(theme.display, bold=True, shrink=shrink), theme.text)
        column.text(say.tagline, scene.type(theme.body, shrink=shrink), theme.text_soft)
        column.gap(grid.px(30 * shrink))
        press_button(scene, column, say.press_to_start.format(button=scene.press_what), shrink)
        column.gap(grid.px(30 * shrink))
        promises(scene, column, (*facts(scene), *gestures(scene)), shrink)
        return column

    return (*stacked(scene, build), *booth_name(scene), *advice_codes(scene))


def facts(scene: Scene) -> tuple[tuple[IconName, str], ...]:
    """How long it takes, where the candidate's voice goes, and what is kept."""
    say, facts = scene.words, scene.stage.facts
    length = f"{say.minutes.of(facts.minutes)} · {say.questions.of(facts.questions)}"
    goes = say.voice_goes.format(service=facts.service) if facts.service else say.voice_stays
    return (("clock", length), ("voice", goes), ("lock", kept(scene)))


def kept(scene: Scene) -> str:
    """What is kept of an interview."""
    return scene.words.kept_recording if scene.stage.facts.recorded else scene.words.kept_nothing


def gestures(scene: Scene) -> tuple[tuple[IconName, str], ...]:
    """What pressing and holding mean, and that one may ask again."""
    say = scene.words
    return (
        ("button", say.press_and_hold.format(button=scene.press_what)),
        ("again", say.ask_again),
    )
