"""What a new call is told of the interview so far, and what of it is still to be answered."""

from dataclasses import replace

from kiosk.core import conversation
from kiosk.core.effects import AddItem
from kiosk.core.plan import Plan
from kiosk.core.talk import Talk
from kiosk.core.turns import Turn, Turns

LEAD_S = 1.0
"""Speech begins so much before the service tells of it."""
RECALLED = "recalled-"
"""What the ids of turns begin with whose words were found here."""


def unanswered(turns: Turns) -> Turns:
    """The candidate's last turns whose words nobody knows yet, and that nobody has answered.

    A reply that was not heard to its end is none: a new call does not know what it was to.
    """
    last: list[Turn] = []
    begun = False
    for turn in reversed(turns):
        if turn.who == "candidate":
            last = last if turn.final else [turn, *last]
        elif turn.began_s is not None:
            if begun or not (turn.pending or turn.cut):
                break
            begun = True
    return tuple(last)


def since_s(talk: Talk, lost_s: float) -> float:
    """From when on the candidate may have said what no call has taken in.

    What was put back into the call was said long before that told of it, if it has.
    """
    begins = [_said_s(turn) for turn in unanswered(talk.turns)] + [talk.told_from_s]
    return min([lost_s, *(begin_s for begin_s in begins if begin_s is not None)])


def _said_s(turn: Turn) -> float | None:
    if turn.said_s is not None or turn.began_s is None:
        return turn.said_s
    return turn.began_s - LEAD_S


def past(talk: Talk, plan: Plan, question: int) -> tuple[AddItem, ...]:
    """What was said and heard so far, and where in the plan that was, for a new call."""
    missing = {turn.item_id for turn in unanswered(talk.turns)}
    place = (AddItem("system", plan.places[question - 1]),) if question else ()
    return place + tuple(
        AddItem("assistant" if turn.who == "interviewer" else "user", turn.heard)
        for turn in talk.turns
        if turn.heard and turn.item_id not in missing
    )


def heard_last(talk: Talk) -> str:
    """What was heard of the interviewer's last response; a dash for nothing."""
    last = (turn.heard for turn in talk.turns if turn.response == talk.responses != 0)
    return " ".join(words for words in last if words) or "-"


def carried_over(talk: Talk, now: float) -> Talk:
    """The talk at the begin of the new call; what is being put back is not in it."""
    missing = unanswered(talk.turns)
    kept = replace(talk, turns=tuple(turn for turn in talk.turns if turn not in missing))
    return conversation.lose_call(kept, now)


def recalled(talk: Talk, text: str, now: float) -> Talk:
    """The talk with an answer that was recognised here."""
    item_id = f"{RECALLED}{len(talk.turns)}"
    turn = Turn(item_id, "candidate", began_s=now, ended_s=now, text=text)
    return replace(talk, turns=(*talk.turns, replace(turn, told_s=now, final=True)))


def is_recalled_last(turns: Turns) -> bool:
    """Nobody has answered yet to words that were found here."""
    said = [turn for turn in turns if turn.heard]
    return bool(said) and said[-1].item_id.startswith(RECALLED)


def waits_for_reply(turns: Turns) -> bool:
    """The candidate's words are the last ones: the interviewer is to go on, not to ask again."""
    said = [turn for turn in turns if turn.heard]
    return bool(said) and said[-1].who == "candidate"
