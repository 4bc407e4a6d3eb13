"""Where the words of a text end in any script, and how long each takes to say."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from unicodedata import category

from kiosk.core.sentences import (
    CLAUSE_ENDS,
    CLOSING,
    SENTENCE_ENDS,
    cut_short,
    ends_sentence,
    unspaced,
)

LAST_LETTERS = 3.0
"""The last word before a comma or full stop is drawn out by so much."""
SENTENCE_REST, CLAUSE_REST = 20.0, 5.0
"""Letters by which the estimate must be past such an end before the voice is taken to have gone on
without a pause: a sentence hardly ever does, one clause in four may."""
DIGIT_LETTERS = 6.0
CUT_SHARE = 3.0
"""A word that is cut short stands for so many times its letters: "Dr.", and "U.S.", which is
spelled."""
SCRIPTS = (
    ("\u0590", "\u08ff", 1.6),  # Hebrew, Arabic: short vowels are not written
    ("\u0900", "\u0dff", 2.3),  # Devanagari and its kin: a vowel is in the letter or a mark on it
    ("\u0e00", "\u0eff", 1.4),  # Thai, Lao: every second vowel is a mark
    ("\u1000", "\u109f", 2.2),  # Burmese
    ("\u1780", "\u17ff", 2.0),  # Khmer
    ("\u3040", "\u30ff", 2.5),  # kana: one beat each
    ("\u2e80", "\u9fff", 3.8),  # Chinese characters
    ("\uac00", "\ud7af", 3.5),  # Hangul syllables
)
"""Letters that a character counts for; the first range that holds it.  By the usual rate of speech
in languages of that script, in letters of English."""
_CLINGS = frozenset({"Mn", "Mc", "Me", "Cf", "Sk", "Lm", "Pe", "Pf", "Cs"})
"""Kinds of characters that belong to the one before: marks, joiners, what closes."""
_SOUTH_EAST = (range(0x0E00, 0x0F00), range(0x1000, 0x10A0), range(0x1780, 0x1800))
"""Thai and Lao, Burmese, Khmer: no spaces between words either."""
_LEADS = frozenset("เแโใไເແໂໃໄ\u1039\u17d2")
"""Vowels of theirs that are written before their consonant, and what binds two consonants."""
_FOLLOWS = frozenset("ะาำๅະາຳຽ")
"""Letters of theirs that are vowels of the consonant before."""


@dataclass(frozen=True, slots=True)
class Word:
    """What appears at once.  Times are in letters: what one of English takes to say."""

    end: int
    """Characters of the text up to its end."""
    begins: float
    """Letters from the place where reading began to its first sound."""
    ends: float
    """The same to its last sound."""
    rest: float
    """`SENTENCE_REST` or `CLAUSE_REST` where it ends one; else 0."""


def words(text: str, place: int = 0) -> Iterator[Word]:
    """The words of a text from a place on."""
    ends = 0.0
    while place < len(text):
        end = word_end(text, place + 1)
        piece = text[place:end]
        last = place + len(piece.rstrip().rstrip(CLOSING)) - 1
        rest = _rest(text, last)
        begins, ends = ends, ends + sum(map(_letters, piece)) * _share(text, last)
        ends += LAST_LETTERS if rest else 0.0
        yield Word(end, begins, ends, rest)
        place = end


def _share(text: str, last: int) -> float:
    """How many times its letters a word stands for, whose last character stands there."""
    cut = last > 0 and text[last] == "." and text[last - 1].isalpha() and cut_short(text, last)
    return CUT_SHARE if cut else 1.0


def _rest(text: str, last: int) -> float:
    """How surely the voice rests after a word whose last character stands there."""
    if last < 0:
        return 0.0
    if text[last] in CLAUSE_ENDS:
        return CLAUSE_REST
    return SENTENCE_REST if ends_sentence(text, last) else 0.0


def word_end(text: str, at: int) -> int:
    """The end of the word that `at` lies in or before; `at` itself where a word ends there.

    Words end at spaces; in scripts without spaces after each character, with its marks, with the
    vowel that is written apart from it, and with the punctuation that follows it.
    """
    while at < len(text) and not ends_at(text, at):
        at += 1
    return min(at, len(text))


def ends_at(text: str, at: int) -> bool:
    """Whether nothing of a word before `at` would be shown without the rest."""
    return text[at].isspace() or (at > 0 and _parts(text[at - 1], text[at]))


def _parts(before: str, after: str) -> bool:
    """Whether two characters side by side belong to different words, without a space."""
    if not (_alone(after) or _alone(before)):
        return False
    if category(after) in _CLINGS or after in SENTENCE_ENDS | CLAUSE_ENDS | _FOLLOWS:
        return False
    leads = before in _LEADS or category(before) in {"Cf", "Ps", "Pi"}
    return not before.isspace() and not leads


@cache
def _alone(character: str) -> bool:
    """Whether a character is of a script without spaces between words.

    Single characters may be remembered: pairs of them would tell what was said.
    """
    return unspaced(character) or any(ord(character) in block for block in _SOUTH_EAST)


@cache
def _letters(character: str) -> float:
    """How many letters a character counts for."""
    kind = category(character)
    if kind == "Nd":
        return DIGIT_LETTERS
    if kind[0] != "L":
        return 0.0
    ranges = (letters for first, last, letters in SCRIPTS if first <= character <= last)
    return next(ranges, 1.0)
