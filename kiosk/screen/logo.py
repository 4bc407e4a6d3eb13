"""An event's logo: a PNG of a reasonable size."""

import io
import struct
from pathlib import Path

import pygame

LARGEST_BYTES = 2 * 1024 * 1024
SIDES_PX = (16, 4096)
"""Least and most, for both sides."""
_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_HEADER = struct.Struct(">8s4x4sII")
"""Signature, and the first chunk's name, width and height."""


def read_logo(path: Path) -> pygame.Surface:
    """The picture in a file, with its transparency.

    Raises `ValueError` with the end of a sentence about what is wrong with it; nothing is unpacked
    before its size is known.
    """
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST_BYTES + 1)
    except (OSError, ValueError) as error:
        raise ValueError(f"cannot be read: {getattr(error, 'strerror', None) or error}") from error
    if len(content) > LARGEST_BYTES:
        raise ValueError(f"is larger than {LARGEST_BYTES // 1024**2} MiB")
    if len(content) < _HEADER.size:
        raise ValueError("is no PNG picture")
    signature, chunk, *size = _HEADER.unpack_from(content)
    if signature != _SIGNATURE or chunk != b"IHDR":
        raise ValueError("is no PNG picture")
    low, high = SIDES_PX
    if not low <= min(size) <= max(size) <= high:
        raise ValueError(f"is {size[0]} by {size[1]} pixels; each side must be {low} to {high}")
    try:
        return pygame.image.load(io.BytesIO(content), "logo.png")
    except (pygame.error, ValueError, MemoryError) as error:
        raise ValueError("is a damaged PNG picture") from error
