"""What the world tells in every phase alike: the button, faults, the line, and staff's wishes."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from kiosk.core import calling, health, press
from kiosk.core import effects as do
from kiosk.core import events as on
from kiosk.core.faults import Fault
from kiosk.core.happenings import Happening, Held, Pressed, Tapped
from kiosk.core.notices import news
from kiosk.core.phases import ENTER, Step, judge
from kiosk.core.press import Press
from kiosk.core.snapshot import FREE_PHASES
from kiosk.core.state import State

Action = Callable[[State, Any, float], Step]
"""What an event does before its phase is entered."""

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
            state, more = health.fault_raised(state, on.FaultRaised(Fault.BUTTON_STUCK), now)
        elif gesture == "freed":
            state, more = health.fault_cleared(state, on.FaultCleared(Fault.BUTTON_STUCK), now)
        outcomes = (*outcomes, *more)
    return state, outcomes


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
    on.FaultRaised: health.fault_raised,
    on.FaultCleared: health.fault_cleared,
    on.LineFailed: calling.line_failed,
    on.LineWatched: calling.line_watched,
    on.MaintenanceBegun: _maintenance,
    on.MaintenanceEnded: _maintenance,
    on.NoticesRead: _noticed,
    on.TimePassed: _time,
}
"""What each of these events does; all others are for the table."""
