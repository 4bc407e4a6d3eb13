"""Where sentences end, in every language of the booth."""

import re

QUESTION_MARKS = frozenset("?？؟")
SENTENCE_ENDS = QUESTION_MARKS | frozenset(".!…。！｡۔।॥")
CLAUSE_ENDS = frozenset(",;:،؛、，；：—–")
CLOSING = "\"'”’»›)]）】」』"
"""What may follow the end of a sentence or clause and belongs to it."""
WIDE_FROM = 0x2E80
"""From here on scripts are written without spaces, in characters twice as wide."""

MOST_CHARACTERS = 150
"""What a reader may be shown of a long text; a wide character counts as two."""

_ENDS, _CLOSES = (f"[{re.escape(''.join(sorted(s)))}]" for s in (SENTENCE_ENDS, CLOSING))
_SENTENCE = re.compile(rf".+?(?:{_ENDS}+{_CLOSES}*(?:\s+|$|(?<=[\u2e80-\uffff]))|$)", re.DOTALL)


def last_sentences(text: str) -> str:
    """As many whole sentences from the end as are short enough together; at least one."""
    sentences = _SENTENCE.findall(text.strip())
    kept = sentences[-1:]
    for sentence in reversed(sentences[:-1]):
        if _room("".join((sentence, *kept))) > MOST_CHARACTERS:
            break
        kept.insert(0, sentence)
    return "".join(kept).strip()


def joined(before: str, after: str) -> str:
    """One text of two, with a space where the script has spaces."""
    before = before.rstrip()
    return before + ("" if ord(before[-1:] or " ") >= WIDE_FROM else " ") + after


def _room(text: str) -> int:
    return sum(2 if ord(char) >= WIDE_FROM else 1 for char in text)
