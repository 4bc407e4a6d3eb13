"""Which breaks of a line cut no word where words stand side by side without spaces.

Pango allows a line to end between any two signs of East Asia.  BudouX finds the phrases of
Japanese and Chinese from few signs around each place; Korean has spaces between its words.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from types import MappingProxyType

import budoux

from kiosk.core.sentences import WIDE_FROM
from kiosk.interview.phrases import JOINER
from kiosk.screen.writing import subtag, tongue

LOOKAHEAD = 3
"""BudouX tells whether a phrase begins at a sign from that sign and the two after it, besides what
stands before."""
TRADITIONAL = frozenset({"hant", "hk", "mo", "tw"})
"""Parts of a BCP 47 tag that tell of traditional Chinese signs."""
_HANGUL, _HAN = range(0xAC00, 0xD7A4), range(0x3400, 0xA000)

_LOADERS: Mapping[str, Callable[[], budoux.Parser]] = MappingProxyType(
    {
        "ja": budoux.load_default_japanese_parser,
        "zh": budoux.load_default_simplified_chinese_parser,
        "zh-Hant": budoux.load_default_traditional_chinese_parser,
    }
)


@dataclass(frozen=True, slots=True)
class Phrased:
    """Where the lines of a text may break."""

    breaks: Sequence[int]
    """Those of its breaks that cut no word."""
    settled: int
    """What stands before this index keeps its breaks whatever is added to the text."""


def phrased(text: str, breaks: Sequence[int], language: str) -> Phrased:
    """The breaks of a text on a screen in `language` (BCP 47), of all that Pango sees.

    A text whose phrases were marked by hand keeps them.
    """
    kind = _kind(text, language)
    if not kind or JOINER in text:
        return Phrased(breaks, len(text))
    starts = _starts(text, kind)
    kept = [at for at in breaks if at in starts or not _inside(text, at)]
    return Phrased(kept, max((at for at in kept if at + LOOKAHEAD <= len(text)), default=0))


def _starts(text: str, kind: str) -> set[int]:
    """Where phrases begin, and the end."""
    if kind not in _LOADERS:
        return {len(text)}
    return set(accumulate(map(len, _parser(kind).parse(text))))


@lru_cache
def _parser(kind: str) -> budoux.Parser:
    return _LOADERS[kind]()


def _inside(text: str, at: int) -> bool:
    """Whether a break has no space before it and a sign of East Asia beside it."""
    beside = text[at - 1 : at + 1]
    return not beside[0].isspace() and any(ord(sign) >= WIDE_FROM for sign in beside)


def _kind(text: str, language: str) -> str:
    """The East Asian language of a text, or nothing."""
    if TRADITIONAL.intersection(language.lower().split("-")):
        return "zh-Hant"
    native = subtag(tongue(text, language))
    if native in {"ja", "ko", "zh"}:
        return native
    codes = [ord(sign) for sign in text]
    if any(code in _HANGUL for code in codes):
        return "ko"
    return "zh" if any(code in _HAN for code in codes) else ""
