"""What the core itself concludes from raw events."""

from dataclasses import dataclass

from kiosk.core.faults import Fault
from kiosk.core.plan import Ending
from kiosk.core.state import Deadline


@dataclass(frozen=True, slots=True)
class Pressed:
    """The candidate pressed the button: start, yes, next."""


@dataclass(frozen=True, slots=True)
class Tapped:
    """The candidate let go of the button before it was a hold: a yes where a hold means no."""


@dataclass(frozen=True, slots=True)
class Held:
    """The candidate held the button: stop, back, no."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """The language is settled."""


@dataclass(frozen=True, slots=True)
class Agreed:
    """There is nothing left to ask before the call."""


@dataclass(frozen=True, slots=True)
class Fit:
    """Nothing is wrong: a candidate may come."""


@dataclass(frozen=True, slots=True)
class Unfit:
    """Something a candidate needs is not there."""


@dataclass(frozen=True, slots=True)
class Reserved:
    """Staff want the booth, and it is free."""


@dataclass(frozen=True, slots=True)
class LineDark:
    """Nothing is heard of the service any more; the call may yet revive."""

    since_s: float


@dataclass(frozen=True, slots=True)
class LineBack:
    """The dark call hears the service again."""


@dataclass(frozen=True, slots=True)
class LineLost:
    """The call is gone; trying again may help."""

    fault: Fault
    wait_s: float = 0.0
    """How long to wait before that."""


@dataclass(frozen=True, slots=True)
class GaveUp:
    """The interview cannot go on."""

    fault: Fault


@dataclass(frozen=True, slots=True)
class Ended:
    """The interview is over but for the last words."""

    ending: Ending
    spoken: bool
    """The last words are already being said."""


@dataclass(frozen=True, slots=True)
class GoodbyeRead:
    """The candidate has read enough of the last words."""


@dataclass(frozen=True, slots=True)
class DeadlineReached:
    """A deadline is due."""

    deadline: Deadline


Happening = (
    Pressed
    | Tapped
    | Held
    | Chosen
    | Agreed
    | Fit
    | Unfit
    | Reserved
    | LineDark
    | LineBack
    | LineLost
    | GaveUp
    | Ended
    | GoodbyeRead
    | DeadlineReached
)
