"""What entering each phase asks for."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from kiosk.core import conversation, press, recovery, resuming, voice
from kiosk.core import effects as do
from kiosk.core.faults import Fault
from kiosk.core.happenings import (
    Agreed,
    Chosen,
    DeadlineReached,
    Ended,
    Fit,
    GaveUp,
    Happening,
    Held,
    LineBack,
    LineDark,
    LineLost,
    Reserved,
    Unfit,
)
from kiosk.core.plan import Ending
from kiosk.core.snapshot import Phase
from kiosk.core.state import Deadline, State
from kiosk.core.talk import Talk

Step = tuple[State, tuple[do.Effect | Happening, ...]]
Cause = object
"""The event or happening that led into the phase."""
Enter = Callable[[State, Cause, float], Step]

FAULT_BEHIND: Mapping[Deadline, Fault] = {
    Deadline.CONNECT: Fault.UNREACHABLE,
    Deadline.GREETING: Fault.NO_GREETING,
    Deadline.REDIAL_LIMIT: Fault.LINE_LOST,
}
"""What a candidate is told when a deadline ends the interview, and nothing better is known."""
LASTING = frozenset({Deadline.CONNECT, Deadline.REDIAL_LIMIT})
"""Behind these the next candidate would fare no better for now."""
ENDING_BEHIND: Mapping[Deadline, Ending] = {
    Deadline.SILENCE_GOODBYE: "silence",
    Deadline.WRAP_UP: "time",
}


def judge(state: State) -> Happening:
    """Whether the next candidate may come."""
    if state.maintenance:
        return Reserved()
    return Unfit() if state.faults else Fit()


def worst(state: State) -> Fault:
    """The fault staff should mend first; `state` has one."""
    return min(state.faults, key=list(Fault).index)


def sound_fault(state: State) -> Fault | None:
    """The first fault of ears or mouth, if any."""
    return next((f for f in state.faults if f.remedy.apology in ("deaf", "mute")), None)


def dial(state: State) -> tuple[State, do.OpenLine]:
    """Open the next call beside the line, if there is one."""
    call = state.call + 1
    place: do.Place = "standin" if state.standin else "service"
    return replace(state, call=call, dialled=call), do.OpenLine(call, state.language, place)


def deaf_since(state: State, since_s: float) -> State:
    """What the candidate says may not arrive any more since then, if not since earlier."""
    if not state.hearing or state.lost_s is not None:
        return state
    return replace(state, lost_s=since_s)


def gone(state: State, now: float) -> State:
    """The line is no more; what is still to be heard of it is not."""
    return replace(deaf_since(state, now), line=0, talk=voice.hush(state.talk, now))


def out_of_service(
    state: State, fault: Fault, now: float, retry_after_s: float = 0.0
) -> tuple[State, float]:
    """Count an interview that a fault ended; with the second at which the next one may be tried."""
    rules = state.rules
    rest_until_s = now + max(retry_after_s, rules.rest_s)
    state = replace(state, misses=state.misses + 1, rest_until_s=rest_until_s)
    wait_s = recovery.recheck_s(rules, fault, state.misses, state.chance, retry_after_s)
    return state, now + wait_s


def resume(state: State) -> State:
    """Let the interviewer of a new call go on where the old one was lost."""
    plan = state.plan
    if not state.talk.greeted:
        return replace(state, talk=conversation.respond(state.talk, plan.greeting))
    words = plan.resume_answered if resuming.waits_for_reply(state.talk.turns) else plan.resume
    return replace(state, talk=conversation.respond(state.talk, words))


def _stay(state: State, _: Cause, __: float) -> Step:
    return state, ()


def _unchosen(state: State) -> State:
    """The booth in its first language."""
    return replace(state, choice=state.inviting[0])


def _idle(state: State, _: Cause, now: float) -> Step:
    if state.maintenance:
        return state, (Reserved(),)
    state = _unchosen(state).without(Deadline.INVITE)
    if len(state.inviting) > 1:
        state = state.at(Deadline.INVITE, now + state.rules.invite_s)
    prepare = (do.PrepareLine(state.language),) if len(state.plans) > 1 else ()
    return state, (*prepare, do.Note("ready for a candidate"))


def _out_of_service(state: State, _: Cause, __: float) -> Step:
    fault = worst(state)
    return _unchosen(state), (do.Note("out of service", fault.remedy.code),)


def _maintenance(state: State, _: Cause, __: float) -> Step:
    return _unchosen(state), (do.Note("in maintenance"),)


def _choosing(state: State, _: Cause, now: float) -> Step:
    if len(state.plans) == 1:
        return state, (Chosen(),)
    note = do.Note("a candidate pressed, asking for the language")
    return state.at(Deadline.CHOICE, now + state.rules.choice_s), (note,)


def _consenting(state: State, _: Cause, now: float) -> Step:
    if not state.asks_consent:
        return state, (Agreed(),)
    state = replace(state, press=press.spend(state.press))
    state = state.at(Deadline.CONSENT, now + state.rules.consent_s)
    return state, (do.PrepareLine(state.language), do.Note("asking for a yes"))


def _connecting(state: State, _: Cause, now: float) -> Step:
    state, call = dial(replace(state, talk=Talk()))
    state = state.at(Deadline.CONNECT, now + state.rules.connect_s)
    note = do.Note("a candidate said yes, calling the interviewer")
    return state, (note, do.OpenSound(), call)


def _conversing(state: State, cause: Cause, now: float) -> Step:
    if isinstance(cause, LineBack):
        return _revived(replace(state, dialled=0), now)
    state = replace(state, line=state.dialled, dialled=0, hears="well", away=None)
    trouble = state.trouble if state.standin else None
    state = replace(state, revived=False, in_doubt=False, trouble=trouble)
    if state.standin and state.stood_in_s is None:
        state = replace(state, stood_in_s=now)
    take = do.TakeLine(state.line)
    if state.talk.greeted:
        return _resuming(state, take, now)
    rules = state.rules
    if Deadline.WRAP_UP not in state.deadlines:
        state = state.at(Deadline.LAST_QUESTION, now + rules.limit_s)
        state = state.at(Deadline.WRAP_UP, now + rules.limit_s + rules.wrap_up_s)
    talk = resuming.carried_over(state.talk, now)
    state = replace(state, lost_s=None, talk=conversation.respond(talk, state.plan.greeting))
    return state, (take, do.PassVoice(), do.Note("line open, greeting"))


def _revived(state: State, now: float) -> Step:
    """Go on with the call that was dark; only what was said meanwhile is missing in it."""
    effects: tuple[do.Effect, ...] = (do.DropLine(), do.Note("the line is back by itself"))
    lost_s = state.lost_s
    state = replace(state, revived=True, in_doubt=True)
    if voice.is_unheard(state.talk) or voice.begins_unheard(state.talk):
        state, unsaid = unsay(state, now)
        effects = (*effects, *unsaid)
    if lost_s is None:
        return (state if state.revived else resume(state)), effects
    told_from_s = state.talk.told_from_s
    # Of what was being put back the rest is to follow; what was heard live after it is not.
    since_s = lost_s if state.hearing or told_from_s is None else min(lost_s, told_from_s)
    state, put_back = _put_back(replace(state, hearing=False), since_s, now)
    return state, (*effects, put_back)


def unsay(state: State, now: float) -> tuple[State, tuple[do.Effect, ...]]:
    """Stop an interviewer who spoke into the dark, and tell them what of it was heard.

    They do not know it, and are to say it again: this call goes on like a new one.
    """
    before = state.talk
    talk = replace(voice.hush(before, now), queue=(), asked=None, awaiting=False)
    state = replace(state, revived=False, in_doubt=False, talk=talk)
    told = do.AddItem("system", state.plan.heard_only + resuming.heard_last(talk))
    cancel = () if before.response is not None else (do.Say(do.CancelResponse()),)
    return state, (*cancel, *conversation.silence(before), do.Say(told))


def _put_back(state: State, since_s: float, now: float) -> tuple[State, do.PutBackSpeech]:
    """Tell the line what was said since then; it leaves out what it was told before."""
    before_s = state.talk.told_from_s
    told_from_s = since_s if before_s is None else min(before_s, since_s)
    state = replace(state, talk=replace(state.talk, told_from_s=told_from_s))
    state = state.at(Deadline.PUT_BACK, now + state.rules.put_back_s)
    return state, do.PutBackSpeech(since_s)


def _resuming(state: State, take: do.TakeLine, now: float) -> Step:
    """Tell the new call what was said, then what may still be on its way to the old one."""
    past = tuple(do.Say(item) for item in resuming.past(state.talk, state.plan, state.question))
    told = Deadline.LAST_QUESTION not in state.deadlines
    last = (do.Say(do.AddItem("system", state.plan.last_question)),) if told else ()
    back = do.Note("the stand-in goes on" if state.standin else "line is back")
    effects = (take, do.FlushVoice(), do.PassVoice(), back, *past, *last)
    before, lost_s = state.talk, state.lost_s
    talk = resuming.carried_over(state.talk, now)
    state = replace(state, hearing=False, talk=talk)
    if lost_s is None:
        return resume(state), effects
    state, put_back = _put_back(state, resuming.since_s(before, lost_s), now)
    return state, (*effects, put_back)


def _reconnecting(state: State, cause: Cause, now: float) -> Step:
    patience_s = state.rules.standin_s if state.standin else state.rules.line_patience_s
    ends = Deadline.STANDIN if state.may_stand_in else Deadline.REDIAL_LIMIT
    state = state.at(ends, now + patience_s)
    ready = (do.PrepareLine(state.language, "standin"),) if state.may_stand_in else ()
    if isinstance(cause, LineDark):
        state, call = dial(deaf_since(state, cause.since_s))
        note = do.Note("nothing is heard of the line, calling anew", Fault.LINE_LOST.remedy.code)
        return state, (call, note, *ready)
    assert isinstance(cause, LineLost)
    state = gone(state, now).at(Deadline.REDIAL, now + cause.wait_s)
    note = do.Note("line lost, calling again", cause.fault.remedy.code)
    return state, (do.CloseLine(), do.FlushVoice(), note, *ready)


def _wrapping_up(state: State, cause: Cause, now: float) -> Step:
    if isinstance(cause, Ended):
        ending, spoken = cause.ending, cause.spoken
    else:
        assert isinstance(cause, DeadlineReached)
        ending, spoken = ENDING_BEHIND[cause.deadline], False
    words = None if spoken else state.plan.closings[ending]
    state = replace(state, ending=ending, talk=conversation.conclude(state.talk, words))
    state = state.at(Deadline.HARD_END, now + state.rules.hard_end_s)
    return state, (do.Note(f"saying goodbye: {ending}"),)


def _farewell(state: State, cause: Cause, now: float) -> Step:
    failed = _failure(state, cause)
    faults = state.faults
    lasting = failed if isinstance(cause, DeadlineReached) and cause.deadline in LASTING else None
    if state.standin:
        lasting = state.trouble or Fault.LINE_LOST
    if lasting is not None and isinstance(cause, GaveUp):
        # The call that gave up has counted this interview, and said when the next may be tried.
        faults = {lasting: state.faults[cause.fault], **faults}
    elif lasting is not None:
        state, again_s = out_of_service(state, lasting, now)
        faults = {**faults, lasting: again_s}
    state = replace(state, failed=failed, faults=faults, line=0, dialled=0)
    state = state.at(Deadline.FAREWELL, now + state.rules.farewell_s)
    ending = state.ending or ("stopped" if isinstance(cause, Held) else "time")
    return state, (do.CloseLine(), do.CloseSound(), sum_up(state, "fault" if failed else ending))


def _failure(state: State, cause: Cause) -> Fault | None:
    """What ended the interview early; what ends its last words has not."""
    if isinstance(cause, GaveUp):
        return cause.fault if state.ending is None else None
    if not isinstance(cause, DeadlineReached):
        return None
    if cause.deadline is Deadline.SOUND:
        return sound_fault(state)
    known = state.trouble if cause.deadline in LASTING else None
    return known or FAULT_BEHIND.get(cause.deadline)


def sum_up(state: State, how: do.How) -> do.SumUp:
    """The end of the interview of `state`."""
    return do.SumUp(how, state.question, len(state.plan.questions), state.failed)


def _wiping(state: State, _: Cause, now: float) -> Step:
    clean = _forgotten(state).at(Deadline.WIPING, now + state.rules.wiping_s)
    return clean, (do.CloseLine(), do.CloseSound(), do.Wipe())


def _stopping(state: State, cause: Cause, now: float) -> Step:
    shown_s = state.rules.goodbye_s if state.cut_short else state.rules.curtain_s
    clean, effects = _wiping(state, cause, now)
    return clean.at(Deadline.GOODBYE, now + shown_s), effects


def _forgotten(state: State) -> State:
    """What is left when the candidate is gone."""
    return State(
        rules=state.rules,
        plans=state.plans,
        phase=state.phase,
        choice=state.choice,
        press=state.press,
        faults=state.faults,
        advice=state.advice,
        notices=state.notices,
        booted=state.booted,
        call=state.call,
        chance=state.chance,
        misses=state.misses,
        rest_until_s=state.rest_until_s,
        coming=state.coming,
        cut_short=state.cut_short,
        maintenance=state.maintenance,
    )


def _free(enter: Enter) -> Enter:
    """Enter a phase in which nobody is in the booth: a changed configuration is taken up first."""

    def enter_anew(state: State, cause: Cause, now: float) -> Step:
        coming = state.coming
        if coming is None:
            return enter(state, cause, now)
        press = replace(state.press, hold_s=coming.rules.hold_s)
        state = replace(state, rules=coming.rules, plans=coming.plans, press=press)
        state, entering = enter(replace(state, coming=None, choice=0), cause, now)
        return state, (do.TakeUp(), *entering)

    return enter_anew


ENTER: Mapping[Phase, Enter] = {
    Phase.BOOTING: _stay,
    Phase.OUT_OF_SERVICE: _free(_out_of_service),
    Phase.IDLE: _free(_idle),
    Phase.MAINTENANCE: _free(_maintenance),
    Phase.CHOOSING: _choosing,
    Phase.CONSENTING: _consenting,
    Phase.CONNECTING: _connecting,
    Phase.CONVERSING: _conversing,
    Phase.RECONNECTING: _reconnecting,
    Phase.WRAPPING_UP: _wrapping_up,
    Phase.FAREWELL: _farewell,
    Phase.WIPING: _wiping,
    Phase.STOPPING: _stopping,
}
