"""Makes Pango find the fonts in `assets/fonts` without installing them, and says what it finds."""

import ctypes
import ctypes.util
from pathlib import Path

from kiosk.screen.assets import FONTS
from kiosk.screen.errors import ScreenError

FONT_FILES = frozenset({".ttf", ".otf", ".ttc"})


def add_fonts(folder: Path = FONTS) -> None:
    """Tell fontconfig about every font in `folder`, for this process only, before Pango is used.

    Raises `ScreenError` when fontconfig or the fonts are missing.
    """
    fontconfig = load_fontconfig()
    found = folder.is_dir() and any(p.suffix.lower() in FONT_FILES for p in folder.iterdir())
    if not found or not fontconfig.FcConfigAppFontAddDir(None, bytes(folder)):
        raise ScreenError(f"The fonts in {folder} are missing.")


def notice_fonts() -> None:
    """Let Pango see fonts that were added after it had begun to draw in this thread."""
    try:
        cairo = ctypes.CDLL("libpangocairo-1.0.so.0")
        fontconfig = ctypes.CDLL("libpangoft2-1.0.so.0")
    except OSError as error:
        raise ScreenError("Text cannot be drawn: install libpangocairo-1.0-0.") from error
    cairo.pango_cairo_font_map_get_default.restype = ctypes.c_void_p
    fontconfig.pango_fc_font_map_config_changed.argtypes = [ctypes.c_void_p]
    fontconfig.pango_fc_font_map_config_changed(cairo.pango_cairo_font_map_get_default())


def has_family(family: str) -> bool:
    """Tell whether a font family is installed or was added; raises `ScreenError`."""
    fontconfig = load_fontconfig()
    pattern, objects = fontconfig.FcPatternCreate(), fontconfig.FcObjectSetCreate()
    fontconfig.FcPatternAddString(pattern, b"family", family.encode())
    fonts = fontconfig.FcFontList(None, pattern, objects)
    found = bool(fonts) and ctypes.cast(fonts, ctypes.POINTER(ctypes.c_int))[0] > 0
    fontconfig.FcFontSetDestroy(fonts)
    fontconfig.FcObjectSetDestroy(objects)
    fontconfig.FcPatternDestroy(pattern)
    return found


def load_fontconfig() -> ctypes.CDLL:
    """The library, with the signatures that are used; raises `ScreenError`."""
    name = ctypes.util.find_library("fontconfig") or "libfontconfig.so.1"
    try:
        fontconfig = ctypes.CDLL(name)
    except OSError as error:
        raise ScreenError("Text cannot be drawn: install libpangocairo-1.0-0.") from error
    handle, text = ctypes.c_void_p, ctypes.c_char_p
    for function, result, *arguments in (
        ("FcConfigAppFontAddDir", ctypes.c_int, handle, text),
        ("FcPatternCreate", handle),
        ("FcPatternAddString", ctypes.c_int, handle, text, text),
        ("FcPatternDestroy", None, handle),
        ("FcObjectSetCreate", handle),
        ("FcObjectSetDestroy", None, handle),
        ("FcFontList", handle, handle, handle, handle),
        ("FcFontSetDestroy", None, handle),
    ):
        signature = getattr(fontconfig, str(function))
        signature.restype, signature.argtypes = result, arguments
    return fontconfig
