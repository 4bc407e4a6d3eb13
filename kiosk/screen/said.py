"""The interviewer's words, in white: what is said now, and above it the question that stands."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from kiosk.screen.answer import answer_begun, candidates_turn
from kiosk.screen.column import balanced
from kiosk.screen.draws import Box, Line, Text, Type
from kiosk.screen.hitch import at_rest, now_held
from kiosk.screen.scenes.parts import STEP
from kiosk.screen.stage import Scene
from kiosk.screen.theme import Colour
from kiosk.screen.zones import Zone

CUT_MARK = " \N{EM DASH}"
BEFORE_CUT = " ,;:-\N{EN DASH}\N{EM DASH}"
"""Not shown before the mark."""
LEFT_OUT = "\N{HORIZONTAL ELLIPSIS}\N{NO-BREAK SPACE}"
RESERVE_EM = 1.2
"""Room behind a line for the mark, and for a full stop that stands beyond the width."""


def caption(scene: Scene) -> tuple[Text, ...]:
    """The interviewer's words as far as they were heard.

    Lines are broken on the whole text and stand at the side from which it is read, so that a word
    never moves once it is seen; when they are full, the block scrolls by one line.  Where words
    have no spaces between them, the last one waits until its end is known.  Whom the booth's voice
    does not reach reads all of it at once.
    """
    zone, words = scene.zones.caption, scene.snapshot.caption
    if now_held(scene) == "mute" and words.text:
        text, lines, type_ = fitted(scene, words.text, zone)
        return stacked(text, lines, type_, zone.box, scene.theme.text)
    if not (words.shown and visible(scene)[-1].end):
        return ()
    colour = scene.theme.text_dim if answer_begun(scene) or at_rest(scene) else scene.theme.text
    *before, last = stacked(words.text, visible(scene), zone.type, zone.box, colour)
    return (*before, stopped(scene, last))


def visible(scene: Scene) -> tuple[Line, ...]:
    """The lines of the caption that are on the screen; of the last a part may be unheard."""
    zone, words = scene.zones.caption, scene.snapshot.caption
    width = zone.box.w - reserve_px(zone.type)
    lines = scene.stage.measure(words.text, zone.type, width, phrases=True, growing=words.growing)
    begun = max(1, sum(line.start < words.shown for line in lines))
    return lines[max(0, begun - zone.lines) : begun]


def stopped(scene: Scene, line: Text) -> Text:
    """The caption's last line as far as it was heard; a dash where the candidate cut it off."""
    words = scene.snapshot.caption
    shown = words.shown - visible(scene)[-1].start
    if not words.cut:
        return line if shown >= len(line.text) else replace(line, shown=shown)
    reserve = reserve_px(line.type)
    x = line.box.x - (reserve if line.right_to_left else 0)
    box = Box(x, line.box.y, line.box.w + reserve, line.box.h)
    seen = len(line.text[:shown].rstrip(BEFORE_CUT))
    return replace(line, box=box, shown=seen, mark=CUT_MARK)


def question(scene: Scene) -> tuple[Text, ...]:
    """What must stay readable besides, dimmed, as near to the caption as it can be."""
    zone, text = scene.zones.question, standing(scene)
    if not text:
        return ()
    text, lines, type_ = fitted(scene, text, zone)
    height = len(lines) * type_.line_px
    box = Box(zone.box.x, zone.box.bottom - height, zone.box.w, height)
    return stacked(text, lines, type_, box, scene.theme.text_dim)


def standing(scene: Scene) -> str:
    """The question when other words are said, or what of it has scrolled away; or nothing."""
    asked, words = scene.snapshot.question_text, scene.snapshot.caption
    if now_held(scene) == "mute" and asked in words.text:
        return ""
    heard = words.text[: words.shown].rstrip()
    if not asked or not heard.endswith(asked):
        return asked
    if not (candidates_turn(scene) or at_rest(scene)):
        return ""
    return heard[len(heard) - len(asked) : visible(scene)[0].start].strip()


def fitted(scene: Scene, text: str, zone: Zone) -> tuple[str, tuple[Line, ...], Type]:
    """A text as large as a zone holds it whole, at most in the zone's type, and its lines.

    It becomes no smaller than the small print: then only its end is left.
    """
    measure, width = scene.stage.measure, zone.box.w
    for type_ in smaller(zone.type, scene.grid.type(scene.theme.small).size_px):
        rows = zone.box.h // type_.line_px
        if len(measure(text, type_, width)) <= rows:
            return text, balanced(measure, text, type_, width), type_
    text = text[measure(text, type_, width)[-rows].start :]
    while True:
        shorter = LEFT_OUT + text
        lines = balanced(measure, shorter, type_, width)
        if len(lines) <= rows:
            return shorter, lines, type_
        text = text[measure(text, type_, width // 4)[1].start :]


def smaller(type_: Type, least_px: int) -> Iterator[Type]:
    """A type, and ever smaller ones down to so many pixels."""
    step_px = max(1, round(STEP * type_.size_px))
    for size_px in range(type_.size_px, least_px, -step_px):
        yield replace(type_, size_px=size_px)
    yield replace(type_, size_px=min(type_.size_px, least_px))


def stacked(
    text: str, lines: Iterable[Line], type_: Type, box: Box, colour: Colour
) -> tuple[Text, ...]:
    """Lines of a text from the top of a box, at the side from which the text is read."""
    return tuple(
        Text(
            Box(
                box.right - line.width_px if line.right_to_left else box.x,
                box.y + number * type_.line_px,
                line.width_px,
                type_.line_px,
            ),
            text[line.start : line.end],
            type_,
            colour,
            line.right_to_left,
        )
        for number, line in enumerate(lines)
    )


def reserve_px(type_: Type) -> int:
    """Room behind a line of the caption."""
    return round(RESERVE_EM * type_.size_px)
