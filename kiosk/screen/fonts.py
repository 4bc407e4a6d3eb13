"""Makes Pango find the fonts in `assets/fonts` without installing them."""

import ctypes
import ctypes.util
from pathlib import Path

from kiosk.screen.assets import FONTS
from kiosk.screen.errors import ScreenError


def add_fonts(folder: Path = FONTS) -> None:
    """Tell fontconfig about every font in `folder`, for this process only, before Pango is used.

    Raises `ScreenError` when fontconfig or the fonts are missing.
    """
    name = ctypes.util.find_library("fontconfig") or "libfontconfig.so.1"
    try:
        fontconfig = ctypes.CDLL(name)
    except OSError as error:
        raise ScreenError("Text cannot be drawn: install libpangocairo-1.0-0.") from error
    fontconfig.FcConfigAppFontAddDir.argtypes = [ctypes.c_void_p, ctypes.c_char_p]
    fontconfig.FcConfigAppFontAddDir.restype = ctypes.c_int
    if not any(folder.glob("*.ttf")) or not fontconfig.FcConfigAppFontAddDir(None, bytes(folder)):
        raise ScreenError(f"The fonts in {folder} are missing.")
