"""An event's logo: a PNG of a reasonable size, read once and drawn at any."""

import io
import struct
from pathlib import Path

import pygame

from kiosk.screen.draws import Image
from kiosk.screen.errors import ScreenError
from kiosk.screen.theme import Logo

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


class Images:
    """The picture of a theme's logo, whatever becomes of its file later."""

    def __init__(self, logo: Logo | None) -> None:
        """Read the logo; raises `ScreenError`."""
        self._logo = logo
        if logo is not None:
            try:
                self._whole = premultiplied(read_logo(logo.path))
            except ValueError as error:
                raise ScreenError(f"The logo {logo.path} {error}.") from error

    def __call__(self, image: Image) -> pygame.Surface:
        """The picture in the size of its box, premultiplied."""
        assert self._logo is not None, "only a logo is shown"
        assert image.path == self._logo.path, "only the theme's own logo is shown"
        return pygame.transform.smoothscale(self._whole, (image.box.w, image.box.h))


def premultiplied(picture: pygame.Surface) -> pygame.Surface:
    """A picture of any format with its colours multiplied by their opacity."""
    pixels = pygame.image.tobytes(picture, "RGBA")
    return pygame.image.frombytes(pixels, picture.get_size(), "RGBA").premul_alpha()
