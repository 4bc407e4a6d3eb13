"""What is wrong with a face that only its rendered pictures tell."""

from collections.abc import Iterator, Mapping, Sequence
from typing import get_args

import pygame

from kiosk.screen.avatar_files import AvatarFiles
from kiosk.screen.avatar_manifest import Clip
from kiosk.screen.draws import Look
from kiosk.screen.part import Part

Clips = Mapping[tuple[Look, str, Clip], Sequence[Sequence[Part]]]
"""For each clip of a layer of a look: its frames, each of so many parts."""


def faults(files: AvatarFiles, clips: Clips, side_px: int) -> Iterator[str]:
    """Every layer that is not seen, mouth that does not open, and layer that hides others."""
    for look in get_args(Look):
        plan, name = files.manifest.looks[look], files.arts[look].name
        for depth, layer in enumerate(plan.layers):
            rest = clips[look, layer.name, "rest"]
            if not any(rest):
                yield f"{name} draws nothing in the layer {layer.name}."
            elif depth and all(_covers(frame, side_px) for frame in rest):
                yield f"{name} has no transparency in the layer {layer.name}: it hides the others."
            elif "mouth" in layer.clips:
                shapes = clips[look, layer.name, "mouth"]
                yield from _mouth(name, shapes, files.manifest.openings)


def _mouth(name: str, shapes: Sequence[Sequence[Part]], openings: int) -> Iterator[str]:
    rows = [shapes[first : first + openings] for first in range(0, len(shapes), openings)]
    if not all(shapes):
        yield f"{name} has a mouth shape in which nothing is drawn."
    elif any(row[0] == row[-1] for row in rows):
        yield f"{name} has a mouth that does not open."


def _covers(frame: Sequence[Part], side_px: int) -> bool:
    """True where nothing behind a frame can be seen."""
    return any(
        part.surface.get_size() == (side_px, side_px)
        and pygame.mask.from_surface(part.surface, 254).count() == side_px**2
        for part in frame
    )
