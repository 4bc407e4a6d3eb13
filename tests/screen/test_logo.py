"""A logo is a PNG that can be shown; everything else is refused in a sentence."""

import struct
from pathlib import Path

import pygame
import pytest

from kiosk.core.snapshot import Phase, Snapshot
from kiosk.screen.draws import Box, Image
from kiosk.screen.errors import ScreenError
from kiosk.screen.gallery_choice import SIZES
from kiosk.screen.gallery_states import NOW_S, states
from kiosk.screen.grid import grid
from kiosk.screen.layout import lay_out
from kiosk.screen.logo import LARGEST_BYTES, Images, read_logo
from kiosk.screen.stage import Stage
from kiosk.screen.theme import Logo, Theme
from tests.screen.laid_out import BOOTH, FACTS, assert_fits, even


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


def test_a_logo_is_read_once_and_drawn_at_any_size(logo: Path) -> None:
    images = Images(Logo(logo, 64, 32))
    logo.unlink()
    small = images(Image(Box(0, 0, 32, 16), logo))
    assert small.get_size() == (32, 16)
    assert tuple(small.get_at((8, 8))) == pytest.approx((100, 50, 25, 128), abs=1)
    with pytest.raises(ScreenError, match=r"logo\.png cannot be read: No such file"):
        Images(Logo(logo, 64, 32))


def test_a_picture_without_transparency_or_with_a_palette_is_drawn_too(tmp_path: Path) -> None:
    grey = pygame.Surface((20, 20), depth=8)
    grey.set_palette([(10, 200, 30)] * 256)
    path = tmp_path / "grey.png"
    pygame.image.save(grey, str(path))
    drawn = Images(Logo(path, 20, 20))(Image(Box(0, 0, 20, 20), path))
    assert tuple(drawn.get_at((4, 4))) == (10, 200, 30, 255)


def logos(snapshot: Snapshot, size: tuple[int, int], logo: Logo) -> list[Box]:
    shown = Stage(size, BOOTH, FACTS, even, theme=Theme(logo=logo))
    draws = lay_out(snapshot, shown, NOW_S)
    assert_fits(draws, size)
    found = [draw.box for draw in draws if isinstance(draw, Image)]
    words = [draw.box for draw in draws[2:] if not isinstance(draw, Image)]
    assert not any(box.overlaps(other) for box in found for other in words)
    return found


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize(("width", "height"), [(400, 100), (100, 400), (300, 300), (16, 4096)])
def test_it_stands_whole_in_its_corner_before_and_after_an_interview(
    size: tuple[int, int], width: int, height: int
) -> None:
    logo = Logo(Path("logo.png"), width, height)
    places = [logos(states()[name], size, logo) for name in ("idle", "idle-languages", "farewell")]
    assert {(box.w, box.h) for found in places for box in found} == {
        (places[0][0].w, places[0][0].h)
    }
    (box,) = places[0]
    units = grid(size).unit
    assert box.w <= 233 * units
    assert box.h <= 57 * units
    if max(width, height) < 4 * min(width, height) + 1:
        assert box.w / box.h == pytest.approx(width / height, rel=0.08)
    assert not logos(Snapshot(Phase.WIPING), size, logo)
