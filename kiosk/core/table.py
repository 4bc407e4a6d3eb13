"""Every transition of the booth, as data: this file decides which phase follows which.

`TABLE[phase][kind]` is the phase after an event of that kind (the same phase where it is handled
without leaving).  `IGNORED[phase]` lists what the world may say there without meaning anything.
Any other pair is a mistake of the booth itself.  The diagram in `docs/phases.md` is made from here.
"""

from collections.abc import Mapping
from typing import get_args

from kiosk.core import events as on
from kiosk.core.happenings import (
    Agreed,
    Chosen,
    DeadlineReached,
    Ended,
    Fit,
    GaveUp,
    GoodbyeRead,
    Happening,
    Held,
    LineBack,
    LineDark,
    LineLost,
    Pressed,
    Reserved,
    Tapped,
    Unfit,
)
from kiosk.core.snapshot import Phase
from kiosk.core.state import Deadline

Kind = type[on.Event] | type[Happening] | Deadline
"""A row of the table: a type of event, or the deadline that was reached."""

SERVICE: frozenset[Kind] = frozenset(get_args(on.ServiceEvent))
"""What the service says; it moves the conversation, never the phase."""
FROM_THE_WORLD: frozenset[Kind] = SERVICE | {
    on.PlayoutReported,
    on.LineOpened,
    on.SpeechPutBack,
    on.StopAsked,
    LineDark,
    LineBack,
    LineLost,
    GaveUp,
    Pressed,
    Tapped,
    Held,
}
"""What may come at any moment; every phase must have an answer to each."""

_READY: Mapping[Kind, Phase] = {
    Fit: Phase.IDLE,
    Unfit: Phase.OUT_OF_SERVICE,
    Reserved: Phase.MAINTENANCE,
}


def _heard(phase: Phase) -> Mapping[Kind, Phase]:
    return dict.fromkeys(SERVICE | {on.PlayoutReported}, phase)


TABLE: Mapping[Phase, Mapping[Kind, Phase]] = {
    Phase.BOOTING: {
        **_READY,
        on.Booted: Phase.BOOTING,
        on.StopAsked: Phase.STOPPING,
    },
    Phase.OUT_OF_SERVICE: {
        **_READY,
        Pressed: Phase.OUT_OF_SERVICE,
        on.StopAsked: Phase.STOPPING,
    },
    Phase.IDLE: {
        **_READY,
        Pressed: Phase.CHOOSING,
        Deadline.INVITE: Phase.IDLE,
        on.StopAsked: Phase.STOPPING,
    },
    Phase.MAINTENANCE: {
        **_READY,
        on.StopAsked: Phase.STOPPING,
    },
    Phase.CHOOSING: {
        Chosen: Phase.CONSENTING,
        Deadline.CHOICE: Phase.CONSENTING,
        Pressed: Phase.CHOOSING,
        Held: Phase.IDLE,
        Unfit: Phase.OUT_OF_SERVICE,
        Reserved: Phase.MAINTENANCE,
        on.StopAsked: Phase.STOPPING,
    },
    Phase.CONSENTING: {
        Agreed: Phase.CONNECTING,
        Pressed: Phase.CONSENTING,
        Tapped: Phase.CONNECTING,
        Held: Phase.IDLE,
        Deadline.CONSENT: Phase.IDLE,
        Unfit: Phase.OUT_OF_SERVICE,
        Reserved: Phase.MAINTENANCE,
        on.StopAsked: Phase.STOPPING,
    },
    Phase.CONNECTING: {
        on.LineOpened: Phase.CONVERSING,
        LineLost: Phase.CONNECTING,
        GaveUp: Phase.FAREWELL,
        Deadline.REDIAL: Phase.CONNECTING,
        Deadline.CONNECT: Phase.FAREWELL,
        Deadline.SOUND: Phase.FAREWELL,
        Held: Phase.WIPING,
        on.StopAsked: Phase.STOPPING,
    },
    Phase.CONVERSING: {
        **_heard(Phase.CONVERSING),
        Pressed: Phase.CONVERSING,
        on.SpeechPutBack: Phase.CONVERSING,
        Held: Phase.FAREWELL,
        LineDark: Phase.RECONNECTING,
        LineLost: Phase.RECONNECTING,
        GaveUp: Phase.FAREWELL,
        Ended: Phase.WRAPPING_UP,
        Deadline.PUT_BACK: Phase.CONVERSING,
        Deadline.GREETING: Phase.FAREWELL,
        Deadline.PROTECT: Phase.CONVERSING,
        Deadline.ANSWER: Phase.CONVERSING,
        Deadline.QUIET: Phase.CONVERSING,
        Deadline.VOICE: Phase.CONVERSING,
        Deadline.HUSH: Phase.CONVERSING,
        Deadline.SILENCE_PROMPT: Phase.CONVERSING,
        Deadline.SILENCE_RING: Phase.CONVERSING,
        Deadline.SILENCE_GOODBYE: Phase.WRAPPING_UP,
        Deadline.LAST_QUESTION: Phase.CONVERSING,
        Deadline.WRAP_UP: Phase.WRAPPING_UP,
        Deadline.ENDLESS_VOICE: Phase.CONVERSING,
        Deadline.ENDLESS_TURN: Phase.CONVERSING,
        Deadline.SOUND: Phase.FAREWELL,
        on.StopAsked: Phase.STOPPING,
    },
    Phase.RECONNECTING: {
        on.PlayoutReported: Phase.RECONNECTING,
        on.LineOpened: Phase.CONVERSING,
        on.SpeechPutBack: Phase.RECONNECTING,
        LineBack: Phase.CONVERSING,
        LineLost: Phase.RECONNECTING,
        GaveUp: Phase.FAREWELL,
        Held: Phase.FAREWELL,
        Deadline.REDIAL: Phase.RECONNECTING,
        Deadline.REDIAL_LIMIT: Phase.FAREWELL,
        Deadline.STANDIN: Phase.RECONNECTING,
        Deadline.LAST_QUESTION: Phase.RECONNECTING,
        Deadline.WRAP_UP: Phase.FAREWELL,
        Deadline.SOUND: Phase.FAREWELL,
        on.StopAsked: Phase.STOPPING,
    },
    Phase.WRAPPING_UP: {
        **_heard(Phase.WRAPPING_UP),
        on.SpeechPutBack: Phase.WRAPPING_UP,
        GoodbyeRead: Phase.FAREWELL,
        Pressed: Phase.WRAPPING_UP,
        Ended: Phase.WRAPPING_UP,
        Held: Phase.FAREWELL,
        LineLost: Phase.FAREWELL,
        GaveUp: Phase.FAREWELL,
        Deadline.ANSWER: Phase.FAREWELL,
        Deadline.QUIET: Phase.WRAPPING_UP,
        Deadline.VOICE: Phase.WRAPPING_UP,
        Deadline.HUSH: Phase.WRAPPING_UP,
        Deadline.READ: Phase.FAREWELL,
        Deadline.HARD_END: Phase.FAREWELL,
        Deadline.SOUND: Phase.FAREWELL,
        on.StopAsked: Phase.STOPPING,
    },
    Phase.FAREWELL: {
        Pressed: Phase.WIPING,
        Held: Phase.WIPING,
        Deadline.FAREWELL: Phase.WIPING,
        on.StopAsked: Phase.STOPPING,
    },
    Phase.WIPING: {
        **_READY,
        on.Wiped: Phase.WIPING,
        Deadline.WIPING: Phase.WIPING,
        on.StopAsked: Phase.STOPPING,
    },
    Phase.STOPPING: {
        on.Wiped: Phase.STOPPING,
        Deadline.WIPING: Phase.STOPPING,
        Deadline.GOODBYE: Phase.STOPPING,
    },
}

_UNHEARD: frozenset[Kind] = SERVICE | {on.PlayoutReported}
"""What belongs to no call that is open."""
_NEWS: frozenset[Kind] = frozenset({on.SpeechPutBack, LineDark, LineBack})
"""What is told of a line that is open."""
_LATE: frozenset[Kind] = _UNHEARD | _NEWS | {on.LineOpened, LineLost, GaveUp}
"""What a call that was given up may still say."""
_GESTURES: frozenset[Kind] = frozenset({Pressed, Tapped, Held})

IGNORED: Mapping[Phase, frozenset[Kind]] = {
    Phase.BOOTING: _LATE | _GESTURES,
    Phase.OUT_OF_SERVICE: _LATE | {Tapped, Held},
    Phase.IDLE: _LATE | {Tapped, Held},
    Phase.MAINTENANCE: _LATE | _GESTURES,
    Phase.CHOOSING: _LATE | {Tapped},
    Phase.CONSENTING: _LATE,
    Phase.CONNECTING: _UNHEARD | _NEWS | {Pressed, Tapped},
    Phase.CONVERSING: frozenset({on.LineOpened, LineBack, Tapped}),
    Phase.RECONNECTING: SERVICE | {LineDark, Pressed, Tapped},
    Phase.WRAPPING_UP: frozenset({on.LineOpened, LineDark, LineBack, Tapped}),
    Phase.FAREWELL: _LATE | {Tapped},
    Phase.WIPING: _LATE | _GESTURES,
    Phase.STOPPING: _LATE | _GESTURES | {on.StopAsked},
}


def kind(event: on.Event | Happening) -> Kind:
    """The row of the table an event belongs to."""
    return event.deadline if isinstance(event, DeadlineReached) else type(event)


def name(row: Kind) -> str:
    """What a row is called in diagrams and messages."""
    return row.value if isinstance(row, Deadline) else row.__name__
