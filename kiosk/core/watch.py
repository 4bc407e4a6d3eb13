"""Deadlines that follow from how the conversation stands, looked at after every event."""

from collections.abc import Iterator
from dataclasses import replace

from kiosk.core import conversation, senses
from kiosk.core import effects as do
from kiosk.core.captions import NOTICE_S, reading_s
from kiosk.core.happenings import Happening
from kiosk.core.sentences import last_sentences
from kiosk.core.snapshot import Phase
from kiosk.core.state import Deadline, State
from kiosk.core.talk import Talk

QUIET_S = 0.7
"""Silence at the loudspeaker for this long, with nothing queued, is not speaking any more."""
TALKING = (Phase.CONVERSING, Phase.WRAPPING_UP)


def watch(state: State, now: float) -> tuple[State, tuple[do.Effect | Happening, ...]]:
    """Send what waits for a free model, and set each deadline whose reason is there.

    A deadline whose reason is gone is forgotten; one that is already running is left alone.
    """
    if state.phase not in TALKING:
        return state, ()
    state, heeded = senses.heed(state, now)
    talk, released = (state.talk, ()) if state.away else conversation.release(state.talk)
    state = replace(state, talk=talk)
    says = tuple(each for each in released if isinstance(each, do.Say))
    out: tuple[do.Effect | Happening, ...] = (*heeded, *says)
    for deadline, at_s in _wanted(state, now):
        if at_s is None:
            state = state.without(deadline)
        elif deadline is Deadline.QUIET or deadline not in state.deadlines:
            state = state.at(deadline, at_s)
    return state, out


def _wanted(state: State, now: float) -> Iterator[tuple[Deadline, float | None]]:
    rules, talk = state.rules, state.talk
    going_on = state.away is None
    late = going_on and talk.working and not talk.speaking and not talk.candidate_speaking
    unheard = going_on and talk.unheard
    conversing = going_on and state.phase is Phase.CONVERSING
    putting_back = Deadline.PUT_BACK in state.deadlines
    quiet = conversing and talk.resting and talk.greeted and not putting_back
    ringing = Deadline.SILENCE_GOODBYE in state.deadlines

    deafened = not state.hearing and not putting_back
    protected = state.phase is Phase.CONVERSING and talk.greeted and deafened
    yield Deadline.GREETING, now + rules.greeting_s if conversing and not talk.greeted else None
    yield Deadline.PROTECT, now + rules.protect_s if protected else None
    yield Deadline.ANSWER, now + rules.answer_s if late and not unheard else None
    yield Deadline.VOICE, now + rules.voice_s if unheard else None
    yield Deadline.QUIET, talk.heard_s + QUIET_S if talk.speaking else None
    sounds = conversing and (talk.response is not None or talk.speaking)
    yield Deadline.ENDLESS_VOICE, now + rules.voice_limit_s if sounds else None
    talks = conversing and talk.candidate_speaking
    yield Deadline.ENDLESS_TURN, now + rules.turn_limit_s if talks else None
    hushed = going_on and talk.hushed and talk.response is not None
    yield Deadline.HUSH, now + rules.hush_s if hushed else None
    first = quiet and not state.prompted
    yield Deadline.SILENCE_PROMPT, now + rules.silence_prompt_s if first else None
    again = quiet and state.prompted and not ringing
    yield Deadline.SILENCE_RING, now + rules.silence_goodbye_s if again else None
    if not quiet:
        yield Deadline.SILENCE_GOODBYE, None
    if state.hearing and not talk.resting:
        yield Deadline.PUT_BACK, None
    over = talk.resting or (Deadline.READ in state.deadlines and not talk.speaking)
    wraps = going_on and state.phase is Phase.WRAPPING_UP and over
    yield Deadline.READ, _read_s(talk, now) if wraps else None


def _read_s(talk: Talk, now: float) -> float:
    """When what was heard to its end by now has stood long enough."""
    last = talk.last_heard
    if last is None or last.began_s is None:
        return now
    return max(now + NOTICE_S, last.began_s + reading_s(last_sentences(last.heard)))
