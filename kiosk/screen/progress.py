"""How far the interview is: questions as dots, and time only when it is nearly over."""

import math
from dataclasses import replace

from kiosk.core.snapshot import Phase
from kiosk.screen.draws import Box, Dot, Draw, Icon, Text
from kiosk.screen.stage import Scene

LAST_MINUTE_S = 60.0
TIMED = (Phase.CONVERSING, Phase.RECONNECTING)
"""In these the interview's time runs."""
MOST_DOTS = 10
"""More questions than these are only counted in words."""


def progress(scene: Scene) -> tuple[Draw, ...]:
    """Dots and "Question 2 of 5"; at the other side "Last minute" when it has come."""
    place = scene.grid.column
    draws = counted(scene)
    reach = max((draw.box.right for draw in draws), default=place.x)
    draws += last_minute(scene, place.right - reach - scene.grid.px(16))
    if scene.words.right_to_left:
        draws = [mirrored(draw, place) for draw in draws]
    return tuple(draws)


def counted(scene: Scene) -> list[Draw]:
    """The questions as dots, those asked filled, and their number in words."""
    theme, grid, snapshot = scene.theme, scene.grid, scene.snapshot
    if not 0 < snapshot.question <= snapshot.questions:
        return []
    place, small = grid.column, scene.type(theme.small)
    height, side, x = grid.px(40), grid.px(16), place.x
    draws: list[Draw] = []
    if snapshot.questions <= MOST_DOTS:
        for number in range(1, snapshot.questions + 1):
            done = number <= snapshot.question
            spot = Box(x, place.y + (height - side) // 2, side, side)
            draws.append(Dot(spot, theme.text if done else theme.text_dim, done))
            x += grid.px(26)
        x += grid.px(14)
    told = scene.words.question_of.format(n=snapshot.question, all=snapshot.questions)
    line = scene.stage.measure(told, small, place.right - x)[0]
    box = Box(x, place.y + (height - small.line_px) // 2, line.width_px, small.line_px)
    return [*draws, Text(box, told[: line.end], small, theme.text_soft)]


def last_minute(scene: Scene, room_px: int) -> list[Draw]:
    """A clock with "Last minute" at the far end, from then on; no time is told before."""
    theme, grid, snapshot = scene.theme, scene.grid, scene.snapshot
    left_s = math.inf if snapshot.ends_s is None else snapshot.ends_s - scene.now_s
    if snapshot.phase not in TIMED or left_s > LAST_MINUTE_S:
        return []
    place, small, told = grid.column, scene.type(theme.small), scene.words.last_minute
    line = scene.stage.measure(told, small, place.w)[0]
    side, height = grid.px(24), grid.px(40)
    y = place.y + (height - small.line_px) // 2
    box = Box(place.right - line.width_px, y, line.width_px, small.line_px)
    clock = Box(box.x - grid.px(10) - side, place.y + (height - side) // 2, side, side)
    draws: list[Draw] = [Text(box, told[: line.end], small, theme.notice)]
    if place.right - clock.x <= room_px:
        draws.append(Icon(clock, "clock", theme.notice))
    return draws if line.width_px <= room_px else []


def mirrored(draw: Draw, place: Box) -> Draw:
    """The same at the other side of `place`."""
    return replace(draw, box=draw.box.moved(place.x + place.right - draw.box.right - draw.box.x, 0))
