"""The conversation: how far it is, the interviewer's words in white, and how to stop."""

import math

from kiosk.core.snapshot import Phase
from kiosk.screen.answer import answer_begun, candidate, panel_top
from kiosk.screen.draws import Box, Dot, Draw, Line, Ring, Text, Type
from kiosk.screen.scenes.parts import hold_hint
from kiosk.screen.stage import Scene
from kiosk.screen.theme import Colour

CUT_MARK = " \N{EM DASH}"
LAST_MINUTE_S = 60.0
MOST_DOTS = 10
"""More questions than these are only counted in words."""
CAPTION_LINES = 4


def conversation(scene: Scene) -> tuple[Draw, ...]:
    """Progress, the question, the candidate's place, and how to stop."""
    draws = [*progress(scene), *caption(scene), *candidate(scene)]
    draws += hold_hint(scene, scene.words.hold_to_stop)
    wait = scene.wait
    if wait is not None and wait.kind == "silence":
        face = scene.grid.face
        ring = face.grown(-round(face.w * 0.01))
        draws.append(Ring(ring, scene.share(wait), scene.grid.px(9), scene.theme.amber))
    return tuple(draws)


def progress(scene: Scene) -> tuple[Draw, ...]:
    """Dots and "Question 2 of 5"; at the other side "Last minute" when it has come."""
    theme, grid, snapshot = scene.theme, scene.grid, scene.snapshot
    place = grid.column
    small = scene.type(theme.small)
    height = grid.px(40)
    y = place.y + (height - small.line_px) // 2
    draws: list[Draw] = []
    x = place.x
    if snapshot.question > 0 and snapshot.questions > 0:
        side = grid.px(16)
        if snapshot.questions <= MOST_DOTS:
            for number in range(1, snapshot.questions + 1):
                done = number <= snapshot.question
                spot = Box(x, place.y + (height - side) // 2, side, side)
                draws.append(Dot(spot, theme.text if done else theme.text_dim, done))
                x += grid.px(26)
            x += grid.px(14)
        told = scene.words.question_of.format(n=snapshot.question, all=snapshot.questions)
        line = scene.stage.measure(told, small, place.right - x)[0]
        draws.append(
            Text(Box(x, y, line.width_px, small.line_px), told[: line.end], small, theme.text_soft)
        )
        x += line.width_px
    left_s = math.inf if snapshot.ends_s is None else snapshot.ends_s - scene.now_s
    if snapshot.phase is Phase.CONVERSING and left_s <= LAST_MINUTE_S:
        told = scene.words.last_minute
        line = scene.stage.measure(told, small, place.w)[0]
        if place.right - line.width_px > x + grid.px(16):
            box = Box(place.right - line.width_px, y, line.width_px, small.line_px)
            draws.append(Text(box, told[: line.end], small, theme.amber))
    return tuple(draws)


def caption_type(scene: Scene) -> Type:
    """The font of the interviewer's words."""
    return scene.type(scene.theme.speech)


def caption(scene: Scene) -> tuple[Draw, ...]:
    """The interviewer's words as far as they were heard.

    Lines are broken on the whole text and stand at the side where reading begins, so that a word
    never moves once it is seen; when they are full, the block scrolls by one line.
    """
    theme, grid, words = scene.theme, scene.grid, scene.snapshot.caption
    if not words.shown:
        return ()
    type_ = caption_type(scene)
    reserve = round(1.2 * type_.size_px)
    lines = scene.stage.measure(words.text, type_, grid.column.w - reserve)
    current = max(i for i, line in enumerate(lines) if line.start < words.shown or i == 0)
    top = grid.column.y + grid.px(58)
    room = panel_top(scene) - grid.px(14) - top
    visible = max(1, min(CAPTION_LINES, room // type_.line_px))
    first = max(0, current - visible + 1)
    colour = theme.text_dim if answer_begun(scene) else theme.text
    return tuple(
        caption_line(scene, lines[i], top + (i - first) * type_.line_px, colour, last=i == current)
        for i in range(first, current + 1)
    )


def caption_line(scene: Scene, line: Line, y: int, colour: Colour, *, last: bool) -> Text:
    """One line, up to what was heard; a dash where the candidate cut it off."""
    words, place, type_ = scene.snapshot.caption, scene.grid.column, caption_type(scene)
    text = words.text[line.start : min(line.end, words.shown)].rstrip()
    if last and words.cut:
        text = text.rstrip(" ,;:-\N{EN DASH}\N{EM DASH}") + CUT_MARK
    width = line.width_px
    if text != words.text[line.start : line.end]:
        width = scene.stage.measure(text, type_, 10 * place.w)[0].width_px
    x = place.right - width if scene.words.right_to_left else place.x
    return Text(Box(x, y, width, type_.line_px), text, type_, colour)
