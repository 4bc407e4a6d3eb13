"""Which response the loudspeaker is saying, how far it has come, and where it stops.

A service may tell when its voice starts and stops, or never; text, events and sound travel apart.
So each response of a call has a number, and what leaves the loudspeaker decides.
"""

from dataclasses import replace

from kiosk.core import turns as turning
from kiosk.core.talk import Talk
from kiosk.core.turns import Turn

REMEMBERED = 8
"""So many finished responses are known by id, to tell late events of theirs from new ones."""


def number(talk: Talk, response_id: str) -> int:
    """Which response of this call an id belongs to; the newest where the id tells nothing."""
    if response_id and response_id in talk.finished:
        done = talk.responses - (talk.response is not None)
        return done - (len(talk.finished) - 1 - talk.finished.index(response_id))
    return talk.responses + (talk.response is None and talk.awaiting)


def is_unheard(talk: Talk) -> bool:
    """The interviewer is in mid-speech: words are left that no loudspeaker has said."""
    begun = [turn for turn in talk.turns if turn.pending and turn.began_s is not None]
    return any(turn.shown < len(turn.text) or not turn.final for turn in begun)


def begins_unheard(talk: Talk) -> bool:
    """An answer is due or has begun, and nothing of it was heard yet."""
    coming = talk.response is not None or talk.awaiting or talk.voice_due
    return coming and not talk.speaking and not talk.candidate_speaking


def is_unannounced(talk: Talk) -> bool:
    """Nothing is known that could be heard now: whatever is heard has begun without us."""
    pending = any(turn.pending for turn in talk.turns)
    return not (talk.working or talk.hushed or talk.voice == "open" or pending)


def finish(talk: Talk) -> Talk:
    """No response is being generated any more."""
    finished = (*talk.finished, talk.response) if talk.response else talk.finished
    return replace(talk, response=None, finished=finished[-REMEMBERED:])


def waits(talk: Talk) -> bool:
    """There is a voice to silence."""
    return talk.speaking or talk.voice_due or talk.voice == "open"


def announce(talk: Talk, response: int) -> Talk:
    """A response says something that is to be heard."""
    return replace(talk, due=max(talk.due, response))


def sound(talk: Talk, now: float) -> Talk:
    """The loudspeaker is heard."""
    if not talk.speaking:
        talk = _begin(replace(talk, unannounced=is_unannounced(talk)), now)
    return replace(talk, speaking=True, greeted=True, heard_s=now, sounded_s=now)


def move_on(talk: Talk, response: int, now: float) -> Talk:
    """The voice of this response is heard from here; what was before it is through."""
    if response <= talk.sounding:
        return talk
    talk = hear_out(talk, talk.sounding, now)
    turns = tuple(
        turning.cut(turn, now) if turn.pending and turn.response < response else turn
        for turn in talk.turns
    )
    return replace(talk, turns=turns, sounding=response, pace=talk.pace.begin(talk.rhythm))


def advance(talk: Talk, now: float) -> Talk:
    """Show the words that were heard by now; go on to the next item when this one is through."""
    turn = talk.current
    if turn is None or not turn.pending or turn.response > talk.sounding:
        return replace(talk, pace=talk.pace.follow("", talk.rhythm))
    talk = replace(talk, pace=talk.pace.follow(turn.text, talk.rhythm))
    began_s = now if turn.began_s is None else turn.began_s
    shown = max(turn.shown, talk.pace.heard(turn.text, talk.rhythm))
    through = shown == len(turn.text) and talk.pace.is_through(turn.text, talk.rhythm)
    following = _following(talk, turn) if through else None
    ended_s = None if following is None else now
    turn = replace(turn, began_s=began_s, shown=shown, ended_s=ended_s)
    talk = replace(talk, turns=turning.put(talk.turns, turn))
    if following is None:
        return talk
    sounding = max(talk.sounding, following.response)
    return replace(talk, sounding=sounding, pace=talk.pace.begin(talk.rhythm))


def is_over(talk: Talk) -> bool:
    """With a silent loudspeaker and nothing queued: what was being said has ended."""
    if talk.response is not None:
        return False
    if talk.speaking:
        return talk.voice == "ended"
    return talk.voice != "open" and not talk.voice_due and any(t.pending for t in talk.turns)


def fall_silent(talk: Talk) -> Talk:
    """The loudspeaker has been quiet: close what was heard, unless more of it is coming.

    A service that told the beginning of its voice also tells the end: until then, or until that is
    overdue, the voice pauses, and the words that are left wait for it.
    """
    talk = replace(talk, speaking=False)
    last = talk.sounding
    if talk.response is not None:
        last = min(last, talk.responses - 1)
    elif talk.voice == "open":
        if any(turn.pending and turn.shown < len(turn.text) for turn in talk.turns):
            return hear_out(talk, last - 1, talk.heard_s)
        talk = replace(talk, voice="ended")
    return hear_out(talk, last, talk.heard_s)


def miss(talk: Talk, now: float) -> Talk:
    """What was announced is not heard and will not be: nothing is waited for any more."""
    talk = hear_out(replace(talk, voice="ended"), talk.sounding, talk.heard_s)
    return unsay(talk, 0, now)


def hear_out(talk: Talk, last: int, at_s: float) -> Talk:
    """Close the turns of all responses up to `last`, as heard to their end."""
    turns = tuple(
        turning.heard_out(turn, at_s) if turn.pending and turn.response <= last else turn
        for turn in talk.turns
    )
    return replace(talk, turns=turns)


def unsay(talk: Talk, first: int, now: float) -> Talk:
    """Give up what is not heard yet of the responses from `first` on."""
    turns = tuple(
        turning.cut(turn, now)
        if turn.pending and turn.began_s is None and turn.response >= first
        else turn
        for turn in talk.turns
    )
    return replace(talk, turns=turns, due=min(talk.due, max(talk.sounding, first - 1)))


def hush(talk: Talk, now: float) -> Talk:
    """The voice is silenced: mark where the words stopped, and expect no more of it."""
    turns = tuple(turning.cut(turn, now) if turn.pending else turn for turn in talk.turns)
    return replace(
        talk,
        turns=turns,
        speaking=False,
        hushed=True,
        voice="ended" if talk.voice == "open" else talk.voice,
        due=talk.responses,
        sounding=talk.responses,
    )


def unhush(talk: Talk) -> Talk:
    """The voice may be heard again; one that the service went on with is shown again."""
    on_again = talk.responses if talk.response is not None else 0
    turns = tuple(
        replace(turn, cut=False, ended_s=None)
        if turn.cut and on_again and turn.response == on_again
        else turn
        for turn in talk.turns
    )
    return replace(talk, hushed=False, turns=turns)


def _begin(talk: Talk, now: float) -> Talk:
    """Find out whose voice begins, and start its words on the played clock."""
    waiting = (t.response for t in talk.turns if t.pending and t.response > talk.sounding)
    response = min(waiting, default=talk.due if talk.voice_due else number(talk, ""))
    if response > talk.sounding:
        return move_on(talk, response, now)
    turn = talk.current
    if turn is None or not turn.pending or turn.began_s is None:
        return replace(talk, pace=talk.pace.begin(talk.rhythm))
    return talk


def _following(talk: Talk, turn: Turn) -> Turn | None:
    """The turn that is heard right after this one, where nothing else will tell its beginning."""
    return next(
        (
            other
            for other in talk.turns
            if other.pending
            and other.item_id != turn.item_id
            and (other.response == turn.response or talk.voice == "untold")
        ),
        None,
    )
