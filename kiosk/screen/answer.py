"""The candidate's place, in a colour of its own: their level while they speak, and their words."""

import math
from dataclasses import replace

from kiosk.core.snapshot import Mood
from kiosk.screen.column import Column
from kiosk.screen.draws import Bars, Box, Draw, Panel, Type
from kiosk.screen.scenes.parts import shrinks
from kiosk.screen.stage import Scene
from kiosk.screen.zones import BARS_WIDTH, PAD

BARS = 9
RULE_WIDTH = 4


def candidate(scene: Scene) -> tuple[Draw, ...]:
    """A panel in the candidate's turn; else their last words alone, at the same spot."""
    return in_turn(scene) if candidates_turn(scene) else answered(scene)


def candidates_turn(scene: Scene) -> bool:
    """True from the end of the question until the interviewer speaks again."""
    snapshot = scene.snapshot
    if not snapshot.microphone_open:
        return False
    if snapshot.candidate_speaking or snapshot.mood is Mood.LISTENING:
        return True
    pauses = snapshot.candidate_text_until_s == math.inf
    return snapshot.mood is Mood.THINKING and not pauses


def answer_begun(scene: Scene) -> bool:
    """True when the question may step back."""
    snapshot = scene.snapshot
    said = bool(snapshot.candidate_text) and snapshot.candidate_text_until_s is None
    begun = snapshot.candidate_speaking or said or snapshot.mood is Mood.THINKING
    return candidates_turn(scene) and begun


def seen_words(scene: Scene) -> str:
    """The candidate's words, where they may be seen and are not past."""
    snapshot = scene.snapshot
    until_s = snapshot.candidate_text_until_s
    past = until_s is not None and scene.now_s >= until_s
    if past or not (snapshot.microphone_open and scene.stage.show_candidate_words):
        return ""
    return snapshot.candidate_text.strip()


def text_place(scene: Scene) -> Box:
    """The candidate's words, beside their level."""
    place, zone = scene.grid.column, scene.zones.answer.box
    x = zone.x if scene.words.right_to_left else place.x + place.right - zone.right
    return Box(x, zone.y, zone.w, zone.h)


def in_turn(scene: Scene) -> tuple[Draw, ...]:
    """The candidate's level, and their words or a sign of hearing them.

    The panel grows downwards with the words, so that those already read stay where they are.
    """
    theme, grid = scene.theme, scene.grid
    pad, place = grid.px(PAD), text_place(scene)
    least_px = 2 * scene.zones.answer.type.line_px
    stack = told(scene, place.w, least_px)
    panel = Box(grid.column.x, place.y - pad, grid.column.w, stack.height_px + 2 * pad)
    bars = Box(place.x - pad - grid.px(BARS_WIDTH), place.y, grid.px(BARS_WIDTH), least_px)
    if scene.words.right_to_left:
        bars = bars.moved(place.right + pad - bars.x, 0)
    return (
        Panel(panel, theme.candidate_panel, grid.px(24)),
        level(scene, bars),
        *stack.at(place.x, place.y),
    )


def answered(scene: Scene) -> tuple[Draw, ...]:
    """The candidate's last words beside a thin rule, while the interviewer has the word."""
    theme, grid, words = scene.theme, scene.grid, seen_words(scene)
    if not words:
        return ()
    pad, width, place = grid.px(PAD), grid.px(RULE_WIDTH), text_place(scene)
    stack = scene.column(place.w)
    stack.lines(words, scene.zones.answer.type, theme.candidate_dim, last=scene.zones.answer.lines)
    x = place.right + pad - width if scene.words.right_to_left else place.x - pad
    rule = Box(x, place.y, width, stack.height_px)
    return (Panel(rule, theme.candidate_rule, width), *stack.at(place.x, place.y))


def told(scene: Scene, width_px: int, least_px: int) -> Column:
    """What stands beside the level: the candidate's words, or a sign of hearing them."""
    theme, wait, words = scene.theme, scene.wait, seen_words(scene)
    type_ = scene.zones.answer.type
    asked = wait is not None and wait.kind == "silence"
    if words and not asked:
        stack = scene.column(width_px)
        stack.lines(words, type_, theme.candidate_text, last=scene.zones.answer.lines)
        return stack.gap(max(0, least_px - stack.height_px))
    if asked:
        said = asking(scene, width_px)
    else:
        own = replace(type_, language=scene.snapshot.language)
        said = scene.column(width_px).text(sign_of_hearing(scene), own, theme.candidate_text)
    above = max(0, least_px - said.height_px) // 2
    stack = scene.column(width_px).gap(above).beside(said.at(0, above), mirrored=False)
    return stack.gap(max(said.height_px, least_px - above))


def asking(scene: Scene, width_px: int) -> Column:
    """Whether the candidate is still there, as large as the panel holds it."""
    theme, say, place = scene.theme, scene.words, scene.zones.answer
    more = say.still_there_more.format(button=scene.press_what)
    for shrink in shrinks(theme.text_scale):
        size_px = round(place.type.size_px * shrink)
        said = scene.column(width_px)
        said.text(say.still_there, Type(size_px, True, scene.snapshot.language), theme.text)
        said.text(more, scene.type(theme.small, shrink=shrink), theme.candidate_text)
        if said.height_px <= place.box.h:
            break
    return said


def sign_of_hearing(scene: Scene) -> str:
    """What stands in the candidate's place while there are no words of theirs."""
    if scene.snapshot.mood is Mood.THINKING:
        return scene.words.heard_out
    return scene.words.heard if scene.snapshot.candidate_speaking else scene.words.your_turn


def level(scene: Scene, box: Box) -> Bars:
    """Bars that stand as high as the candidate is loud; at rest they are a row of dots."""
    width = box.w / (2 * BARS - 1)
    full = min(box.h, scene.grid.px(104))
    heights = []
    for i in range(BARS):
        arch = 0.45 + 0.55 * math.cos((i - BARS // 2) / BARS * math.pi) ** 2
        dance = 0.72 + 0.28 * math.sin(scene.now_s * (9.0 + 1.7 * (i * 5 % 7)) + 2.4 * i)
        heights.append(round(width + (full - width) * scene.heard * arch * dance))
    return Bars(box, tuple(heights), scene.theme.candidate)
