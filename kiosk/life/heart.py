"""Whether a booth is alive: every part that must go on tells its turns (pure).

Which part may stand still for how long is decided here, and nowhere else.
"""

from collections.abc import Mapping
from enum import Enum
from types import MappingProxyType

PARTS_OF_WATCHDOG = 3
"""The service manager hears from a living booth so often in its watchdog's time."""
LONGEST_LOOK_S = 2.0
"""Time that nobody looked on counts no more than this: the whole process stood still, and with it
everybody who could have told a turn."""
STARTING_S = 60.0
"""How long any part may stand still while the booth starts: on a slow card, and nothing of it read
before."""


class Part(Enum):
    """What must go on, the first that is asked about first; its value says what is wrong."""

    LOOP = "the event loop stood still"
    WINDOW = "the window stood still"
    ENGINE = "no sound engine would stay"
    MICROPHONE = "the microphone fell silent in an interview"


PATIENCE: Mapping[Part, float] = MappingProxyType(
    {Part.LOOP: 1 / 2, Part.WINDOW: 1 / 2, Part.ENGINE: 3 / 4, Part.MICROPHONE: 3 / 4}
)
"""How long each may stand still, as a share of the watchdog's time.  What tells its turns on the
event loop is given longer than the loop, which is then named instead."""


class _Turns:
    """What is known of one part."""

    __slots__ = ("seen", "still_s", "told")

    def __init__(self) -> None:
        self.told = 0
        """Turns, counted by the part's own thread."""
        self.seen = 0
        """How many of them were seen."""
        self.still_s = 0.0
        """How long there has been no other."""


class Heart:
    """Counts turns; parts that never began are not waited for."""

    def __init__(self, watchdog_s: float, now_s: float) -> None:
        """`watchdog_s` is how long the service manager waits for a sign of life."""
        self._watchdog_s = watchdog_s
        self._looked_s = now_s
        self._turns = {part: _Turns() for part in Part}
        self._begun: frozenset[Part] = frozenset()

    def begin(self, part: Part) -> None:
        """Expect turns of a part from here on."""
        self._begun |= {part}

    def beat(self, part: Part) -> None:
        """Take one turn of a part, or that it has nothing to do; cheap, from its own thread."""
        self._turns[part].told += 1

    def look(self, now_s: float, *, starting: bool) -> Part | None:
        """Return the part that has stood still for too long, None while all is well."""
        passed_s = min(now_s - self._looked_s, LONGEST_LOOK_S)
        self._looked_s = now_s
        for part in Part:
            patience_s = STARTING_S if starting else PATIENCE[part] * self._watchdog_s
            if self._still_s(part, passed_s) > patience_s:
                return part
        return None

    def _still_s(self, part: Part, passed_s: float) -> float:
        turns = self._turns[part]
        if turns.told != turns.seen:
            turns.seen, turns.still_s = turns.told, 0.0
        elif part in self._begun:
            turns.still_s += passed_s
        return turns.still_s
