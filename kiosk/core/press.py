"""From the edges of a bouncing button to what a person meant: press, hold, or a stuck line.

The first edge counts at once; the bounce after it is ignored, so no press is late.
"""

from dataclasses import dataclass, replace
from typing import Literal

BOUNCE_S = 0.03
"""Edges this soon after an accepted one are the contact bouncing."""
STUCK_DOWN_S = 30.0
"""Nobody holds a button this long."""
STORM_EDGES = 50
STORM_S = 5.0
"""So many edges in so short a time are a broken wire."""
FREE_S = 5.0
"""A stuck line is trusted again after it was up and quiet for this long."""

Gesture = Literal["pressed", "tapped", "held", "released", "stuck", "freed"]
"""`tapped` is a press that ended before it was a hold; any other end is `released`."""


@dataclass(frozen=True, slots=True)
class Press:
    """What is known about the button."""

    hold_s: float
    """How long a press becomes a hold."""
    down: bool = False
    changed_s: float = -BOUNCE_S
    """When the last accepted edge came."""
    edges_s: tuple[float, ...] = ()
    """When the accepted edges of the last `STORM_S` came."""
    armed: bool = False
    """The button is down and may still become a hold."""
    stuck: bool = False


def edge(press: Press, now: float, *, down: bool) -> tuple[Press, tuple[Gesture, ...]]:
    """Take one edge, or the level as read again.

    Returns the new state and what it meant; the same level again means nothing.
    """
    if down == press.down or now - press.changed_s < BOUNCE_S:
        return press, ()
    edges_s = (*(at for at in press.edges_s if at > now - STORM_S), now)[-STORM_EDGES:]
    press = replace(press, down=down, changed_s=now, edges_s=edges_s)
    if press.stuck:
        return press, ()
    if len(edges_s) == STORM_EDGES:
        return replace(press, stuck=True, armed=False), ("stuck",)
    if down:
        return replace(press, armed=True), ("pressed",)
    return replace(press, armed=False), ("tapped" if press.armed else "released",)


def spend(press: Press) -> Press:
    """Say that this press has done its work: going on to hold it means nothing more."""
    return replace(press, armed=False)


def due(press: Press) -> float | None:
    """When time alone would mean something, in the seconds given to `edge`; None for never."""
    if press.stuck:
        return None if press.down else press.changed_s + FREE_S
    if not press.down:
        return None
    return press.changed_s + (press.hold_s if press.armed else STUCK_DOWN_S)


def elapse(press: Press, now: float) -> tuple[Press, tuple[Gesture, ...]]:
    """Let time pass; returns the new state and what became true by it."""
    at = due(press)
    if at is None or now < at:
        return press, ()
    if press.stuck:
        return replace(press, stuck=False, edges_s=()), ("freed",)
    if press.armed:
        return replace(press, armed=False), ("held",)
    return replace(press, stuck=True), ("stuck",)
