"""Cuts what changes piece by piece, so that a step of it repaints little: rings and levels."""

import math
from dataclasses import dataclass
from functools import lru_cache

import pygame

from kiosk.screen.draws import Bars, Box, Ring
from kiosk.screen.part import Part
from kiosk.screen.shapes import bar_picture, reach, ring_picture
from kiosk.screen.theme import Colour

TILE_PX = 96
"""A ring is cut into squares of this side, or an eighth of a larger ring."""


@dataclass(frozen=True, slots=True)
class Tile:
    """A square of a ring, and the shares between which it looks different."""

    box: Box
    first: float
    """It is empty up to this share ..."""
    last: float
    """... and full from this one on."""


def ring_parts(ring: Ring) -> tuple[Part, ...]:
    """A ring as pictures of its tiles."""
    parts = []
    for tile in tiles(ring.box, ring.width_px):
        share = min(tile.last, max(tile.first, ring.share))
        surface = _tile(ring.box, ring.width_px, ring.colour, tile.box, share)
        parts.append(Part(surface, tile.box.x, tile.box.y))
    return tuple(parts)


@lru_cache(128)
def _tile(box: Box, width_px: int, colour: Colour, tile: Box, share: float) -> pygame.Surface:
    return ring_picture(Ring(box, share, width_px, colour), tile)


@lru_cache(8)
def tiles(box: Box, width_px: int) -> tuple[Tile, ...]:
    """The squares that a ring around `box` touches."""
    whole = reach(Ring(box, 0.0, width_px, (0, 0, 0)))
    side = max(TILE_PX, whole.w // 8)
    middle = box.x + box.w / 2, box.y + box.h / 2
    near, far = box.w / 2 - width_px, box.w / 2 + width_px
    found = []
    for y in range(whole.y, whole.bottom, side):
        for x in range(whole.x, whole.right, side):
            tile = Box(x, y, min(side, whole.right - x), min(side, whole.bottom - y))
            left, right = tile.x - middle[0], tile.right - middle[0]
            top, bottom = tile.y - middle[1], tile.bottom - middle[1]
            if _touches((left, top, right, bottom), near, far):
                shares = _shares((left, top, right, bottom), width_px / (math.pi * box.w))
                found.append(Tile(tile, *shares))
    return tuple(found)


def _touches(edges: tuple[float, float, float, float], near: float, far: float) -> bool:
    """Whether a rectangle around the ring's middle holds points between two radii."""
    left, top, right, bottom = edges
    farthest = math.hypot(max(-left, right), max(-top, bottom))
    nearest = math.hypot(max(left, -right, 0.0), max(top, -bottom, 0.0))
    return farthest >= near and nearest <= far


def _shares(edges: tuple[float, float, float, float], cap: float) -> tuple[float, float]:
    """Between which shares a rectangle is reached by a ring whose round end reaches `cap` ahead."""
    left, top, right, bottom = edges
    if left <= 0 <= right and top <= 0:
        return 0.0, 1.0
    corners = ((left, top), (left, bottom), (right, top), (right, bottom))
    shares = [math.atan2(x, -y) / math.tau % 1.0 for x, y in corners]
    first, last = min(shares) - 2 * cap, max(shares) + 2 * cap
    return (first, last) if first > 0 and last < 1 else (0.0, 1.0)


def bar_parts(bars: Bars) -> tuple[Part, ...]:
    """A level as one picture for each bar."""
    count = len(bars.heights_px)
    width = max(2, round(bars.box.w / (2 * count - 1)))
    left = bars.box.x + (bars.box.w - width * (2 * count - 1)) // 2
    middle = bars.box.y + bars.box.h // 2
    parts = []
    for number, height in enumerate(bars.heights_px):
        half = max(width, height) // 2
        surface = _bar(width, 2 * half, bars.colour)
        parts.append(Part(surface, left + 2 * number * width, middle - half))
    return tuple(parts)


@lru_cache(256)
def _bar(width_px: int, height_px: int, colour: Colour) -> pygame.Surface:
    return bar_picture(width_px, height_px, colour)
