"""Small premultiplied pictures that a face is put together from."""

import hashlib
from collections.abc import Iterator

import numpy as np
import pygame
from numpy.typing import NDArray

from kiosk.screen.part import Part
from kiosk.screen.theme import Colour

GAP_PX = 12
"""Empty columns between two things that make them two pictures, each of them small."""


def tinted(pixels: NDArray[np.uint8], colour: Colour) -> NDArray[np.uint8]:
    """A premultiplied BGRA drawing (height, width, 4) in which `colour` stands for white."""
    red, green, blue = colour
    scale = np.array([blue, green, red, 255], np.uint16)
    return ((pixels * scale + 127) // 255).astype(np.uint8)


class Cutter:
    """Cuts drawings into parts; equal pictures are kept once."""

    def __init__(self) -> None:
        self._known: dict[bytes, pygame.Surface] = {}

    def cut(self, pixels: NDArray[np.uint8]) -> tuple[Part, ...]:
        """What is visible of a premultiplied BGRA drawing (height, width, 4), left to right."""
        # numpy asks 32-bit words much faster than the fourth of four bytes.
        seen = np.ascontiguousarray(pixels).view(np.uint32)[..., 0] != 0
        parts = []
        for left, right in _runs(seen.any(axis=0)):
            rows = np.flatnonzero(seen[:, left:right].any(axis=1))
            top, bottom = int(rows[0]), int(rows[-1]) + 1
            data = pixels[top:bottom, left:right].tobytes()
            parts.append(Part(self.surface(right - left, data), left, top))
        return tuple(parts)

    def surface(self, width: int, data: bytes) -> pygame.Surface:
        """The surface of so many pixels a row; the same one for the same pixels."""
        digest = hashlib.blake2b(data, salt=width.to_bytes(16)).digest()
        if digest not in self._known:
            size = (width, len(data) // 4 // width)
            self._known[digest] = pygame.image.frombytes(data, size, "BGRA")
        return self._known[digest]


def _runs(filled: NDArray[np.bool_]) -> Iterator[tuple[int, int]]:
    """Begins and ends of stretches with fewer than `GAP_PX` empty columns in a row."""
    columns = np.flatnonzero(filled)
    if not len(columns):
        return
    breaks = np.flatnonzero(np.diff(columns) > GAP_PX)
    begins = [columns[0], *columns[breaks + 1]]
    ends = [*columns[breaks], columns[-1]]
    for begin, end in zip(begins, ends, strict=True):
        yield int(begin), int(end) + 1
