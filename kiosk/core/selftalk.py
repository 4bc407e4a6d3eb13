"""Whether the booth interrupts itself: its own voice comes back by the microphone as a candidate.

Judged by what the service recognised in turns that began over the voice.  A turn that says the
interviewer's words back is an echo.  One without any word, or with a word or two of the
interviewer's, may be an echo too, or a cough or an echoing candidate, so it counts half.
"""

import re
from collections import Counter

from kiosk.core import turns as turning
from kiosk.core.turns import Turn, Turns
from kiosk.core.words import word_end

REPEATED = 2
"""What a turn in the interviewer's own words counts."""
HARDLY_A_WORD = 1
"""What a turn without a word of its own counts."""
ENOUGH = 4
"""From this count in one call on the booth holds its microphone back."""
FEWEST_WORDS = 3
"""Fewer are sometimes the same by chance."""
SAME_SHARE = 0.7
"""So many of a turn's words must be the interviewer's; recognition of an echo errs in the rest."""
NEAR_CHARS = 120
"""So far from the place where the voice stopped its words are looked for: some eight seconds to
either side, as the place is an estimate."""

_WORD = re.compile("(?=\\w)(?:[^_\u2e80-\U0010ffff\\W]+|[\u2e80-\U0010ffff])")
"""A word, or one character of a script without spaces."""


def is_heard(turns: Turns) -> bool:
    """The booth has interrupted itself repeatedly in the call that these turns belong to."""
    return sum(count(turns, turn) for turn in turns) >= ENOUGH


def count(turns: Turns, turn: Turn) -> int:
    """How much one turn tells of an echo; nothing while its words are not known."""
    over = turning.find(turns, turn.over) if turn.over else None
    if over is None or not turn.final or turn.told_s is None:
        return 0
    recognised = words(turn.text)
    said = words(_near(over.text, over.shown))
    same = sum((Counter(recognised) & Counter(said)).values())
    if len(recognised) < FEWEST_WORDS:
        return HARDLY_A_WORD if same == len(recognised) else 0
    return REPEATED if same >= SAME_SHARE * len(recognised) else 0


def words(text: str) -> list[str]:
    """The words of a text, however they are written."""
    return _WORD.findall(re.sub("['\u2019]", "", text.casefold()))


def _near(text: str, place: int) -> str:
    begin = max(0, place - NEAR_CHARS)
    return text[word_end(text, begin) if begin else 0 : word_end(text, place + NEAR_CHARS)]
