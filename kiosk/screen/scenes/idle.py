"""Nobody is here: the invitation, and what happens to a candidate's voice."""

from collections.abc import Sequence
from dataclasses import replace

from kiosk.screen.column import Column, balanced
from kiosk.screen.draws import Draw, IconName, moved
from kiosk.screen.scenes.logo import logo
from kiosk.screen.scenes.notices import notices
from kiosk.screen.scenes.offered import languages
from kiosk.screen.scenes.parts import (
    press_button,
    promises,
    stacked,
    staff_notes,
)
from kiosk.screen.stage import Scene
from kiosk.screen.theme import Colour, mix

LINE_S = 8.0
"""How long each invitation stands."""
FADE_S = 0.8
"""From one to the next; in so many steps, each of which repaints one line."""
FADE_STEPS = 4
SMILE_S = 2.6
"""Now and then the face smiles for so long."""
SMILE_EVERY = 2
"""In every how many invitations."""


def idle(scene: Scene) -> tuple[Draw, ...]:
    """The invitation, the button, and what to know before pressing it."""
    theme, grid, say = scene.theme, scene.grid, scene.words

    def build(shrink: float) -> Column:
        column = scene.column()
        headline(scene, column, shrink)
        column.text(say.tagline, scene.type(theme.body, shrink=shrink), theme.text_soft)
        column.gap(grid.px(30 * shrink))
        press_button(scene, column, say.press_to_start.format(button=scene.press_what), shrink)
        column.gap(grid.px(30 * shrink))
        promises(scene, column, (*facts(scene), *gestures(scene)), shrink)
        return column

    names = languages(scene, grid.foot)
    place = grid.column
    if grid.upright and names:
        # The booth's name has the foot; the languages stand above it.
        names = moved(names, 0, place.bottom - max(name.box.bottom for name in names))
        place = replace(place, h=min(name.box.y for name in names) - place.y - grid.px(16))
    above = notices(scene) or logo(scene)
    return (*above, *stacked(scene, build, place), *staff_notes(scene), *names)


def headline(scene: Scene, column: Column, shrink: float) -> None:
    """Add the line that invites just now, in room for the tallest of them all.

    It is large anyway: where a theme asks for larger text, the others have the room.
    """
    theme, measure, width = scene.theme, scene.stage.measure, scene.grid.column.w
    large = scene.type(theme.display / theme.text_scale, bold=True, shrink=shrink)
    small = scene.type(theme.title / theme.text_scale, bold=True, shrink=shrink)
    lines = invitations(scene)
    heights = [
        len(balanced(measure, line, type_, width)) * type_.line_px
        for line, type_ in zip(lines, [large, *[small] * len(lines)], strict=False)
    ]
    now = turn(scene.now_s) % len(lines)
    column.gap(max(heights) - heights[now])
    column.text(lines[now], small if now else large, fading(scene))


def invitations(scene: Scene) -> Sequence[str]:
    """What the headline says in turn; where languages take turns, it is always the same."""
    say = scene.words
    return (say.welcome,) if len(scene.snapshot.choices) > 1 else (say.welcome, *say.invitations)


def turn(now_s: float) -> int:
    """The number of the invitation that stands at a monotonic second."""
    return int(now_s // LINE_S)


def fading(scene: Scene) -> Colour:
    """The headline's colour: it comes out of the field and goes back into it."""
    theme = scene.theme
    if scene.stage.reduced_motion or len(invitations(scene)) == 1:
        return theme.text
    near_s = min(scene.now_s % LINE_S, LINE_S - scene.now_s % LINE_S)
    share = min(1.0, near_s / (FADE_S / 2))
    return mix(theme.field_top, theme.text, round(share * FADE_STEPS) / FADE_STEPS)


def smiles(scene: Scene) -> bool:
    """True when the face smiles at whoever passes by."""
    began_s = scene.now_s % (SMILE_EVERY * LINE_S) - LINE_S / 2
    return 0 <= began_s < SMILE_S and not scene.stage.reduced_motion


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
    means = say.press_and_hold.format(button=scene.press_what)
    return (("button", means), ("again", say.ask_again))
