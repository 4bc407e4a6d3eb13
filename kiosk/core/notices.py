"""What a unit of staff's had to say at its end, for the screens that staff look at."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

Level = Literal["pass", "warn", "fail"]
SAID: Mapping[Level, str] = {"pass": "", "warn": " warns", "fail": " failed"}
"""Words, as not everybody tells colours apart."""
SHOWN_S = 600.0
"""How long a notice is news."""


@dataclass(frozen=True, slots=True)
class Notice:
    """One result; a later one of the same name replaces it."""

    name: str
    """Whose it is, such as `doctor`: a small word, shown before the text."""
    level: Level
    text: str
    """One line for staff, in English."""
    at_s: float
    """Monotonic seconds of this boot, the clock of the core, at which it was posted.

    It goes on through changes of the date, which a booth without a clock of its own has at each
    start.
    """

    @property
    def told(self) -> str:
        """What staff read."""
        return f"{self.name}{SAID[self.level]}: {self.text}"


def old_s(notice: Notice) -> float:
    """When a notice is no news any more, by the same clock."""
    return notice.at_s + SHOWN_S


def news(notices: Iterable[Notice], now: float) -> tuple[Notice, ...]:
    """What is still to be shown, the newest first."""
    fresh = (each for each in notices if now < old_s(each))
    return tuple(sorted(fresh, key=lambda each: (-each.at_s, each.name)))
