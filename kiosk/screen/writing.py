"""How the languages of the booth are written: fonts, heights, and from which side.

Heights are for a font size of 1, measured on the fonts named.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from kiosk.interview.languages import ANY_LANGUAGE


@dataclass(frozen=True, slots=True)
class Writing:
    """How one language is written."""

    line: float = 1.362
    """Height of a line in which no mark above or below touches its neighbours."""
    baseline: float = 1.069
    """From the top of the line to the foot of the letters."""
    letter: float = 0.714
    """Height of a plain letter: capital H, alef, a Devanagari letter up to its head line, kana."""
    fonts: tuple[str, ...] = ()
    """Font families that hold its letters, the best first; none where the theme's font does."""
    first: bool = False
    """They come before the theme's font, whose quotes and dots would not fit to them."""
    packages: tuple[str, ...] = ()
    """Debian's packages of those fonts; none where they are in `assets/fonts`."""
    sample: str = "Aa"
    """Letters that a font for it must hold."""
    right_to_left: bool = False


LATIN = Writing()
_CORE, _CJK = ("fonts-noto-core",), ("fonts-noto-cjk",)


def _arabic(sample: str) -> Writing:
    fonts = ("Noto Sans Arabic",)
    return Writing(1.62, 1.18, 0.714, fonts, packages=_CORE, sample=sample, right_to_left=True)


def _east_asian(font: str, sample: str) -> Writing:
    return Writing(1.45, 1.10, 0.79, (font,), first=True, packages=_CJK, sample=sample)


_DEVANAGARI = Writing(1.42, 0.98, 0.622, ("Noto Sans Devanagari",), packages=_CORE, sample="कक्षा")

_ANY = Writing(1.48, 1.09, 0.622, packages=_CORE + _CJK, sample="عربي עברית कक्षा 直あ 한국")
"""Whatever the candidate speaks."""

WRITINGS: Mapping[str, Writing] = MappingProxyType(
    {
        ANY_LANGUAGE: _ANY,
        "ar": _arabic("عربي"),
        "fa": _arabic("فارسی"),
        "ur": _arabic("اردو"),
        "he": Writing(
            fonts=("Noto Sans Hebrew",),
            letter=0.593,
            packages=_CORE,
            sample="עברית",
            right_to_left=True,
        ),
        "hi": _DEVANAGARI,
        "mr": _DEVANAGARI,
        "ne": _DEVANAGARI,
        "ja": _east_asian("Noto Sans CJK JP", "直あア"),
        "ko": _east_asian("Noto Sans CJK KR", "한국"),
        "zh": _east_asian("Noto Sans CJK SC", "直门"),
    }
)
"""By first BCP 47 subtag; every other language is written like English."""

_FALLBACK = ("ar", "he", "hi", "zh")
"""Whose fonts are tried for letters of another language than the text's own, in this order."""
_KANA = range(0x3041, 0x3100)


def subtag(language: str) -> str:
    """The first part of a BCP 47 tag: `de` of `de-CH`."""
    return language.partition("-")[0].lower()


def writing(language: str) -> Writing:
    """How a language (BCP 47) is written."""
    return WRITINGS.get(subtag(language), LATIN)


def tongue(text: str, language: str) -> str:
    """The language whose shapes `text` wants on a screen in `language`.

    Chinese and Japanese share characters and write them differently: kana tells Japanese.
    """
    if not writing(language).first and any(ord(char) in _KANA for char in text):
        return "ja"
    return language


def families(font: str, language: str) -> str:
    """Pango's list of families for a theme's `font`, in the order in which they are tried."""
    own = writing(language)
    order = [*own.fonts, font] if own.first else [font, *own.fonts]
    order += [name for other in _FALLBACK for name in WRITINGS[other].fonts]
    return ",".join(dict.fromkeys(order))


def font_packages(languages: Iterable[str]) -> tuple[str, ...]:
    """Debian packages whose fonts these languages need, in their order."""
    return tuple(dict.fromkeys(name for each in languages for name in writing(each).packages))
