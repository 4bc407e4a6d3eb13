"""The small bridge between cairo and pygame."""

import cairocffi
import pygame


def new_surface(width: int, height: int) -> tuple[cairocffi.ImageSurface, cairocffi.Context]:
    """An empty premultiplied picture and a context that draws on it, tuned for text."""
    surface = cairocffi.ImageSurface(cairocffi.FORMAT_ARGB32, max(1, width), max(1, height))
    context = cairocffi.Context(surface)
    options = cairocffi.FontOptions()
    options.set_antialias(cairocffi.ANTIALIAS_GRAY)
    options.set_hint_style(cairocffi.HINT_STYLE_NONE)
    options.set_hint_metrics(cairocffi.HINT_METRICS_OFF)
    context.set_font_options(options)
    return surface, context


def to_pygame(surface: cairocffi.ImageSurface) -> pygame.Surface:
    """The same pixels for pygame: blit with `BLEND_PREMULTIPLIED`."""
    surface.flush()
    size = (surface.get_width(), surface.get_height())
    return pygame.image.frombytes(bytes(surface.get_data()), size, "BGRA")
