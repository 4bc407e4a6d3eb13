"""What the doctor finds."""

from dataclasses import dataclass
from typing import Literal

Level = Literal["pass", "skip", "warn", "fail"]
"""As it should be · not looked at · could be better · interviews suffer, or there are none."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    level: Level
    what: str
    """How it is: one sentence."""
    do: str = ""
    """What to do about it: one sentence; empty where nothing is to be done."""
    code: str = ""
    """The staff code that a booth shows for it, where there is one."""
