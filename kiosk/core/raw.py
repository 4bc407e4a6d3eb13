"""What the world tells in every phase alike: the button, faults, the line, and staff's wishes."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from kiosk.core import effects as do
from kiosk.core import events as on
from kiosk.core import press
from kiosk.core.faults import Fault
from kiosk.core.notices import news
from kiosk.core.phases import ENTER, Step, judge, sound_fault
from kiosk.core.press import Press
from kiosk.core.snapshot import CALL_PHASES, FREE_PHASES, Phase
from kiosk.core.state import Deadline, GaveUp, Happening, Held, LineLost, Pressed, State, Tapped

Action = Callable[[State, Any, float], Step]
"""What an event does before its phase is entered."""

JUDGED = frozenset({Phase.IDLE, Phase.OUT_OF_SERVICE, Phase.CHOOSING, Phase.CONSENTING})
"""In these a fault, or its end, changes the phase at once."""
MEANING: Mapping[press.Gesture, Happening] = {
    "pressed": Pressed(),
    "tapped": Tapped(),
    "held": Held(),
}
"""What a gesture is to the table."""


def _button(state: State, event: on.ButtonChanged, now: float) -> Step:
    return gestures(state, *press.edge(state.press, now, down=event.down), now)


def gestures(state: State, pressed: Press, made: tuple[press.Gesture, ...], now: float) -> Step:
    """Take what was made out of the button's edges."""
    state = replace(state, press=pressed)
    outcomes: tuple[do.Effect | Happening, ...] = ()
    for gesture in made:
        more: tuple[do.Effect | Happening, ...] = ()
        if gesture in MEANING:
            more = (MEANING[gesture],)
        elif gesture == "stuck":
            state, more = _raise(state, on.FaultRaised(Fault.BUTTON_STUCK), now)
        elif gesture == "freed":
            state, more = clear(state, on.FaultCleared(Fault.BUTTON_STUCK), now)
        outcomes = (*outcomes, *more)
    return state, outcomes


def _raise(state: State, event: on.FaultRaised, now: float) -> Step:
    if event.fault.remedy.advice:
        return _advise(state, event.fault)
    return _with_fault(state, event.fault, None, now)


def _advise(state: State, fault: Fault) -> Step:
    if fault in state.advice:
        return state, ()
    return replace(state, advice=state.advice | {fault}), (begun(fault),)


def _with_fault(state: State, fault: Fault, until_s: float | None, now: float) -> Step:
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


def clear(state: State, event: on.FaultCleared, _: float) -> Step:
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


def call_failed(state: State, fault: Fault, now: float) -> Step:
    """Take the end of a call by a fault: it is dialled again where that may help."""
    if fault.remedy.retry and state.redials < len(state.rules.redial_s):
        return state, (LineLost(fault),)
    state, noted = _with_fault(state, fault, now + state.rules.recheck_s, now)
    return state, (*noted, GaveUp(fault))


def _line_failed(state: State, event: on.LineFailed, now: float) -> Step:
    return call_failed(state, event.fault, now)


def _maintenance(state: State, event: on.MaintenanceBegun | on.MaintenanceEnded, _: float) -> Step:
    state = replace(state, maintenance=isinstance(event, on.MaintenanceBegun))
    return state, ((judge(state),) if state.phase in FREE_PHASES else ())


def _noticed(state: State, event: on.NoticesRead, now: float) -> Step:
    return replace(state, notices=news(event.notices, now)), ()


def forget_old_notices(state: State, now: float) -> Step:
    """Keep of the notices what is still news."""
    return replace(state, notices=news(state.notices, now)), ()


def _configured(state: State, event: on.ConfigurationRead, now: float) -> Step:
    state = replace(state, coming=event.setup)
    return ENTER[state.phase](state, event, now) if state.phase in FREE_PHASES else (state, ())


def _time(state: State, _: on.TimePassed, __: float) -> Step:
    return state, ()


RAW: Mapping[type[on.Event], Action] = {
    on.ButtonChanged: _button,
    on.ConfigurationRead: _configured,
    on.FaultRaised: _raise,
    on.FaultCleared: clear,
    on.LineFailed: _line_failed,
    on.MaintenanceBegun: _maintenance,
    on.MaintenanceEnded: _maintenance,
    on.NoticesRead: _noticed,
    on.TimePassed: _time,
}
"""What each of these events does; all others are for the table."""
