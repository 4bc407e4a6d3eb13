"""Paints a draw list onto a surface; only what changed since the last one is painted again."""

from collections.abc import Sequence
from dataclasses import replace

import pygame

from kiosk.screen.avatar import Avatar
from kiosk.screen.backdrop import Field
from kiosk.screen.draws import Backdrop, Box, Draw, Face, Text
from kiosk.screen.meters import Mouth
from kiosk.screen.motion import Motion
from kiosk.screen.shapes import picture, reach
from kiosk.screen.sprites import Part
from kiosk.screen.text import Typesetter
from kiosk.screen.theme import Theme, mix

Painted = Draw | Part


class Painter:
    """Remembers what is on a surface; another surface is painted whole."""

    def __init__(self, theme: Theme, type_: Typesetter, avatar: Avatar) -> None:
        self._theme = theme
        self._type = type_
        self._avatar = avatar
        self._field = Field(theme)
        self._motion = Motion()
        self._shown: dict[Painted, Box] = {}
        self._surface: pygame.Surface | None = None

    def paint(
        self, surface: pygame.Surface, draws: Sequence[Draw], now_s: float, mouth: Mouth
    ) -> list[pygame.Rect]:
        """Bring `surface` up to date with `draws`; returns the areas that changed."""
        backdrop, face, *rest = draws
        assert isinstance(backdrop, Backdrop)
        assert isinstance(face, Face)
        blend = self._motion.follow(face.look, now_s, mouth.opening)
        glow = mix(self._theme.glows[blend.old], self._theme.glows[blend.new], blend.share)
        changed = self._field.show(replace(backdrop, colour=glow))
        posed = self._avatar.pose(blend, now_s, mouth)
        parts = [part.moved(face.box.x, face.box.y) for part in posed]
        shown = {draw: self._bounds(draw) for draw in (*parts, *rest)}
        dirty = [box for draw, box in self._shown.items() if draw not in shown]
        dirty += [box for draw, box in shown.items() if draw not in self._shown]
        if changed is not None:
            dirty.append(changed)
        self._shown = shown
        areas = merged([_rect(box).clip(surface.get_rect()) for box in dirty])
        if surface is not self._surface:
            self._surface = surface
            areas = [surface.get_rect()]
        for area in areas:
            surface.set_clip(area)
            surface.blit(self._field.surface, area, area)
            for draw, box in shown.items():
                if area.colliderect(_rect(box)):
                    self._draw(surface, draw)
        surface.set_clip(None)
        return areas

    def restless(self, now_s: float) -> bool:
        """True while the face blends into another look."""
        return self._motion.restless(now_s)

    def _bounds(self, draw: Painted) -> Box:
        if isinstance(draw, Part):
            return draw.box
        if isinstance(draw, Text):
            return self._type.bounds(draw)
        assert not isinstance(draw, Backdrop | Face)
        return reach(draw)

    def _draw(self, surface: pygame.Surface, draw: Painted) -> None:
        if isinstance(draw, Part):
            draw.draw(surface)
            return
        if isinstance(draw, Text):
            self._type.draw(surface, draw)
            return
        assert not isinstance(draw, Backdrop | Face)
        area = reach(draw)
        surface.blit(
            picture(draw, self._theme), (area.x, area.y), special_flags=pygame.BLEND_PREMULTIPLIED
        )


def merged(areas: list[pygame.Rect]) -> list[pygame.Rect]:
    """Areas of which none touch, that cover the given ones."""
    out: list[pygame.Rect] = []
    for area in areas:
        grown = area
        while (hit := grown.collidelist(out)) >= 0:
            grown = grown.union(out.pop(hit))
        if grown.w and grown.h:
            out.append(grown)
    return out


def _rect(box: Box) -> pygame.Rect:
    return pygame.Rect(box.x, box.y, box.w, box.h)
