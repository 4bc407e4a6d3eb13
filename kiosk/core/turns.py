"""Who said what: the turns of one interview, each known by the service's id of its item."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

from kiosk.core.words import word_end

Turns = tuple["Turn", ...]
"""In the order in which they began; no two have the same id."""


@dataclass(frozen=True, slots=True)
class Turn:
    """What one of the two said in one go."""

    item_id: str
    who: Literal["interviewer", "candidate"]
    response: int = 0
    """Which response of the call said it, counted from 1; 0 for the candidate and earlier calls."""
    began_s: float | None = None
    """Monotonic seconds; None until it is heard."""
    said_s: float | None = None
    """Monotonic second from which on it was said, where that was put back into the call later."""
    ended_s: float | None = None
    """Monotonic seconds; None while it goes on."""
    text: str = ""
    told_s: float | None = None
    """Monotonic seconds at which the service told the latest of a candidate's text."""
    final: bool = False
    """The text will not change any more."""
    shown: int = 0
    """How many characters of an interviewer's text were heard."""
    cut: bool = False
    """It was not heard to its end."""
    nameless: bool = False
    """The service has told no id for it yet; `item_id` is ours."""
    asks: bool = False
    """The model announced in it that it asks a question of the plan."""
    told: bool = False
    """The booth told the interviewer what to say in it."""
    over: str = ""
    """Id of the interviewer's turn that could be heard when this one began; empty for none."""

    @property
    def heard(self) -> str:
        """The words that were really heard."""
        return self.text if self.who == "candidate" else self.text[: self.shown]

    @property
    def pending(self) -> bool:
        """The interviewer is saying it, or is about to."""
        return self.who == "interviewer" and self.ended_s is None


def find(turns: Turns, item_id: str) -> Turn | None:
    """The turn with this id."""
    return next((turn for turn in turns if turn.item_id == item_id), None)


def put(turns: Turns, turn: Turn) -> Turns:
    """The turns with this one in place of the one with its id, or at the end."""
    if find(turns, turn.item_id) is None:
        return (*turns, turn)
    return tuple(turn if old.item_id == turn.item_id else old for old in turns)


def spell(turn: Turn, text: str, *, final: bool) -> Turn:
    """The turn with more or better text; what was shown of it stays at the end of a word."""
    shown = min(turn.shown, len(text))
    if turn.ended_s is not None and not turn.cut and turn.who == "interviewer":
        shown = len(text)
    elif shown:
        shown = word_end(text, shown)
    return replace(turn, text=text, final=final, shown=shown)


def heard_out(turn: Turn, now: float) -> Turn:
    """The turn, heard to its end by `now`."""
    began_s = now if turn.began_s is None else turn.began_s
    return replace(turn, began_s=began_s, ended_s=now, shown=len(turn.text))


def cut(turn: Turn, now: float) -> Turn:
    """The turn, ended at `now` wherever it was."""
    return replace(turn, ended_s=now, cut=turn.shown < len(turn.text) or not turn.final)


def answer(turns: Turns, item_id: str) -> tuple[Turns, Turn | None]:
    """The candidate's turn an id belongs to, and the turns with it known by that id.

    A turn that was begun without an id takes the first one that is told.  Without an id it is the
    oldest turn whose words are not known yet.
    """
    answers = [turn for turn in turns if turn.who == "candidate"]
    if not item_id:
        return turns, next((turn for turn in answers if not turn.final), None)
    known = find(turns, item_id)
    if known is not None:
        return turns, known if known.who == "candidate" else None
    unnamed = next((turn for turn in answers if turn.nameless), None)
    if unnamed is None:
        return turns, None
    named = replace(unnamed, item_id=item_id, nameless=False)
    return tuple(named if turn is unnamed else turn for turn in turns), named


def past(turns: Iterable[Turn], now: float) -> Turns:
    """The turns of a call that is over: all ended, under ids that no later call gives."""
    return tuple(
        replace(
            cut(turn, now) if turn.pending else turn,
            item_id=f"past-{number}",
            response=0,
            ended_s=now if turn.ended_s is None else turn.ended_s,
            nameless=False,
            final=True,
        )
        for number, turn in enumerate(turns)
    )
