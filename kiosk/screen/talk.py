"""The conversation: the interviewer's words in white, the candidate's place in mint."""

import math

from kiosk.core.snapshot import Mood, Phase
from kiosk.screen.column import Column
from kiosk.screen.draws import Bars, Box, Dot, Draw, Line, Panel, Ring, Text, Type
from kiosk.screen.scenes import hold_hint
from kiosk.screen.stage import Scene
from kiosk.screen.theme import Colour

CUT_MARK = " \N{EM DASH}"
LAST_MINUTE_S = 60.0
MOST_DOTS = 10
"""More questions than these are only counted in words."""
CAPTION_LINES = 4
ANSWER_LINES = 4
PANEL_PAD = 22
BARS = 9


def conversation(scene: Scene) -> tuple[Draw, ...]:
    """Progress, the question, the candidate's place, and how to stop."""
    draws = [*progress(scene), *caption(scene), *candidate(scene)]
    if scene.snapshot.phase is Phase.CONVERSING:
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


def panel_top(scene: Scene) -> int:
    """Where the candidate's place begins: always the same, so that nothing moves."""
    lines = scene.type(scene.theme.answer).line_px * ANSWER_LINES
    return scene.grid.column.bottom - lines - 2 * scene.grid.px(PANEL_PAD)


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


def candidates_turn(scene: Scene) -> bool:
    """True from the end of the question until the interviewer speaks again."""
    snapshot = scene.snapshot
    if not snapshot.microphone_open:
        return False
    return snapshot.candidate_speaking or snapshot.mood in (Mood.LISTENING, Mood.THINKING)


def answer_begun(scene: Scene) -> bool:
    """True when the question may step back."""
    snapshot = scene.snapshot
    begun = snapshot.candidate_speaking or snapshot.candidate_text or snapshot.mood is Mood.THINKING
    return candidates_turn(scene) and bool(begun)


def candidate(scene: Scene) -> tuple[Draw, ...]:
    """The mint panel: the candidate's level, and their words where they may be seen.

    It grows downwards with the words, so that those already read stay where they are.
    """
    theme, grid = scene.theme, scene.grid
    if not candidates_turn(scene):
        return ()
    pad = grid.px(PANEL_PAD)
    bars_width = grid.px(92)
    line_px = scene.type(theme.answer).line_px
    stack = answer(scene, grid.column.w - bars_width - 3 * pad, 2 * line_px)
    top = panel_top(scene)
    panel = Box(grid.column.x, top, grid.column.w, stack.height_px + 2 * pad)
    bars = Box(panel.x + pad, top + pad, bars_width, 2 * line_px)
    text_x = bars.right + pad
    if scene.words.right_to_left:
        bars = bars.moved(panel.right - pad - bars.right, 0)
        text_x = panel.x + pad
    return (
        Panel(panel, theme.mint_panel, grid.px(24)),
        level(scene, bars),
        *stack.at(text_x, top + pad),
    )


def answer(scene: Scene, width_px: int, least_px: int) -> Column:
    """What stands beside the level: the candidate's words, or a sign of hearing them."""
    snapshot, theme, wait = scene.snapshot, scene.theme, scene.wait
    type_ = scene.type(theme.answer)
    words = snapshot.candidate_text.strip() if scene.stage.show_candidate_words else ""
    asked = wait is not None and wait.kind == "silence"
    if words and not asked:
        stack = scene.column(width_px)
        stack.lines(words, type_, theme.mint_text, last=ANSWER_LINES)
        return stack.gap(max(0, least_px - stack.height_px))
    said = scene.column(width_px)
    if asked:
        more = scene.words.still_there_more.format(button=scene.press_what)
        said.text(scene.words.still_there, scene.type(theme.answer, bold=True), theme.text)
        said.text(more, scene.type(theme.small), theme.mint_text)
    else:
        said.text(sign_of_hearing(scene), type_, theme.mint_text)
    above = max(0, least_px - said.height_px) // 2
    stack = scene.column(width_px).gap(above).beside(said.at(0, above), mirrored=False)
    return stack.gap(max(said.height_px, least_px - above))


def sign_of_hearing(scene: Scene) -> str:
    """What stands in the candidate's place while there are no words of theirs."""
    if scene.snapshot.mood is Mood.THINKING:
        return "…" if scene.stage.show_candidate_words else scene.words.heard
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
    return Bars(box, tuple(heights), scene.theme.mint)
