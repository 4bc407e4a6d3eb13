"""Where the words of a text end in any script, and how long each takes to say."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from unicodedata import category

from kiosk.core.sentences import CLAUSE_ENDS, CLOSING, SENTENCE_ENDS, WIDE_FROM

LAST_LETTERS = 3.0
"""The last word before a comma or full stop is drawn out by so much."""
RESTS = ((SENTENCE_ENDS, 20.0), (CLAUSE_ENDS, 5.0))
"""Letters by which the estimate must be past such an end before the voice is taken to have gone on
without a pause: a sentence hardly ever does, one clause in four may."""
DIGIT_LETTERS = 6.0
SCRIPTS = (
    ("\u0590", "\u08ff", 1.6),  # Hebrew, Arabic: short vowels are not written
    ("\u0900", "\u0dff", 2.3),  # Devanagari and its kin: a vowel is in the letter or a mark on it
    ("\u3040", "\u30ff", 2.5),  # kana: one beat each
    ("\u2e80", "\u9fff", 3.8),  # Chinese characters
    ("\uac00", "\ud7af", 3.5),  # Hangul syllables
)
"""Letters that a character counts for; the first range that holds it.  By the usual rate of speech
in languages of that script, in letters of English."""
_CLINGS = frozenset({"Mn", "Mc", "Me", "Cf", "Sk", "Lm", "Pe", "Pf", "Cs"})
"""Kinds of characters that belong to the one before: marks, joiners, what closes."""


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
    """What `RESTS` says where it ends a clause or sentence; else 0."""


def words(text: str, place: int = 0) -> Iterator[Word]:
    """The words of a text from a place on."""
    ends = 0.0
    while place < len(text):
        end = word_end(text, place + 1)
        piece = text[place:end]
        begins, ends = ends, ends + sum(map(_letters, piece))
        last = piece.rstrip().rstrip(CLOSING)[-1:]
        rest = next((letters for marks, letters in RESTS if last in marks), 0.0)
        ends += LAST_LETTERS if rest else 0.0
        yield Word(end, begins, ends, rest)
        place = end


def word_end(text: str, at: int) -> int:
    """The end of the word that `at` lies in or before; `at` itself where a word ends there.

    Words end at spaces; in scripts without spaces after each character, with its marks and with
    the punctuation that follows it.
    """
    while at < len(text) and not ends_at(text, at):
        at += 1
    return min(at, len(text))


def ends_at(text: str, at: int) -> bool:
    """Whether nothing of a word before `at` would be shown without the rest."""
    return text[at].isspace() or (at > 0 and _parts(text[at - 1], text[at]))


@cache
def _parts(before: str, after: str) -> bool:
    """Whether two characters side by side belong to different words, without a space."""
    if ord(after) < WIDE_FROM and ord(before) < WIDE_FROM:
        return False
    if category(after) in _CLINGS or after in SENTENCE_ENDS or after in CLAUSE_ENDS:
        return False
    return not before.isspace() and category(before) not in {"Cf", "Ps", "Pi"}


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
