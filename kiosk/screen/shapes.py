"""Dots, panels, icons, codes, the button, pieces of rings and bars, drawn by cairo as pictures."""

from functools import lru_cache

import cairocffi
import pygame
import segno

from kiosk.screen.cairo import new_surface, to_pygame
from kiosk.screen.draws import Box, Button, Dot, Icon, Panel, QrCode, Ring
from kiosk.screen.icons import SIDE, TURN, circle, rounded, trace
from kiosk.screen.theme import Colour, Theme

Shape = Dot | Panel | Icon | Button | QrCode

EXACT_PX = 0.01
"""How far cairo may be off an arc; with its own 0.1 the pieces of a ring would not quite meet."""

QUIET = 4
"""Light modules around a code, by ISO/IEC 18004."""
PAPER: Colour = (250, 250, 246)
INK: Colour = (12, 16, 26)
"""A code is dark on light under every theme: some readers find no other."""


def reach(shape: Shape | Ring) -> Box:
    """The pixels a shape may touch: its box and a little light around it."""
    if isinstance(shape, Button):
        return shape.box.grown(shape.box.w // 6)
    if isinstance(shape, Ring):
        return shape.box.grown(shape.width_px)
    return shape.box.grown(2)


@lru_cache(64)
def picture(shape: Shape, theme: Theme) -> pygame.Surface:
    """A premultiplied surface as large as `reach(shape)`."""
    area = reach(shape)
    surface, context = new_surface(area.w, area.h)
    context.translate(-area.x, -area.y)
    match shape:
        case Dot():
            _dot(context, shape)
        case Panel():
            _box(context, shape.box, shape.radius_px)
            _ink(context, shape.colour)
            context.fill()
        case Icon():
            _icon(context, shape)
        case Button():
            _button(context, shape, theme)
        case QrCode():
            _qr_code(context, shape)
    return to_pygame(surface)


def ring_picture(ring: Ring, area: Box) -> pygame.Surface:
    """A premultiplied surface of what of a ring lies in `area`."""
    surface, context = new_surface(area.w, area.h)
    context.translate(-area.x, -area.y)
    context.set_tolerance(EXACT_PX)
    _ring(context, ring)
    return to_pygame(surface)


def bar_picture(width_px: int, height_px: int, colour: Colour) -> pygame.Surface:
    """A premultiplied surface of an upright bar with round ends."""
    surface, context = new_surface(width_px, height_px)
    rounded(context, 0, 0, width_px, height_px, width_px / 2)
    _ink(context, colour)
    context.fill()
    return to_pygame(surface)


def _ink(context: cairocffi.Context, colour: Colour, alpha: float = 1.0) -> None:
    context.set_source_rgba(*(part / 255 for part in colour), alpha)


def _middle(box: Box) -> tuple[float, float]:
    return box.x + box.w / 2, box.y + box.h / 2


def _box(context: cairocffi.Context, box: Box, radius: float) -> None:
    rounded(context, box.x, box.y, box.w, box.h, radius)


def _dot(context: cairocffi.Context, dot: Dot) -> None:
    _ink(context, dot.colour)
    radius = min(dot.box.w, dot.box.h) / 2
    if dot.filled:
        circle(context, *_middle(dot.box), radius)
        context.fill()
    else:
        width = max(1.5, radius * 0.24)
        context.set_line_width(width)
        circle(context, *_middle(dot.box), radius - width / 2)
        context.stroke()


def _ring(context: cairocffi.Context, ring: Ring) -> None:
    x, y = _middle(ring.box)
    radius = ring.box.w / 2
    context.set_line_width(ring.width_px)
    context.set_line_cap(cairocffi.LINE_CAP_ROUND)
    _ink(context, ring.colour, 0.16)
    circle(context, x, y, radius)
    context.stroke()
    if ring.share > 0:
        _ink(context, ring.colour)
        context.new_sub_path()
        context.arc(x, y, radius, -TURN / 4, -TURN / 4 + TURN * ring.share)
        context.stroke()


def _button(context: cairocffi.Context, button: Button, theme: Theme) -> None:
    x, y = _middle(button.box)
    radius = button.box.w / 2
    halo = cairocffi.RadialGradient(x, y, radius * 0.7, x, y, radius * 1.3)
    red, green, blue = (part / 255 for part in theme.button)
    halo.add_color_stop_rgba(0, red, green, blue, 0.42 if button.pressed else 0.3)
    halo.add_color_stop_rgba(1, red, green, blue, 0)
    context.set_source(halo)
    circle(context, x, y, radius * 1.3)
    context.fill()
    _ink(context, theme.field_bottom)
    circle(context, x, y, radius * 0.9)
    context.fill()
    _ink(context, theme.button, 0.8)
    context.set_line_width(radius * 0.07)
    circle(context, x, y, radius * 0.86)
    context.stroke()
    cap = radius * (0.64 if button.pressed else 0.7)
    glow = cairocffi.LinearGradient(x, y - cap, x, y + cap)
    glow.add_color_stop_rgb(0, *(part / 255 for part in theme.button))
    glow.add_color_stop_rgb(1, *(part / 255 for part in theme.button_deep))
    context.set_source(glow)
    circle(context, x, y, cap)
    context.fill()
    context.save()
    context.translate(x, y - cap * 0.48)
    context.scale(cap * 0.56, cap * 0.27)
    _ink(context, (255, 255, 255), 0.42)
    circle(context, 0, 0, 1)
    context.fill()
    context.restore()


def _qr_code(context: cairocffi.Context, code: QrCode) -> None:
    """Modules of whole pixels, as large as fit with the quiet zone around them."""
    rows = tuple(segno.make_qr(code.text, error="l", boost_error=True).matrix)
    module = code.box.w // (len(rows) + 2 * QUIET)
    if module < 1:
        raise ValueError(f"{code.box.w} pixels are too few for a code of {len(rows)} modules")
    _ink(context, PAPER)
    _box(context, code.box, QUIET * module / 2)
    context.fill()
    left = code.box.x + (code.box.w - module * len(rows)) // 2
    top = code.box.y + (code.box.h - module * len(rows)) // 2
    context.set_antialias(cairocffi.ANTIALIAS_NONE)
    _ink(context, INK)
    for y, row in enumerate(rows):
        for x, dark in enumerate(row):
            if dark:
                context.rectangle(left + x * module, top + y * module, module, module)
    context.fill()


def _icon(context: cairocffi.Context, icon: Icon) -> None:
    _ink(context, icon.colour)
    context.translate(icon.box.x, icon.box.y)
    context.scale(icon.box.w / SIDE, icon.box.h / SIDE)
    context.set_line_width(2)
    context.set_line_cap(cairocffi.LINE_CAP_ROUND)
    context.set_line_join(cairocffi.LINE_JOIN_ROUND)
    trace(context, icon.name)
    context.stroke()
