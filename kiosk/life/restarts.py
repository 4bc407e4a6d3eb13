"""How often a booth may end itself for a fresh process, and what is kept of that on disk (pure).

`RESTARTS` times for each cause since power-on; then the booth stays up and shows a code.  A stop by
a person forgets everything, and so does another boot.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Literal, get_args

from kiosk.life.heart import Part

RESTARTS = 3
MOST = 1_000_000
"""A number that no booth reaches: what is larger was not written by one."""


class End(Enum):
    """The causes that are no part standing still; the value says what happened."""

    FAILED = "a part of the booth failed"
    WORDLESS = "it ended without a word"
    """Crashed, was killed, or hung so that even the watch over it stood still."""


Cause = Part | End
CAUSES: Mapping[str, Cause] = {each.name.lower(): each for each in (*Part, *End)}
"""By the name on disk; the first that is used up is the one that is shown."""
Running = Literal["nothing", "booth", "code"]
"""What runs, as far as the disk knows: all of the booth, or only a code on the screen."""


@dataclass(frozen=True, slots=True)
class Record:
    """What is known of this boot."""

    boot: str
    """The kernel's name for it."""
    running: Running = "nothing"
    failures: Mapping[str, int] = field(default_factory=dict)
    """How often a booth ended itself, by the name of the cause."""

    @property
    def spent(self) -> Cause | None:
        """The cause for which there may be no further restart."""
        return next((CAUSES[each] for each in CAUSES if self.times(CAUSES[each]) >= RESTARTS), None)

    def times(self, cause: Cause) -> int:
        """How often it was the cause."""
        return self.failures.get(cause.name.lower(), 0)

    def failed(self, cause: Cause) -> "Record":
        """After the booth has ended, or is about to end, for this cause."""
        counted = {cause.name.lower(): min(self.times(cause) + 1, MOST)}
        return replace(self, running="nothing", failures={**self.failures, **counted})

    def begun(self, what: Running) -> "Record":
        """After a process has begun to be `what`."""
        return replace(self.settled(), running=what)

    def settled(self) -> "Record":
        """Once no process runs: one that is not known to have ended did so without a word."""
        return self if self.running == "nothing" else self.failed(End.WORDLESS)

    def ended(self) -> "Record":
        """After a process has ended in order, for a reason that uses nothing up."""
        return replace(self, running="nothing")


def parse(text: str, boot: str) -> Record:
    """Return what a file says of this boot; nothing where it is of another, or broken.

    `boot` is empty where the kernel does not tell.
    """
    fresh = Record(boot)
    try:
        told = json.loads(text)
    except (ValueError, RecursionError):
        return fresh
    if not boot or not isinstance(told, dict) or told.get("boot") != boot:
        return fresh
    running: Running | None = next((r for r in get_args(Running) if r == told.get("running")), None)
    failures = told.get("failures")
    if running is None or not isinstance(failures, dict):
        return fresh
    if not all(name in CAUSES and _is_count(times) for name, times in failures.items()):
        return fresh
    return Record(boot, running, failures)


def text_of(record: Record) -> str:
    """Return what `parse` reads."""
    told = {"boot": record.boot, "running": record.running, "failures": dict(record.failures)}
    return f"{json.dumps(told, indent=1)}\n"


def _is_count(times: object) -> bool:
    return isinstance(times, int) and not isinstance(times, bool) and 0 < times <= MOST
