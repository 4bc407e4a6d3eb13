"""What is wrong with the booth: from faults that are told to what they mean for the next candidate.

What each fault is stands in `faults`.
"""

from dataclasses import replace

from kiosk.core import effects as do
from kiosk.core import events as on
from kiosk.core.faults import Fault
from kiosk.core.phases import Step, judge, sound_fault
from kiosk.core.snapshot import CALL_PHASES, Phase
from kiosk.core.state import Deadline, State

JUDGED = frozenset({Phase.IDLE, Phase.OUT_OF_SERVICE, Phase.CHOOSING, Phase.CONSENTING})
"""In these a fault, or its end, changes the phase at once."""


def fault_raised(state: State, event: on.FaultRaised, now: float) -> Step:
    """Remember what is wrong, or what staff should mend."""
    if event.fault.remedy.advice:
        return _advise(state, event.fault)
    return with_fault(state, event.fault, None, now)


def _advise(state: State, fault: Fault) -> Step:
    if fault in state.advice:
        return state, ()
    return replace(state, advice=state.advice | {fault}), (begun(fault),)


def with_fault(state: State, fault: Fault, until_s: float | None, now: float) -> Step:
    """Remember a fault until then, or until it is told to be over."""
    if fault in state.faults:
        lasting = until_s is None or state.faults[fault] is None
        return replace(state, faults={**state.faults, fault: None if lasting else until_s}), ()
    state = replace(state, faults={**state.faults, fault: until_s})
    note = begun(fault)
    if state.phase in JUDGED:
        return state, (note, judge(state))
    if state.phase in CALL_PHASES and sound_fault(state) and Deadline.SOUND not in state.deadlines:
        state = state.at(Deadline.SOUND, now + state.rules.sound_s)
    return state, (note,)


def fault_cleared(state: State, event: on.FaultCleared, _: float) -> Step:
    """Forget a fault, or an advice."""
    note = do.Note(f"over: {event.fault.remedy.what}", event.fault.remedy.code, over=True)
    if event.fault in state.advice:
        return replace(state, advice=state.advice - {event.fault}), (note,)
    if event.fault not in state.faults:
        return state, ()
    state = replace(state, faults={f: s for f, s in state.faults.items() if f != event.fault})
    if sound_fault(state) is None:
        state = state.without(Deadline.SOUND)
    return state, ((note, judge(state)) if state.phase in JUDGED else (note,))


def begun(fault: Fault) -> do.Note:
    """The note that a fault is there, with its remedy."""
    return do.Note(f"{fault.remedy.what} {fault.remedy.do}", fault.remedy.code)
