"""Where sentences end, in every language of the booth."""

import re
from collections.abc import Iterator

QUESTION_MARKS = frozenset("?？؟")
SENTENCE_ENDS = QUESTION_MARKS | frozenset(".!…。！｡۔।॥")
CLAUSE_ENDS = frozenset(",;:،؛、，；：—–")
CLOSING = "\"'”’»›)]）】」』"
"""What may follow the end of a sentence or clause and belongs to it."""
OPENING = "\"'“„«‹([（"
WIDE_FROM = 0x2E80
"""From here on characters are twice as wide."""
HANGUL = (range(0x3130, 0x3190), range(0xAC00, 0xD7B0))
"""Wide characters of words that have spaces between them."""

MOST_CHARACTERS = 150
"""What a reader may be shown of a long text; a wide character counts as two."""

_CUT = r"m[rsx]|mrs|dr|prof|st|mt|vs|sr|sra|srta|dra|mme|mlle|डॉ|प्रो"
_CUT_IN_GERMAN = r"hr|fr|nr|bzw|ca|evtl|ggf|inkl|vgl|zzgl|mio|mrd"
_TITLE = re.compile(rf"(?:{_CUT}|{_CUT_IN_GERMAN})", re.IGNORECASE)
"""Words that are cut short by a full stop and lead to the next."""
ORDINAL_DIGITS = 2
"""A longer number before a full stop is a year or an amount, and no ordinal."""

_ENDS, _CLOSES = (f"[{re.escape(''.join(sorted(s)))}]" for s in (SENTENCE_ENDS, CLOSING))
_END = re.compile(rf"{_ENDS}+(?P<close>{_CLOSES}*)(?:\s+|$|(?<=[\u2e80-\uffff]))")
_NEXT_LETTER = re.compile(r"[^\W_]")


def ends_sentence(text: str, at: int) -> bool:
    """Whether a sentence ends with the mark at `at`, the last of its word.

    A full stop with nothing behind it is an end.
    """
    if text[at] not in SENTENCE_ENDS:
        return False
    following = _NEXT_LETTER.search(text, at + 1)
    if text[at] != "." or following is None:
        return True
    return not following[0].islower() and not cut_short(text, at)


def cut_short(text: str, at: int) -> bool:
    """Whether a full stop is rather that of "Dr. Miller", "z. B.", "U.S." or "am 3. Mai"."""
    word = ("", *text[:at].rsplit(maxsplit=1))[-1].lstrip(OPENING)
    letter = len(word) == 1 and ord(word) < WIDE_FROM
    ordinal = word.isdecimal() and len(word) <= ORDINAL_DIGITS
    dotted = "." in word and not word.endswith(".")
    return letter or ordinal or dotted or bool(_TITLE.fullmatch(word))


def sentences(text: str) -> Iterator[str]:
    """A text's sentences, each with the spaces behind it."""
    begins = 0
    for end in _END.finditer(text):
        if ends_sentence(text, end.start("close") - 1):
            yield text[begins : end.end()]
            begins = end.end()
    if begins < len(text):
        yield text[begins:]


def last_sentences(text: str) -> str:
    """As many whole sentences from the end as are short enough together; at least one."""
    kept: list[str] = []
    for sentence in reversed(list(sentences(text.strip()))):
        if kept and _room("".join((sentence, *kept))) > MOST_CHARACTERS:
            break
        kept.insert(0, sentence)
    return "".join(kept).strip()


def joined(before: str, after: str) -> str:
    """One text of two, with a space where the script has spaces."""
    before = before.rstrip()
    return before + ("" if unspaced(before[-1:] or " ") else " ") + after


def unspaced(character: str) -> bool:
    """Whether a character is of East Asia and stands beside others without a space."""
    code = ord(character)
    return code >= WIDE_FROM and not any(code in block for block in HANGUL)


def _room(text: str) -> int:
    return sum(2 if ord(char) >= WIDE_FROM else 1 for char in text)
