"""The line is being opened, at first or again."""

from kiosk.screen.draws import Draw
from kiosk.screen.hitch import now_held, told_alone
from kiosk.screen.scenes.parts import hold_hint, message
from kiosk.screen.stage import Scene
from kiosk.screen.talk import conversation


def connecting(scene: Scene) -> tuple[Draw, ...]:
    """The press was noticed."""
    say, what = scene.words, now_held(scene)
    told = message(scene, say.connecting, say.connecting_more)
    return (*(told_alone(scene, what) if what else told), *hold_hint(scene, say.hold_to_stop))


def reconnecting(scene: Scene) -> tuple[Draw, ...]:
    """The line was lost and is being opened again; what was said stays where it stood."""
    snapshot = scene.snapshot
    if snapshot.caption.shown or snapshot.question_text:
        return conversation(scene)
    return connecting(scene)
