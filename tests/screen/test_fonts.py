"""Fonts that need not be installed."""

import shutil
from pathlib import Path

import pytest

from kiosk.screen.assets import FONTS
from kiosk.screen.errors import ScreenError
from kiosk.screen.fonts import add_fonts, has_family


def test_the_booth_s_own_font_is_found() -> None:
    add_fonts()
    assert has_family("Noto Sans")
    assert not has_family("Nobody Ever Drew This")


def test_a_folder_without_fonts_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ScreenError):
        add_fonts(tmp_path)
    with pytest.raises(ScreenError):
        add_fonts(tmp_path / "none")
    shutil.copy(FONTS / "NotoSans-Bold.ttf", tmp_path / "A.TTF")
    add_fonts(tmp_path)
