"""The conversation: how far it is, what both say, and how to stop."""

from kiosk.screen.answer import candidate
from kiosk.screen.draws import Draw, Ring
from kiosk.screen.progress import progress
from kiosk.screen.said import caption, question
from kiosk.screen.scenes.parts import hold_hint
from kiosk.screen.stage import Scene


def conversation(scene: Scene) -> tuple[Draw, ...]:
    """Progress, the question, what is said, the candidate's place, and how to stop."""
    return (
        *progress(scene),
        *question(scene),
        *caption(scene),
        *candidate(scene),
        *hold_hint(scene, scene.words.hold_to_stop),
        *silence_ring(scene),
    )


def silence_ring(scene: Scene) -> tuple[Draw, ...]:
    """A ring around the face that fills while nobody answers."""
    wait, face = scene.wait, scene.grid.face
    if wait is None or wait.kind != "silence":
        return ()
    ring = face.grown(-round(face.w * 0.025))
    return (Ring(ring, scene.share(wait), scene.grid.px(9), scene.theme.button),)
