"""The languages on offer, each by its own name, at the foot of the idle screen."""

from collections.abc import Sequence
from dataclasses import replace

from kiosk.interview.languages import ANY_LANGUAGE, own_name
from kiosk.screen.draws import Box, Draw, Text
from kiosk.screen.scenes.parts import SMALLER
from kiosk.screen.stage import Scene
from kiosk.screen.writing import writing

APART = 22
"""Units between two names, where there is room."""
LEAST_APART = 13


def languages(scene: Scene, place: Box) -> tuple[Draw, ...]:
    """The names in as few rows as hold them, around the middle of a place.

    They stay where they are whatever language has its turn, so that only the light moves: at the
    side from which all of them are read, or in the middle where some are read from the other.
    """
    names = [name_of(scene, tag) for tag in scene.snapshot.choices if tag != ANY_LANGUAGE]
    if len(names) < 2:
        return ()
    rows = in_rows(names, place.w, scene.grid.px(LEAST_APART))
    apart = min(scene.grid.px(APART), *(spare(row, place.w) for row in rows if len(row) > 1))
    height = max(name.type.line_px for name in names)
    base = max(name.type.baseline_px for name in names)
    sides = {writing(name.type.language).right_to_left for name in names}
    share = sum(sides) / len(sides)
    draws = []
    y = place.y + (place.h - height * len(rows)) // 2 + base
    for row in rows:
        width = sum(name.box.w for name in row) + apart * (len(row) - 1)
        x = place.x + round((place.w - width) * share)
        for name in row:
            draws.append(replace(name, box=name.box.moved(x, y - name.type.baseline_px)))
            x += name.box.w + apart
        y += height
    return tuple(draws)


def name_of(scene: Scene, tag: str) -> Text:
    """A language's own name at the origin, lit while it has its turn."""
    theme = scene.theme
    type_, name = (
        scene.type(theme.small * SMALLER / theme.text_scale, language=tag),
        own_name(tag),
    )
    width = scene.stage.measure(name, type_, scene.grid.column.w)[0].width_px
    colour = theme.text if tag == scene.snapshot.language else theme.text_dim
    return Text(Box(0, 0, width, type_.line_px), name, type_, colour)


def in_rows(names: Sequence[Text], width_px: int, apart_px: int) -> list[Sequence[Text]]:
    """The fewest rows of about as many names each, with `apart_px` or more between two of them."""
    for count in range(1, len(names)):
        each = -(-len(names) // count)
        rows = [names[first : first + each] for first in range(0, len(names), each)]
        if all(spare(row, width_px) >= apart_px for row in rows):
            return rows
    return [[name] for name in names]


def spare(row: Sequence[Text], width_px: int) -> int:
    """How many pixels can be between two names of a row."""
    return (width_px - sum(name.box.w for name in row)) // max(1, len(row) - 1)
