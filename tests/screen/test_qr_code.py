"""The code for phones, read back from the painted screen by another library."""

import pygame
import pytest
import zxingcpp

from kiosk.core.faults import Fault
from kiosk.core.snapshot import Phase, Snapshot
from kiosk.screen.draws import Box, QrCode
from kiosk.screen.gallery_choice import SIZES
from kiosk.screen.gallery_states import NOW_S
from kiosk.screen.layout import lay_out
from kiosk.screen.shapes import INK, PAPER, QUIET, picture
from kiosk.screen.stage import Stage
from kiosk.screen.text import Typesetter
from kiosk.screen.theme import Theme, contrast
from tests.screen.laid_out import BOOTH, FACTS

LONGEST = 300
"""Bytes."""


def code_of(
    fault: Fault, size: tuple[int, int], typesetter: Typesetter, booth: str = BOOTH
) -> QrCode:
    shown = Stage(size, booth, FACTS, typesetter.measure)
    draws = lay_out(Snapshot(Phase.OUT_OF_SERVICE, fault=fault), shown, NOW_S)
    return next(draw for draw in draws if isinstance(draw, QrCode))


def drawn(code: QrCode) -> pygame.Surface:
    """The code on the panel it stands on."""
    surface = pygame.Surface((code.box.w + 80, code.box.h + 80))
    surface.fill(Theme().panel)
    surface.blit(picture(code, Theme()), (38, 38), special_flags=pygame.BLEND_PREMULTIPLIED)
    return surface


def read(surface: pygame.Surface) -> list[str]:
    pixels = pygame.surfarray.array3d(surface).transpose(1, 0, 2).copy()
    return [found.text for found in zxingcpp.read_barcodes(pixels)]


@pytest.mark.parametrize("size", [*SIZES, (1024, 600), (640, 480)], ids=str)
@pytest.mark.parametrize("fault", Fault, ids=lambda fault: fault.name)
def test_a_phone_reads_the_remedy(
    fault: Fault, size: tuple[int, int], typesetter: Typesetter
) -> None:
    remedy = fault.remedy
    code = code_of(fault, size, typesetter)
    assert read(drawn(code)) == [f"{remedy.code} {BOOTH}\n{remedy.what}\n{remedy.do}"]
    assert len(code.text.encode()) <= LONGEST


def test_a_booth_with_a_long_name_keeps_its_code(typesetter: Typesetter) -> None:
    name = "Stand der Hochschule für Technik und Wirtschaft, Halle 7, Gang B"
    code = code_of(Fault.NO_CANCELLER, (800, 480), typesetter, name)
    (text,) = read(drawn(code))
    assert name in text
    assert len(text.encode()) <= LONGEST


def test_modules_are_whole_pixels_with_a_quiet_zone(typesetter: Typesetter) -> None:
    code = code_of(Fault.MIC_MISSING, (1280, 720), typesetter)
    surface = drawn(code)
    at = Box(40, 40, code.box.w, code.box.h)
    pixels = {
        (x, y): surface.get_at((x, y))[:3]
        for x in range(at.x, at.right)
        for y in range(at.y, at.bottom)
    }
    dark = [place for place, colour in pixels.items() if colour == INK]
    left, top = min(x for x, _ in dark), min(y for _, y in dark)
    width = max(x for x, _ in dark) - left + 1
    finder = next(x for x in range(left, at.right) if pixels[x, top] != INK) - left
    module = finder // 7
    assert finder == 7 * module
    assert width % module == 0
    assert min(left - at.x, top - at.y) >= QUIET * module
    inside = [
        c for (x, y), c in pixels.items() if left <= x < left + width and top <= y < top + width
    ]
    assert set(inside) == {INK, PAPER}
    assert contrast(INK, PAPER) > 15


def test_too_few_pixels_are_told() -> None:
    with pytest.raises(ValueError, match="20 pixels are too few"):
        picture(QrCode(Box(0, 0, 20, 20), "MIC2"), Theme())
