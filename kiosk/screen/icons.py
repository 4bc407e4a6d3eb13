"""Small line drawings in a square of 24 units, as paths for cairo."""

import math
from collections.abc import Callable, Mapping
from types import MappingProxyType

import cairocffi

from kiosk.screen.draws import IconName

TURN = 2 * math.pi
SIDE = 24
"""Units."""


def trace(context: cairocffi.Context, name: IconName) -> None:
    """Add an icon's path; it is meant for a line two units wide, with round ends and joins."""
    ICONS[name](context)


def circle(context: cairocffi.Context, x: float, y: float, radius: float) -> None:
    """Add a whole circle."""
    context.new_sub_path()
    context.arc(x, y, max(0.1, radius), 0, TURN)


def rounded(
    context: cairocffi.Context, x: float, y: float, w: float, h: float, radius: float
) -> None:
    """Add a rectangle with round corners."""
    radius = min(radius, w / 2, h / 2)
    context.new_sub_path()
    for middle_x, middle_y, quarter in (
        (x + w - radius, y + radius, 3),
        (x + w - radius, y + h - radius, 0),
        (x + radius, y + h - radius, 1),
        (x + radius, y + radius, 2),
    ):
        context.arc(middle_x, middle_y, radius, quarter * TURN / 4, (quarter + 1) * TURN / 4)
    context.close_path()


def _slash(context: cairocffi.Context) -> None:
    context.move_to(3, 2.5)
    context.line_to(21, 21.5)


def _talk(context: cairocffi.Context) -> None:
    context.move_to(8.5, 17.5)
    context.line_to(5, 21.5)
    context.line_to(5, 16.6)
    context.arc(9, 9.5, 7, 0.335 * TURN, 0.75 * TURN)
    context.arc(15, 9.5, 7, 0.75 * TURN, 0.25 * TURN)
    context.line_to(8.5, 16.5)


def _clock(context: cairocffi.Context) -> None:
    circle(context, 12, 12, 9.5)
    context.move_to(12, 6.5)
    context.line_to(12, 12)
    context.line_to(15.8, 14.4)


def _voice(context: cairocffi.Context) -> None:
    for x, half in ((3, 2), (7.5, 6), (12, 9.5), (16.5, 5), (21, 2)):
        context.move_to(x, 12 - half)
        context.line_to(x, 12 + half)


def _lock(context: cairocffi.Context) -> None:
    rounded(context, 4, 11, 16, 11, 3)
    context.move_to(7.5, 11)
    context.line_to(7.5, 7.5)
    context.arc(12, 7.5, 4.5, TURN / 2, TURN)
    context.line_to(16.5, 11)


def _button(context: cairocffi.Context) -> None:
    circle(context, 12, 12, 9.5)
    circle(context, 12, 12, 4.2)


def _again(context: cairocffi.Context) -> None:
    context.new_sub_path()
    context.arc(12, 12.5, 8.5, -0.12 * TURN, 0.64 * TURN)
    context.move_to(18.6, 1.8)
    context.line_to(18.4, 6.9)
    context.line_to(13.3, 6.6)


def _weak(context: cairocffi.Context) -> None:
    for x, top in ((3, 15.0), (9, 8.0), (15, 20.0), (21, 20.0)):
        context.move_to(x, 21)
        context.line_to(x, top)


def _away(context: cairocffi.Context) -> None:
    for radius in (5, 10, 15):
        context.new_sub_path()
        context.arc(12, 19, radius, 0.635 * TURN, 0.865 * TURN)
    _slash(context)


def _deaf(context: cairocffi.Context) -> None:
    rounded(context, 8, 2, 8, 12, 4)
    context.new_sub_path()
    context.arc_negative(12, 10.5, 7, 0.5 * TURN, 0)
    context.move_to(12, 17.5)
    context.line_to(12, 21.5)
    _slash(context)


def _mute(context: cairocffi.Context) -> None:
    context.move_to(3, 9)
    context.line_to(7, 9)
    context.line_to(12, 4.5)
    context.line_to(12, 19.5)
    context.line_to(7, 15)
    context.line_to(3, 15)
    context.close_path()
    for radius in (4.5, 9):
        context.new_sub_path()
        context.arc(12.5, 12, radius, -0.13 * TURN, 0.13 * TURN)
    _slash(context)


def _here(context: cairocffi.Context) -> None:
    rounded(context, 3, 3, 18, 13, 2)
    context.move_to(12, 16)
    context.line_to(12, 21)
    context.move_to(7.5, 21)
    context.line_to(16.5, 21)


ICONS: Mapping[IconName, Callable[[cairocffi.Context], None]] = MappingProxyType(
    {
        "talk": _talk,
        "clock": _clock,
        "voice": _voice,
        "lock": _lock,
        "button": _button,
        "again": _again,
        "weak": _weak,
        "away": _away,
        "deaf": _deaf,
        "mute": _mute,
        "here": _here,
    }
)
"""What draws each."""
