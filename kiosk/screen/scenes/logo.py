"""The event's logo, small, in the corner that no screen needs for anything else."""

from kiosk.screen.draws import Box, Draw, Image
from kiosk.screen.stage import Scene

TOP = 32
PLACE = (232, 56)
"""Units: as large as fits into it, at the left of its middle."""


def logo(scene: Scene) -> tuple[Draw, ...]:
    """The theme's logo at the upper left, above the face; nothing where it has none."""
    grid, found = scene.grid, scene.theme.logo
    if found is None:
        return ()
    width, height = (grid.px(units) for units in PLACE)
    scale = min(width / found.width_px, height / found.height_px)
    w, h = (max(1, round(side * scale)) for side in (found.width_px, found.height_px))
    box = Box(grid.footer.x, grid.px(TOP) + (height - h) // 2, w, h)
    return (Image(box, found.path),)
