"""Paints a draw list onto a surface; only what changed since the last one is painted again."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import pygame

from kiosk.screen.avatar import Avatar
from kiosk.screen.backdrop import Field
from kiosk.screen.draws import Backdrop, Bars, Draw, Face, Image, Ring, Text
from kiosk.screen.logo import Images
from kiosk.screen.meters import REST, Mouth
from kiosk.screen.motion import Blend, Motion
from kiosk.screen.part import Part
from kiosk.screen.pieces import bar_parts, ring_parts
from kiosk.screen.shapes import picture, reach
from kiosk.screen.text import Typesetter
from kiosk.screen.theme import Colour, Theme, mix


@dataclass(frozen=True, slots=True)
class Piece:
    """The pictures that stand for one draw, from back to front."""

    parts: tuple[Part, ...]
    areas: tuple[pygame.Rect, ...]
    """The pixels that each may touch."""

    @classmethod
    def of(cls, *parts: Part) -> "Piece":
        """Find out what the parts touch."""
        boxes = [part.box for part in parts]
        return cls(parts, tuple(pygame.Rect(box.x, box.y, box.w, box.h) for box in boxes))


class Painter:
    """Remembers what is on a surface; another surface is painted whole."""

    def __init__(self, theme: Theme, type_: Typesetter, avatar: Avatar | None = None) -> None:
        """Without an avatar a face is only the light around it; raises `ScreenError`."""
        self._theme = theme
        self._type = type_
        self.avatar = avatar
        """May come later."""
        self._field = Field(theme)
        self._images = Images(theme.logo)
        self._motion = Motion()
        self._shown: dict[Draw, Piece] = {}
        self._surface: pygame.Surface | None = None

    def paint(
        self, surface: pygame.Surface, draws: Sequence[Draw], now_s: float, mouth: Mouth = REST
    ) -> list[pygame.Rect]:
        """Bring `surface` up to date with `draws`; returns the areas that changed."""
        backdrop, *others = draws
        assert isinstance(backdrop, Backdrop)
        before, self._shown = self._shown, {}
        for draw in others:
            if isinstance(draw, Face):
                blend = self._motion.follow(draw.look, now_s, mouth.opening)
                backdrop = replace(backdrop, colour=self._glow(blend))
                self._shown[draw] = self._pose(draw, before.get(draw), blend, now_s, mouth)
            else:
                self._shown[draw] = before.get(draw) or self._piece(draw)
        screen, lit = surface.get_rect(), self._field.show(backdrop)
        dirty = changed(before, self._shown)
        if lit is not None:
            dirty.append(lit)
        areas = merged([area.clip(screen) for area in dirty])
        if surface is not self._surface:
            self._surface, areas = surface, [screen]
        self._draw(surface, areas)
        return areas

    def restless(self, now_s: float) -> bool:
        """True while the face becomes another one, blinks or looks about."""
        look, avatar = self._motion.look, self.avatar
        moves = look is not None and avatar is not None and avatar.restless(look, now_s)
        return moves or self._motion.restless(now_s)

    def _glow(self, blend: Blend) -> Colour:
        return mix(self._theme.glows[blend.old], self._theme.glows[blend.new], blend.share)

    def _pose(
        self, face: Face, before: Piece | None, blend: Blend, now_s: float, mouth: Mouth
    ) -> Piece:
        posed = self.avatar.pose(blend, now_s, mouth) if self.avatar is not None else ()
        parts = tuple(part.moved(face.box.x, face.box.y) for part in posed)
        return before if before is not None and before.parts == parts else Piece.of(*parts)

    def _piece(self, draw: Draw) -> Piece:
        match draw:
            case Text():
                return Piece.of(*self._type.parts(draw))
            case Ring():
                return Piece.of(*ring_parts(draw))
            case Bars():
                return Piece.of(*bar_parts(draw))
            case Image():
                return Piece.of(Part(self._images(draw), draw.box.x, draw.box.y))
        assert not isinstance(draw, Backdrop | Face)
        area = reach(draw)
        return Piece.of(Part(picture(draw, self._theme), area.x, area.y))

    def _draw(self, surface: pygame.Surface, areas: Sequence[pygame.Rect]) -> None:
        """Put everything on some areas of a surface."""
        if not areas:
            return
        parts = [part for piece in self._shown.values() for part in piece.parts]
        touched = [area for piece in self._shown.values() for area in piece.areas]
        for area in areas:
            surface.set_clip(area)
            surface.blit(self._field.surface, area, area)
            for number in area.collidelistall(touched):
                parts[number].draw(surface)
        surface.set_clip(None)


def changed(before: Mapping[Draw, Piece], after: Mapping[Draw, Piece]) -> list[pygame.Rect]:
    """What of two screens differs: columns of pictures that one shows and the other does not."""
    edges: dict[tuple[pygame.Surface, int, int], list[int]] = {}
    for these, those in ((before, after), (after, before)):
        for draw, piece in these.items():
            if those.get(draw) is not piece:
                for part in piece.parts:
                    edges.setdefault((part.surface, part.x, part.y), []).extend(part.span)
    return [
        pygame.Rect(x + begin, y, end - begin, surface.get_height())
        for (surface, x, y), found in edges.items()
        for begin, end in toggled(found)
    ]


def toggled(edges: list[int]) -> Iterator[tuple[int, int]]:
    """Where an odd number of spans lie, for the ends of all of them."""
    edges.sort()
    return ((a, b) for a, b in zip(edges[::2], edges[1::2], strict=True) if a < b)


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
