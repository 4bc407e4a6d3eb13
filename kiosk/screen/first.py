"""The first picture of a booth that starts: words on a plain field, drawn with little loaded.

The light, the face and all pictures need libraries that take longer to load than this to show.
"""

import pygame

from kiosk.core.snapshot import Snapshot
from kiosk.screen.draws import Text
from kiosk.screen.fonts import add_fonts
from kiosk.screen.layout import lay_out
from kiosk.screen.outfit import Outfit
from kiosk.screen.stage import Stage
from kiosk.screen.text import Typesetter
from kiosk.screen.theme import mix


def draw_first(
    surface: pygame.Surface, snapshot: Snapshot, outfit: Outfit, diagonal_inch: float
) -> None:
    """Write a snapshot's words where they will stand.

    Raises `ScreenError` where no text can be drawn.
    """
    theme = outfit.theme
    if theme.fonts is not None:
        add_fonts(theme.fonts)
    typesetter = Typesetter(theme.font)
    stage = Stage(
        surface.get_size(),
        outfit.booth_name,
        outfit.facts,
        typesetter.measure,
        theme=theme,
        diagonal_inch=diagonal_inch,
    )
    surface.fill(mix(theme.field_top, theme.field_bottom, 0.5))
    for draw in lay_out(snapshot, stage, 0.0, 0.0):
        if isinstance(draw, Text):
            typesetter.draw(surface, draw)
