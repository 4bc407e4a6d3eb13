"""The conversation: how far it is, what both say, and how to stop."""

from kiosk.screen.answer import candidate
from kiosk.screen.draws import Draw, Ring
from kiosk.screen.hitch import now_held, panel
from kiosk.screen.progress import progress
from kiosk.screen.said import caption, question
from kiosk.screen.scenes.parts import hold_hint
from kiosk.screen.sign import sign
from kiosk.screen.stage import Scene

SILENCE_WIDTH = 9
LINE_WIDTH = 4
"""Units: the wait for a line is told more quietly, as the candidate can do nothing about it."""


def conversation(scene: Scene) -> tuple[Draw, ...]:
    """Progress, the question, what is said, the candidate's place, and how to stop.

    What holds the interview up takes the candidate's place, and all else stays where it is.
    """
    what = now_held(scene)
    return (
        *progress(scene),
        *question(scene),
        *caption(scene),
        *(panel(scene, what) if what else candidate(scene)),
        *hold_hint(scene, scene.words.hold_to_stop),
        *waiting_ring(scene),
        *sign(scene),
    )


def waiting_ring(scene: Scene) -> tuple[Draw, ...]:
    """A ring around the face that fills while nobody answers, or while a line stays away."""
    wait, grid, theme = scene.wait, scene.grid, scene.theme
    ring = grid.face.grown(-round(grid.face.w * 0.025))
    if wait is not None and wait.kind == "silence":
        return (Ring(ring, scene.share(wait), grid.px(SILENCE_WIDTH), theme.button),)
    if wait is not None and wait.kind == "line" and now_held(scene) == "long":
        return (Ring(ring, scene.share(wait), grid.px(LINE_WIDTH), theme.text_dim),)
    return ()
