"""The core: one event in, the new state and what to do about it out.

`step` is pure.  It is told the time, and `next_deadline` says when it wants to be called again.
Which phase follows which stands in `table`, what entering a phase asks for in `phases`; here
stands what each event does.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from kiosk.core import conversation, press, selftalk, voice
from kiosk.core import effects as do
from kiosk.core import events as on
from kiosk.core.conversation import CallFailed, Outcome, ToolCalled
from kiosk.core.faults import Fault
from kiosk.core.phases import CALL_PHASES, ENTER, Step, judge, redial_wait_s, sound_fault
from kiosk.core.plan import Plan
from kiosk.core.press import Press
from kiosk.core.snapshot import Phase
from kiosk.core.state import (
    Deadline,
    DeadlineReached,
    Ended,
    GaveUp,
    Happening,
    Held,
    LineLost,
    Pressed,
    Rules,
    State,
)
from kiosk.core.table import IGNORED, SERVICE, TABLE, Kind, kind, name
from kiosk.core.watch import TALKING, watch

Action = Callable[[State, Any, float], Step]
"""What an event does before its phase is entered."""

JUDGED = frozenset({Phase.IDLE, Phase.OUT_OF_SERVICE, Phase.CHOOSING})
"""In these a fault, or its end, changes the phase at once."""


class IllegalEventError(Exception):
    """The booth's own parts told the core something that cannot be; nothing has changed."""


def begin(rules: Rules, plans: Mapping[str, Plan]) -> State:
    """The state of a booth that has just been switched on."""
    if not plans:
        raise ValueError("a booth needs an interview in at least one language")
    return State(rules=rules, plans=plans, press=Press(hold_s=rules.hold_s))


def next_deadline(state: State) -> float | None:
    """When `TimePassed` is next worth telling, in monotonic seconds; None for not by itself."""
    times = [*state.deadlines.values(), *(at for at in state.faults.values() if at is not None)]
    pressing = press.due(state.press)
    if pressing is not None:
        times.append(pressing)
    return min(times, default=None)


def step(state: State, event: on.Event, now: float) -> tuple[State, tuple[do.Effect, ...]]:
    """The booth after `event` at `now`, and what to do about it, in order.

    Deadlines that are due come first.  Raises `IllegalEventError` for an event that cannot happen
    in this phase; the state given stays valid.
    """
    out: list[do.Effect] = []
    while (happening := _due(state, now)) is not None:
        state, effects = happening(state)
        state = _follow(state, effects, now, out)
    state, effects = _take(state, event, now)
    return _follow(state, effects, now, out), tuple(out)


# --- following one event to its end --------------------------------------------------------------


def _follow(
    state: State, outcomes: Iterable[do.Effect | Happening], now: float, out: list[do.Effect]
) -> State:
    """Collect the effects and apply the happenings among `outcomes`, and what follows from them."""
    waiting = list(outcomes)
    while True:
        while waiting:
            outcome = waiting.pop(0)
            if isinstance(outcome, Happening):
                state, more = _apply(state, outcome, now)
                waiting = [*more, *waiting]
            else:
                out.append(outcome)
        state, more = watch(state, now)
        if not more:
            return state
        waiting = list(more)


def _due(state: State, now: float) -> Callable[[State], Step] | None:
    """The earliest thing that is due, as a step; None when nothing is."""
    at = next_deadline(state)
    if at is None or at > now:
        return None
    for deadline, when_s in state.deadlines.items():
        if when_s == at:
            return lambda s: (s.without(deadline), (DeadlineReached(deadline),))
    for fault, until_s in state.faults.items():
        if until_s == at:
            return lambda s: _clear(s, on.FaultCleared(fault), now)
    return lambda s: _gestures(s, *press.elapse(s.press, now), now)


def _take(state: State, event: on.Event, now: float) -> Step:
    """Read one event of the world."""
    raw = _RAW.get(type(event))
    return raw(state, event, now) if raw else _apply(state, event, now)


def _apply(state: State, event: on.Event | Happening, now: float) -> Step:
    """Do what one event or happening means in this phase, and enter the phase it leads to."""
    row = kind(event)
    target = TABLE[state.phase].get(row)
    if target is None:
        if row in IGNORED[state.phase]:
            return state, ()
        raise IllegalEventError(f"'{name(row)}' cannot happen while {state.phase.value}")
    action: Action | None = _hear if row in SERVICE else _ACTIONS.get((state.phase, row))
    before = state.phase
    outcomes: tuple[do.Effect | Happening, ...] = ()
    if action is not None:
        state, outcomes = action(state, event, now)
    if target is before and row not in _ENTERS_AGAIN:
        return state, outcomes
    kept = {k: v for k, v in state.deadlines.items() if k in TABLE[target]}
    state = replace(state, phase=target, deadlines=kept)
    if isinstance(event, Pressed):
        state = replace(state, press=press.spend(state.press))
    state, entering = ENTER[target](state, event, now)
    return state, (*outcomes, *entering)


# --- raw events, the same in every phase ---------------------------------------------------------


def _button(state: State, event: on.ButtonChanged, now: float) -> Step:
    return _gestures(state, *press.edge(state.press, now, down=event.down), now)


def _gestures(
    state: State, pressed: Press, gestures: tuple[press.Gesture, ...], now: float
) -> Step:
    state = replace(state, press=pressed)
    outcomes: tuple[do.Effect | Happening, ...] = ()
    for gesture in gestures:
        more: tuple[do.Effect | Happening, ...] = ()
        if gesture == "pressed":
            more = (Pressed(),)
        elif gesture == "held":
            more = (Held(),)
        elif gesture == "stuck":
            state, more = _raise(state, on.FaultRaised(Fault.BUTTON_STUCK), now)
        elif gesture == "freed":
            state, more = _clear(state, on.FaultCleared(Fault.BUTTON_STUCK), now)
        outcomes = (*outcomes, *more)
    return state, outcomes


def _raise(state: State, event: on.FaultRaised, now: float) -> Step:
    if event.fault.remedy.advice:
        return _advise(state, event.fault)
    return _with_fault(state, event.fault, None, now)


def _advise(state: State, fault: Fault) -> Step:
    if fault in state.advice:
        return state, ()
    return replace(state, advice=state.advice | {fault}), (_begun(fault),)


def _with_fault(state: State, fault: Fault, until_s: float | None, now: float) -> Step:
    if fault in state.faults:
        lasting = until_s is None or state.faults[fault] is None
        return replace(state, faults={**state.faults, fault: None if lasting else until_s}), ()
    state = replace(state, faults={**state.faults, fault: until_s})
    note = _begun(fault)
    if state.phase in JUDGED:
        return state, (note, judge(state))
    if state.phase in CALL_PHASES and sound_fault(state) and Deadline.SOUND not in state.deadlines:
        state = state.at(Deadline.SOUND, now + state.rules.sound_s)
    return state, (note,)


def _clear(state: State, event: on.FaultCleared, _: float) -> Step:
    note = do.Note(f"over: {event.fault.remedy.what}", event.fault.remedy.code)
    if event.fault in state.advice:
        return replace(state, advice=state.advice - {event.fault}), (note,)
    if event.fault not in state.faults:
        return state, ()
    state = replace(state, faults={f: s for f, s in state.faults.items() if f != event.fault})
    if sound_fault(state) is None:
        state = state.without(Deadline.SOUND)
    return state, ((note, judge(state)) if state.phase in JUDGED else (note,))


def _begun(fault: Fault) -> do.Note:
    return do.Note(f"{fault.remedy.what} {fault.remedy.do}", fault.remedy.code)


def _line_failed(state: State, event: on.LineFailed, now: float) -> Step:
    if event.call != state.call:
        return state, ()
    return _call_failed(state, event.fault, now)


def _line_opened(state: State, event: on.LineOpened, now: float) -> Step:
    return _apply(state, event, now) if event.call == state.call else (state, ())


def _maintenance(state: State, event: on.MaintenanceBegun | on.MaintenanceEnded, _: float) -> Step:
    state = replace(state, maintenance=isinstance(event, on.MaintenanceBegun))
    free = state.phase in (Phase.IDLE, Phase.OUT_OF_SERVICE, Phase.MAINTENANCE)
    return state, ((judge(state),) if free else ())


def _time(state: State, _: on.TimePassed, __: float) -> Step:
    return state, ()


_RAW: Mapping[type[on.Event], Action] = {
    on.ButtonChanged: _button,
    on.FaultRaised: _raise,
    on.FaultCleared: _clear,
    on.LineFailed: _line_failed,
    on.LineOpened: _line_opened,
    on.MaintenanceBegun: _maintenance,
    on.MaintenanceEnded: _maintenance,
    on.TimePassed: _time,
}


# --- the conversation ----------------------------------------------------------------------------


def _hear(state: State, event: on.Event, now: float) -> Step:
    talk, outcomes = conversation.hear(state.talk, event, now)
    state = replace(state, talk=talk)
    if isinstance(event, on.SpeechStarted):
        state = replace(state, prompted=False)
    if talk.speaking:
        state = replace(state, nudged=False, redials=0)
    if isinstance(event, on.CandidateTextFinished) and selftalk.is_heard(talk.turns):
        state, held = _hold_back(state)
        outcomes = (*outcomes, *held)
    return _outcomes(state, outcomes, now)


def _hold_back(state: State) -> tuple[State, tuple[do.Effect, ...]]:
    """Give up interruptions for a booth that hears itself; it does so already where `ECHO` is."""
    if Fault.ECHO in state.advice:
        return state, ()
    return replace(state, advice=state.advice | {Fault.ECHO}), (_begun(Fault.ECHO), do.HoldBack())


def _outcomes(state: State, outcomes: tuple[Outcome, ...], now: float) -> Step:
    out: tuple[do.Effect | Happening, ...] = ()
    for outcome in outcomes:
        more: tuple[do.Effect | Happening, ...]
        if isinstance(outcome, ToolCalled):
            state, more = _tool(state, outcome)
        elif isinstance(outcome, CallFailed):
            state, more = _call_failed(state, outcome.fault, now)
        else:
            more = (outcome,)
        out = (*out, *more)
    return state, out


def _tool(state: State, called: ToolCalled) -> Step:
    call = called.call
    answer = do.Say(do.AnswerTool(call.call_id, state.plan.tool_output(call.name, call.arguments)))
    if call.name == "end_interview":
        return state, (answer, Ended("finished", spoken=called.spoke))
    if call.name == "next_question":
        number = state.plan.question_number(call.arguments)
        state = replace(state, question=number or state.question)
    if not called.spoke and not state.talk.queue:
        state = replace(state, talk=conversation.respond(state.talk))
    return state, (answer,)


def _call_failed(state: State, fault: Fault, now: float) -> Step:
    if fault.remedy.retry and state.redials < len(state.rules.redial_s):
        return state, (LineLost(fault),)
    state, noted = _with_fault(state, fault, now + state.rules.recheck_s, now)
    return state, (*noted, GaveUp(fault))


def _next_language(state: State, _: object, now: float) -> Step:
    state = replace(state, choice=(state.choice + 1) % len(state.plans))
    return state.at(Deadline.CHOICE, now + state.rules.choice_s), ()


def _still_here(state: State, _: object, __: float) -> Step:
    """A press says: I am here."""
    state = replace(state, prompted=False)
    return state.without(Deadline.SILENCE_PROMPT, Deadline.SILENCE_GOODBYE), ()


def _nudge(state: State, _: object, now: float) -> Step:
    """Ask once more for an answer that did not come; then the call is as good as lost."""
    if state.nudged:
        return _call_failed(state, Fault.LINE_LOST, now)
    cancel = (do.Say(do.CancelResponse()),) if state.talk.response is not None else ()
    talk = conversation.respond(conversation.give_up_response(state.talk, now))
    return replace(state, nudged=True, talk=talk), (*cancel, do.Note("asking again"))


def _hear_candidate(state: State, _: object, __: float) -> Step:
    return replace(state, hearing=True), (do.HearCandidate(),)


def _fall_silent(state: State, _: object, __: float) -> Step:
    return replace(state, talk=voice.fall_silent(state.talk)), ()


def _miss_voice(state: State, _: object, now: float) -> Step:
    return replace(state, talk=voice.miss(state.talk, now)), (do.Note("no voice came"),)


def _resume_voice(state: State, _: object, now: float) -> Step:
    talk, outcomes = conversation.resume_voice(state.talk)
    return _outcomes(replace(state, talk=talk), outcomes, now)


def _prompt(state: State, _: object, __: float) -> Step:
    talk = conversation.respond(state.talk, state.plan.silence_prompt)
    return replace(state, prompted=True, talk=talk), (do.Note("nobody answers, asking gently"),)


def _ring(state: State, _: object, now: float) -> Step:
    return state.at(Deadline.SILENCE_GOODBYE, now + state.rules.silence_ring_s), ()


def _last_question(state: State, _: object, __: float) -> Step:
    tell = do.Say(do.AddItem("system", state.plan.last_question))
    return state, (tell, do.Note("time for the last question"))


def _redial(state: State, _: object, __: float) -> Step:
    state = replace(state, call=state.call + 1, redials=state.redials + 1)
    return state, (do.OpenLine(state.call, state.language),)


def _redial_failed(state: State, _: object, now: float) -> Step:
    return state.at(Deadline.REDIAL, now + redial_wait_s(state)), ()


def _booted(state: State, _: object, __: float) -> Step:
    state = replace(state, booted=True)
    return state, (judge(state),)


def _wiped(state: State, _: object, __: float) -> Step:
    state = state.without(Deadline.WIPING)
    return state, ((do.Stop(),) if state.stopping else (judge(state),))


def _wiping_failed(state: State, _: object, __: float) -> Step:
    return state, (do.Note("wiping took too long"), do.Stop(restart=True))


def _stop(state: State, _: object, __: float) -> Step:
    return replace(state, stopping=True), (do.Note("asked to stop"),)


_ACTIONS: Mapping[tuple[Phase, Kind], Action] = {
    **{(phase, on.PlayoutReported): _hear for phase in TALKING},
    **{(phase, on.StopAsked): _stop for phase in Phase},
    **{
        (phase, deadline): action
        for phase in TALKING
        for deadline, action in (
            (Deadline.QUIET, _fall_silent),
            (Deadline.VOICE, _miss_voice),
            (Deadline.HUSH, _resume_voice),
        )
    },
    (Phase.BOOTING, on.Booted): _booted,
    (Phase.CHOOSING, Pressed): _next_language,
    (Phase.CONVERSING, Pressed): _still_here,
    (Phase.CONVERSING, Deadline.PROTECT): _hear_candidate,
    (Phase.CONVERSING, Deadline.ANSWER): _nudge,
    (Phase.CONVERSING, Deadline.SILENCE_PROMPT): _prompt,
    (Phase.CONVERSING, Deadline.SILENCE_RING): _ring,
    (Phase.CONVERSING, Deadline.LAST_QUESTION): _last_question,
    (Phase.RECONNECTING, Deadline.REDIAL): _redial,
    (Phase.RECONNECTING, LineLost): _redial_failed,
    (Phase.WIPING, on.Wiped): _wiped,
    (Phase.WIPING, Deadline.WIPING): _wiping_failed,
}

_ENTERS_AGAIN: frozenset[Kind] = frozenset({on.StopAsked})
"""Rows that enter their phase anew even where it stays the same."""
