"""What entering each phase asks for."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from kiosk.core import conversation, press
from kiosk.core import effects as do
from kiosk.core.faults import Fault
from kiosk.core.plan import Ending
from kiosk.core.snapshot import Phase
from kiosk.core.state import (
    Agreed,
    Chosen,
    Deadline,
    DeadlineReached,
    Ended,
    Fit,
    GaveUp,
    Happening,
    Held,
    LineLost,
    Reserved,
    State,
    Unfit,
)
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
"""What a candidate is told when a deadline ends the interview."""
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


def redial_wait_s(state: State) -> float:
    """How long to wait before the next try to open a lost line."""
    waits = state.rules.redial_s
    return waits[min(state.redials, len(waits) - 1)]


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
    state = replace(state, call=state.call + 1, talk=Talk())
    state = state.at(Deadline.CONNECT, now + state.rules.connect_s)
    return state, (
        do.Note("a candidate said yes, calling the interviewer"),
        do.OpenSound(),
        do.OpenLine(state.call, state.language),
    )


def _conversing(state: State, _: Cause, now: float) -> Step:
    rules = state.rules
    if state.redials:
        past = tuple(
            do.Say(do.AddItem("assistant" if turn.who == "interviewer" else "user", turn.heard))
            for turn in state.talk.turns
            if turn.heard
        )
        told = Deadline.LAST_QUESTION not in state.deadlines
        last = (do.Say(do.AddItem("system", state.plan.last_question)),) if told else ()
        resume = conversation.respond(state.talk, state.plan.resume)
        state = replace(state, hearing=True, talk=resume)
        back = do.Note("line is back")
        return state, (do.PassVoice(), do.HearCandidate(), back, *past, *last)
    state = state.at(Deadline.GREETING, now + rules.greeting_s)
    state = state.at(Deadline.LAST_QUESTION, now + rules.limit_s)
    state = state.at(Deadline.WRAP_UP, now + rules.limit_s + rules.wrap_up_s)
    greet = conversation.respond(state.talk, state.plan.greeting)
    return replace(state, talk=greet), (do.PassVoice(), do.Note("line open, greeting"))


def _reconnecting(state: State, cause: Cause, now: float) -> Step:
    fault = cause.fault if isinstance(cause, LineLost) else Fault.LINE_LOST
    wait_s = redial_wait_s(state)
    state = replace(state, call=state.call + 1, talk=conversation.lose_call(state.talk, now))
    state = state.at(Deadline.REDIAL_LIMIT, now + state.rules.redial_limit_s)
    state = state.at(Deadline.REDIAL, now + wait_s)
    note = do.Note("line lost, calling again", fault.remedy.code)
    return state, (do.CloseLine(), do.FlushVoice(), note)


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
    failed: Fault | None = None
    if isinstance(cause, GaveUp | LineLost):
        failed = cause.fault
    elif isinstance(cause, DeadlineReached):
        failed = FAULT_BEHIND.get(cause.deadline)
        if cause.deadline is Deadline.SOUND:
            failed = sound_fault(state)
    state = replace(state, failed=failed).at(Deadline.FAREWELL, now + state.rules.farewell_s)
    ending = state.ending or ("stopped" if isinstance(cause, Held) else "time")
    return state, (do.CloseLine(), do.CloseSound(), sum_up(state, "fault" if failed else ending))


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
