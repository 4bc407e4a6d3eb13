"""How a fault is made, and what is told of it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from faulting.booth import Booth, Tell
from faulting.surroundings import World
from kiosk.core.faults import Fault as Known

Moment = Literal["start", "idle", "press", "timed", "question", "turn", "answer"]
"""Before the booth starts · while it waits · as it is pressed · some time after the call began, as
the service does it · while question two is heard · before it is answered · while it is answered."""
Act = Callable[[Booth], None]


def nothing(_: Booth) -> None:
    """Do nothing."""


@dataclass(frozen=True, slots=True)
class Fault:
    """How a fault is made, how it is taken away, and what has to become of it."""

    moment: Moment
    make: Act
    mend: Act | None = None
    """None where it is over as soon as it was made."""
    tells: tuple[Known, ...] = field(kw_only=True)
    """What the booth has to show of it, each of these and nothing else; empty where nothing is."""
    lasts_s: float | None = None
    """None: until it was noticed."""
    world: World = field(default_factory=World)
    signs: Callable[[Tell], bool] | None = None
    """How it is noticed where the booth is not troubled."""
    line: bool = False
    """The line suffers by it: else a slow one is the fault of a busy machine."""
    survives: bool = True
    """False where the process has to end by it and is started again, as systemd does."""
    harmless: bool = False
    """Interviews go on all the while, so nothing has to recover."""
    ends: bool = False
    """The interview is over by it, so only the next one counts."""
    hidden: bool = False
    """Nobody is to notice anything."""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """What became of one fault; null is what does not apply."""

    name: str
    noticed_ms: int | None
    candidate_saw: str | None
    code: str | None
    recovered_ms: int | None
    turns_lost: int
    process_survived: bool
    line_up_ms: int | None = None
    """From the moment it was taken away until a call was well again."""
    went_on_with: str | None = None
    """The first question that the interviewer asked afterwards."""
    answer_kept: bool | None = None
    """Whether the answer into which it fell was understood."""
    note: str = ""
