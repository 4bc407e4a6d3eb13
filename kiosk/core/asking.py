"""What of the interviewer's words stays to be read: the question, and what was said just before."""

from collections.abc import Iterable, Sequence

from kiosk.core.captions import reading_s
from kiosk.core.sentences import QUESTION_MARKS, joined, last_sentences, sentences
from kiosk.core.snapshot import Caption
from kiosk.core.turns import Turn


def question(turns: Iterable[Turn]) -> str:
    """The question that waits for its answer, as far as it was heard; empty before the first.

    A turn asks when the model announced a question in it, or when it holds a question mark and
    answers the candidate in the model's own words; small words in between ("Take your time.") leave
    the question standing.  One that was asked again, to its end, stands as it was said last.
    """
    asked: Turn | None = None
    answered = False
    for turn in turns:
        if turn.began_s is None:
            continue
        if turn.who == "candidate":
            answered = True
            continue
        replies = answered and not turn.told
        may = turn.asks or replies or asked is None
        if turn.shown and may and (turn.asks or _inquires(turn.text)):
            asked, answered = turn, False
        elif asked is not None and _repeats(turn, asked):
            asked = turn
    return "" if asked is None else last_sentences(asked.heard)


def _repeats(turn: Turn, asked: Turn) -> bool:
    """Whether the last sentence of a question was heard again in a later turn."""
    *_, last = ("", *sentences(asked.heard.strip()))
    return bool(last) and last.strip() in turn.heard


def _inquires(text: str) -> bool:
    return any(mark in text for mark in QUESTION_MARKS)


def caption(turns: Sequence[Turn]) -> Caption:
    """The interviewer's words that are heard now or were last.

    What was said just before stands in front of them while there was too little time to read it:
    then the lines scroll, and none vanishes in the middle.
    """
    heard = [turn for turn in turns if turn.began_s is not None]
    while heard and heard[-1].who == "candidate":
        heard.pop()
    if not heard:
        return Caption()
    turn = first = heard.pop()
    text, shown = turn.text, turn.shown
    while heard and _flows(heard[-1], first):
        first = heard.pop()
        longer = joined(first.text, text)
        text, shown = longer, shown + len(longer) - len(text)
    growing = turn.ended_s is None and not turn.final
    return Caption(turn.item_id, text, shown, turn.cut, growing)


def _flows(turn: Turn, after: Turn) -> bool:
    """Whether one turn went over into the next before it could be read."""
    if turn.who == "candidate" or turn.cut or not turn.text.strip():
        return False
    if turn.ended_s is None or after.began_s is None:
        return False
    return turn.ended_s + reading_s(turn.text) > after.began_s
