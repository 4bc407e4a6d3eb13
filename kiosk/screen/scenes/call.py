"""The line is being opened, at first or again."""

from dataclasses import replace

from kiosk.screen.draws import Draw
from kiosk.screen.said import kept
from kiosk.screen.scenes.parts import hold_hint, message
from kiosk.screen.stage import Scene

BELOW_QUESTION = 18
"""Units between the question and what is said of the line."""


def connecting(scene: Scene) -> tuple[Draw, ...]:
    """The press was noticed."""
    say = scene.words
    return (
        *message(scene, say.connecting, say.connecting_more),
        *hold_hint(scene, say.hold_to_stop),
    )


def reconnecting(scene: Scene) -> tuple[Draw, ...]:
    """The line was lost and is being opened again; the question stays where it stood."""
    say, place = scene.words, scene.grid.column
    asked = kept(scene, scene.snapshot.question_text)
    if asked:
        top = scene.zones.question.box.bottom + scene.grid.px(BELOW_QUESTION)
        place = replace(place, y=top, h=place.bottom - top)
    return (
        *asked,
        *message(scene, say.reconnecting, say.reconnecting_more, place=place),
        *hold_hint(scene, say.hold_to_stop),
    )
