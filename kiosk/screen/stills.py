"""A look as a folder of PNG pictures: `LAYER/CLIP-00.png`, `LAYER/CLIP-01.png` and so on."""

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pygame
from numpy.typing import NDArray

from kiosk.screen.errors import ScreenError

SIGNATURE = b"\x89PNG\r\n\x1a\n"
MOST_PX = 4096
"""Of a picture's side."""


@dataclass(frozen=True, slots=True)
class Stills:
    """One folder of pictures, all of them the whole square drawing with one layer in it."""

    folder: Path

    @property
    def name(self) -> str:
        """The folder's name."""
        return self.folder.name

    def count(self, layer: str, clip: str) -> int:
        """Frames of a clip; raises `ScreenError` when one is missing or not as it should be."""
        return len(self._paths(layer, clip))

    def pictures(
        self, layer: str, clip: str, every: int, side_px: int
    ) -> Iterator[NDArray[np.uint8]]:
        """Every so many frames of a layer's clip, as premultiplied BGRA (side, side, 4).

        Raises `ScreenError` when a picture cannot be read.
        """
        for path in self._paths(layer, clip)[::every]:
            try:
                loaded = pygame.image.load(path)
            except (pygame.error, OSError) as error:
                raise ScreenError(f"{path.name} cannot be read: {error}.") from error
            whole = pygame.Surface(loaded.get_size(), pygame.SRCALPHA, 32)
            whole.blit(loaded, (0, 0))
            fitted = pygame.transform.smoothscale(whole.premul_alpha(), (side_px, side_px))
            data = pygame.image.tobytes(fitted, "BGRA")
            yield np.frombuffer(data, np.uint8).reshape(side_px, side_px, 4)

    def _paths(self, layer: str, clip: str) -> Sequence[Path]:
        paths = sorted((self.folder / layer).glob(f"{clip}-[0-9][0-9].png"))
        for number, path in enumerate(paths or [Path()]):
            wanted = f"{clip}-{number:02}.png"
            if path.name != wanted:
                raise ScreenError(f"{self.name} has no picture {layer}/{wanted}.")
            if fault := flaw(path):
                raise ScreenError(f"{self.name}/{layer}/{path.name} {fault}.")
        return paths


def flaw(path: Path) -> str:
    """What is wrong with a picture, as the end of a sentence; empty when nothing is."""
    try:
        with path.open("rb") as file:
            head = file.read(24)
    except OSError as error:
        return f"cannot be read: {error.strerror}"
    if len(head) < 24 or not head.startswith(SIGNATURE):
        return "is no PNG picture"
    width, height = struct.unpack(">II", head[16:24])
    if width != height or not 1 <= width <= MOST_PX:
        return f"must be square and at most {MOST_PX} pixels wide"
    return ""
