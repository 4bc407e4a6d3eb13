"""Every picture of a face at one size, rendered and cut into parts."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import get_args

from kiosk.screen.atlas_faults import faults
from kiosk.screen.avatar_files import AvatarFiles
from kiosk.screen.avatar_manifest import Clip, LayerPlan
from kiosk.screen.draws import Look
from kiosk.screen.errors import ScreenError
from kiosk.screen.legibility import colour
from kiosk.screen.part import Part
from kiosk.screen.sprites import Cutter, tinted
from kiosk.screen.theme import Theme

MOST_DRAWINGS = 40
"""A face whose pictures are larger than so many whole drawings is refused: 93 MiB at 1080 lines."""

Frame = tuple[Part, ...]
"""What one layer shows at one moment."""
Key = tuple[Look, str, Clip]
"""A clip of a layer of a look."""


@dataclass(frozen=True, slots=True)
class Atlas:
    """All frames of all clips."""

    clips: Mapping[Key, tuple[Frame, ...]]

    @property
    def memory_bytes(self) -> int:
        """Of all pictures together; those that are shared count once."""
        return sum(
            surface.get_height() * surface.get_pitch()
            for surface in {
                part.surface for frames in self.clips.values() for frame in frames for part in frame
            }
        )


def render(
    files: AvatarFiles, side_px: int, progress: Callable[[float], None], theme: Theme
) -> Atlas:
    """Draw everything, in a theme's colours where a layer asks for one.

    `progress` is told shares from 0 to 1.

    Raises `ScreenError` when a file cannot be drawn, the pictures are too many, or they are not
    what they must be.
    """
    todo: list[tuple[Look, LayerPlan, Clip]] = [
        (look, layer, clip)
        for look in get_args(Look)
        for layer in files.manifest.looks[look].layers
        for clip in layer.clips
    ]
    most_bytes = MOST_DRAWINGS * 4 * side_px**2
    cutter = Cutter()
    clips: dict[Key, tuple[Frame, ...]] = {}
    for number, (look, layer, clip) in enumerate(todo):
        progress(number / len(todo))
        every = layer.every if clip == "rest" else 1
        pictures = files.arts[look].pictures(layer.name, clip, every, side_px)
        if layer.colour:
            ink = colour(theme, layer.colour)
            pictures = (tinted(pixels, ink) for pixels in pictures)
        clips[look, layer.name, clip] = tuple(cutter.cut(pixels) for pixels in pictures)
        if Atlas(clips).memory_bytes > most_bytes:
            raise ScreenError(
                f"The avatar needs more than {most_bytes // 2**20} MiB of pictures on this screen."
            )
    if wrong := tuple(dict.fromkeys(faults(files, clips, side_px))):
        joined = "; ".join(sentence.removesuffix(".") for sentence in wrong)
        raise ScreenError(f"The avatar cannot be used: {joined}.")
    progress(1.0)
    return Atlas(clips)
