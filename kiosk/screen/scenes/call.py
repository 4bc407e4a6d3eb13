"""The line is being opened, at first or again."""

from kiosk.screen.draws import Draw
from kiosk.screen.scenes.parts import hold_hint, message
from kiosk.screen.stage import Scene


def connecting(scene: Scene) -> tuple[Draw, ...]:
    """The press was noticed."""
    say = scene.words
    return (
        *message(scene, say.connecting, say.connecting_more),
        *hold_hint(scene, say.hold_to_stop),
    )


def reconnecting(scene: Scene) -> tuple[Draw, ...]:
    """The line was lost and is being opened again."""
    say = scene.words
    return (
        *message(scene, say.reconnecting, say.reconnecting_more),
        *hold_hint(scene, say.hold_to_stop),
    )
