"""The line in a call: how it is lost, dialled anew, and told what was said meanwhile."""

from dataclasses import replace

from kiosk.core import conversation, recovery, resuming
from kiosk.core import effects as do
from kiosk.core import events as on
from kiosk.core.faults import Fault
from kiosk.core.happenings import GaveUp, LineBack, LineDark, LineLost
from kiosk.core.health import begun, with_fault
from kiosk.core.phases import Step, dial, gone, out_of_service, resume
from kiosk.core.snapshot import Phase
from kiosk.core.state import Deadline, State

# --- told of a call ------------------------------------------------------------------------------


def line_watched(state: State, event: on.LineWatched, _: float) -> Step:
    """Take how the line hears the service."""
    if not event.call or event.call != state.line:
        return state, ()
    state = replace(state, hears=event.hearing)
    if event.hearing == "dark":
        return state, (LineDark(event.since_s),)
    return state, (LineBack(),)


def line_failed(state: State, event: on.LineFailed, now: float) -> Step:
    """Take the end of a call, whichever it was."""
    opened = event.call == state.line
    if opened and state.phase is Phase.RECONNECTING:
        return gone(state, now), (do.FlushVoice(),)
    return call_failed(
        state,
        event.fault,
        now,
        opened=opened,
        answered=event.answered,
        retry_after_s=event.retry_after_s,
    )


def call_failed(
    state: State,
    fault: Fault,
    now: float,
    *,
    opened: bool = True,
    answered: bool = False,
    retry_after_s: float = 0.0,
) -> Step:
    """Take the end of a call by a fault: it is dialled again where that may help.

    `opened` tells that the call was open, `answered` that the fault is the service's own word.
    """
    silent = fault is Fault.SERVICE_DOWN and not answered
    state = replace(
        state,
        dialled=0,
        tries=state.tries + (opened or answered),
        trouble=state.trouble if silent or state.standin else fault,
        chance=recovery.next_chance(state.chance),
    )
    wait_s = recovery.wait_s(
        state.rules,
        fault,
        state.tries,
        state.chance,
        answered=answered,
        retry_after_s=retry_after_s,
    )
    if state.phase is Phase.CONNECTING and wait_s is not None:
        began_s = state.deadlines[Deadline.CONNECT] - state.rules.connect_s
        wait_s = wait_s if now + wait_s < began_s + state.rules.stall_s else None
    elif wait_s is None and state.phase in STANDIN_PHASES and state.may_stand_in:
        state = replace(state, standin=True, tries=0).without(Deadline.STANDIN)
        state = state.at(Deadline.REDIAL_LIMIT, now + state.rules.standin_s)
        return state, (begun(fault), LineLost(fault))
    if wait_s is not None:
        return state, (LineLost(fault, wait_s),)
    state, again_s = out_of_service(state, fault, now, retry_after_s)
    state, noted = with_fault(state, fault, again_s, now)
    return state, (*noted, GaveUp(fault))


STANDIN_PHASES = frozenset({Phase.CONVERSING, Phase.RECONNECTING})
"""In these the stand-in may go on with the interview."""


# --- what the table asks for ---------------------------------------------------------------------


def redial(state: State, _: object, __: float) -> Step:
    """Try again."""
    state, call = dial(state)
    return state, (call,)


def redial_later(state: State, event: LineLost, now: float) -> Step:
    """A try failed: the next one is due."""
    return state.at(Deadline.REDIAL, now + event.wait_s), ()


def stand_in(state: State, _: object, now: float) -> Step:
    """The line stayed dead for long enough: the stand-in takes over."""
    state = replace(state, standin=True, tries=0).without(Deadline.REDIAL)
    state, call = dial(state.at(Deadline.REDIAL_LIMIT, now + state.rules.standin_s))
    return state, (call, do.Note("the line stays dead, the stand-in takes over"))


def speech_put_back(state: State, event: on.SpeechPutBack, now: float) -> Step:
    """The call knows what was said meanwhile, or nobody ever will; words are taken at any time."""
    state, told = words_found(state, event, now)
    if event.call != state.line:
        return state, told
    if Deadline.PUT_BACK not in state.deadlines:
        # Nobody else lets the interviewer answer to words that come late.
        return (resume(state) if told and state.talk.resting else state), told
    if state.hearing and event.how not in ("text", "lost"):
        return state, told
    hear = () if state.hearing else (do.HearCandidate(),)
    state = replace(state, hearing=True, lost_s=None)
    if event.how == "sound" or event.more:
        patience_s = state.rules.put_back_s if event.more else state.rules.noticed_s
        return state.at(Deadline.PUT_BACK, now + patience_s), (*hear, *told)
    state = state.without(Deadline.PUT_BACK)
    if event.how != "text":
        state = replace(state, talk=replace(state.talk, told_from_s=None))
    # Who is still speaking in a call that hears again is answered when they have ended.
    owed = event.how != "nothing" or resuming.is_recalled_last(state.talk.turns)
    return (resume(state) if owed and state.talk.resting else _go_on(state)), (*hear, *told)


def words_found(state: State, event: on.SpeechPutBack, now: float) -> Step:
    """Take the words that were recognised here: nobody will tell them again."""
    if not event.text:
        return state, ()
    told = (do.Say(do.AddItem("user", event.text)),) if state.line else ()
    return replace(state, talk=resuming.recalled(state.talk, event.text, now)), told


def go_on(state: State, _: object, __: float) -> Step:
    """Nothing came of the speech that was put back: the interviewer begins."""
    state = replace(state, talk=replace(state.talk, told_from_s=None))
    if state.hearing:
        return resume(state), ()
    return _go_on(replace(state, hearing=True, lost_s=None)), (do.HearCandidate(),)


def _go_on(state: State) -> State:
    """Let the interviewer of a new call begin; that of an old one knows when it is to speak."""
    return state if state.revived else resume(state)


def nudge(state: State, _: object, now: float) -> Step:
    """Ask once more for an answer that did not come; then the call is as good as lost."""
    if state.nudged:
        return call_failed(state, Fault.LINE_LOST, now)
    cancel = (do.Say(do.CancelResponse()),) if state.talk.response is not None else ()
    talk = conversation.respond(conversation.give_up_response(state.talk, now))
    return replace(state, nudged=True, talk=talk), (*cancel, do.Note("asking again"))
