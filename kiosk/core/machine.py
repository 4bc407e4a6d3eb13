"""The core: one event in, the new state and what to do about it out.

`step` is pure.  It is told the time, and `next_deadline` says when it wants to be called again.
Which phase follows which stands in `table`, what each event does in `actions` and `raw`, and what
entering a phase asks for in `phases`; here one event is followed to its end.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from kiosk.core import effects as do
from kiosk.core import events as on
from kiosk.core import health, press, raw
from kiosk.core.actions import ACTIONS
from kiosk.core.happenings import DeadlineReached, Happening, Pressed
from kiosk.core.notices import old_s
from kiosk.core.phases import ENTER, Step
from kiosk.core.plan import Plan
from kiosk.core.press import Press
from kiosk.core.rules import Rules
from kiosk.core.state import State
from kiosk.core.table import IGNORED, TABLE, kind, name
from kiosk.core.watch import watch


class IllegalEventError(Exception):
    """The booth's own parts told the core something that cannot be; nothing has changed."""


def begin(rules: Rules, plans: Mapping[str, Plan], chance: int = 0) -> State:
    """The state of a booth that has just been switched on; `chance` is below 2**31."""
    if not plans:
        raise ValueError("a booth needs an interview in at least one language")
    return State(rules=rules, plans=plans, press=Press(hold_s=rules.hold_s), chance=chance)


def next_deadline(state: State) -> float | None:
    """When `TimePassed` is next worth telling, in monotonic seconds; None for not by itself."""
    times = [*state.deadlines.values(), *(at for at in state.faults.values() if at is not None)]
    times += [old_s(notice) for notice in state.notices]
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
            return lambda s: health.fault_cleared(s, on.FaultCleared(fault), now)
    if any(old_s(notice) == at for notice in state.notices):
        return lambda s: raw.forget_old_notices(s, now)
    return lambda s: raw.gestures(s, *press.elapse(s.press, now), now)


def _take(state: State, event: on.Event, now: float) -> Step:
    """Read one event of the world; what a call says that is over means nothing."""
    if isinstance(event, on.LineOpened) and event.call != state.dialled:
        return state, ()
    if isinstance(event, on.LineFailed) and event.call not in {state.dialled, state.line} - {0}:
        return state, ()
    alike = raw.RAW.get(type(event))
    return alike(state, event, now) if alike else _apply(state, event, now)


def _apply(state: State, event: on.Event | Happening, now: float) -> Step:
    """Do what one event or happening means in this phase, and enter the phase it leads to."""
    row = kind(event)
    target = TABLE[state.phase].get(row)
    if target is None:
        if row in IGNORED[state.phase]:
            return state, ()
        raise IllegalEventError(f"'{name(row)}' cannot happen while {state.phase.value}")
    action = ACTIONS.get((state.phase, row))
    before = state.phase
    outcomes: tuple[do.Effect | Happening, ...] = ()
    if action is not None:
        state, outcomes = action(state, event, now)
    if target is before:
        return state, outcomes
    kept = {k: v for k, v in state.deadlines.items() if k in TABLE[target]}
    state = replace(state, phase=target, deadlines=kept)
    if isinstance(event, Pressed):
        state = replace(state, press=press.spend(state.press))
    state, entering = ENTER[target](state, event, now)
    return state, (*outcomes, *entering)
