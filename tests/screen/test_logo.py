"""A logo is a PNG that can be shown; everything else is refused in a sentence."""

import struct
from pathlib import Path

import pygame
import pytest

from kiosk.screen.logo import LARGEST_BYTES, read_logo


@pytest.fixture
def logo(tmp_path: Path) -> Path:
    surface = pygame.Surface((64, 32), pygame.SRCALPHA)
    surface.fill((200, 100, 50, 128))
    path = tmp_path / "logo.png"
    pygame.image.save(surface, str(path))
    return path


def test_a_logo_keeps_its_transparency(logo: Path) -> None:
    read = read_logo(logo)
    assert read.get_size() == (64, 32)
    assert tuple(read.get_at((0, 0))) == (200, 100, 50, 128)


def refusal(path: Path, content: bytes) -> str:
    path.write_bytes(content)
    with pytest.raises(ValueError, match=r".") as caught:
        read_logo(path)
    return str(caught.value)


def test_what_cannot_be_shown_is_refused(logo: Path, tmp_path: Path) -> None:
    good = logo.read_bytes()
    other = tmp_path / "other.png"
    huge = good[:16] + struct.pack(">II", 30_000, 30_000) + good[24:]
    assert refusal(other, b"") == "is no PNG picture"
    assert refusal(other, b"GIF89a" + good) == "is no PNG picture"
    assert refusal(other, good[:60]) == "is a damaged PNG picture"
    assert refusal(other, huge) == "is 30000 by 30000 pixels; each side must be 16 to 4096"
    assert refusal(other, b"x" * (LARGEST_BYTES + 1)) == "is larger than 2 MiB"
    with pytest.raises(ValueError, match="cannot be read: No such file"):
        read_logo(tmp_path / "none.png")
    with pytest.raises(ValueError, match="cannot be read: Is a directory"):
        read_logo(tmp_path)
