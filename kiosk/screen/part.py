"""One small picture at its place: what every screen is put together from."""

from dataclasses import dataclass, replace

import pygame

from kiosk.screen.draws import Box


@dataclass(frozen=True, slots=True)
class Part:
    """A picture at a place.  Parts compare, so that one that stays is not drawn again."""

    surface: pygame.Surface
    """Premultiplied BGRA: blit with `BLEND_PREMULTIPLIED`."""
    x: int
    """Left edge in pixels: inside the drawing, or on the screen once `moved` there."""
    y: int
    columns: tuple[int, int] | None = None
    """Only the picture's columns from the one up to the other are seen; None for all."""

    @property
    def span(self) -> tuple[int, int]:
        """The picture's columns that are seen: the first, and the first that is not."""
        return self.columns or (0, self.surface.get_width())

    @property
    def box(self) -> Box:
        """The pixels it may touch."""
        begin, end = self.span
        return Box(self.x + begin, self.y, end - begin, self.surface.get_height())

    def moved(self, dx: int, dy: int) -> "Part":
        """The same elsewhere."""
        return replace(self, x=self.x + dx, y=self.y + dy)

    def draw(self, surface: pygame.Surface) -> None:
        """Draw it at its place."""
        box = self.box
        area = (box.x - self.x, 0, box.w, box.h)
        surface.blit(self.surface, (box.x, box.y), area, pygame.BLEND_PREMULTIPLIED)
