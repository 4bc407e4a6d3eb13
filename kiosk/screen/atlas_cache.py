"""Rendered faces on disk, so that only the first start at a size has to wait.

One file each, named after all that the pictures depend on.  A file that is damaged or half
written is as good as none, and so is a folder that cannot be written.
"""

import hashlib
import json
import os
import tempfile
import zlib
from contextlib import suppress
from pathlib import Path
from typing import Any

import pygame

from kiosk.screen.atlas import Atlas, Frame, Key
from kiosk.screen.part import Part
from kiosk.screen.sprites import Cutter

MAGIC = b"booth face 2\n"
"""Another number after every change of this file's own format, or of what is drawn of the same
files."""
KEPT = 4
"""Faces on disk: two themes, each on two screens."""
_DIGEST_BYTES = 16
_HEAD = len(MAGIC) + _DIGEST_BYTES


def path_of(directory: Path, digest: str, side_px: int) -> Path:
    """The file of a face at a size."""
    return directory / f"{digest}-{side_px}.face"


def load(path: Path) -> Atlas | None:
    """The pictures in a file; None when it is missing or damaged."""
    try:
        atlas = decode(path.read_bytes())
    except (OSError, ValueError):
        return None
    with suppress(OSError):
        os.utime(path)
    return atlas


def store(path: Path, atlas: Atlas) -> bool:
    """Write a file whole or not at all, and remove the oldest; False where that cannot be done."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, suffix=".new", delete=False) as file:
            try:
                file.write(encode(atlas))
                file.flush()
                os.fsync(file.fileno())
                Path(file.name).replace(path)
            except OSError:
                Path(file.name).unlink(missing_ok=True)
                raise
        _thin(path.parent)
    except OSError:
        return False
    return True


def _thin(directory: Path) -> None:
    """Keep the faces that were used last, and nothing that a power cut left half written."""
    by_age = sorted(directory.glob("*.face"), key=lambda each: -each.stat().st_mtime)
    for path in (*by_age[KEPT:], *directory.glob("*.new")):
        path.unlink(missing_ok=True)


def encode(atlas: Atlas) -> bytes:
    """A file's content: a digest of the rest, then an index and all pixels, packed."""
    numbers: dict[pygame.Surface, int] = {}
    clips = [
        [
            *key,
            [[[numbers.setdefault(p.surface, len(numbers)), p.x, p.y] for p in f] for f in frames],
        ]
        for key, frames in atlas.clips.items()
    ]
    index = json.dumps({"sizes": [s.get_size() for s in numbers], "clips": clips}).encode()
    pixels = b"".join(pygame.image.tobytes(surface, "BGRA") for surface in numbers)
    packed = zlib.compress(len(index).to_bytes(4, "big") + index + pixels, 1)
    return MAGIC + _digest(packed) + packed


def decode(data: bytes) -> Atlas:
    """Read what `encode` wrote; raises `ValueError` when a byte of it has changed."""
    packed = data[_HEAD:]
    if data[:_HEAD] != MAGIC + _digest(packed):
        raise ValueError("the file is damaged, or of another version")
    whole = memoryview(zlib.decompress(packed))
    length = int.from_bytes(whole[:4], "big")
    index: dict[str, Any] = json.loads(bytes(whole[4 : 4 + length]))
    at, cutter, surfaces = 4 + length, Cutter(), []
    for width, height in index["sizes"]:
        surfaces.append(cutter.surface(width, bytes(whole[at : at + 4 * width * height])))
        at += 4 * width * height

    def frame(parts: list[list[int]]) -> Frame:
        return tuple(Part(surfaces[number], x, y) for number, x, y in parts)

    clips: dict[Key, tuple[Frame, ...]] = {
        (look, layer, clip): tuple(frame(parts) for parts in frames)
        for look, layer, clip, frames in index["clips"]
    }
    return Atlas(clips)


def _digest(packed: bytes) -> bytes:
    return hashlib.blake2b(packed, digest_size=_DIGEST_BYTES).digest()
