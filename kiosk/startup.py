"""How long a booth takes to start: each step's second since the process began, told in one line."""

import logging
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Literal

logger = logging.getLogger("kiosk.booth")

Step = Literal["code", "read", "first frame", "face", "line", "engine", "token", "up"]
"""The booth's own code is loaded; its files are read; words are on the screen; the face is drawn;
what calls need is loaded; the engine can hear and speak, or says why not; a token is there, or it
is known why not; systemd may hear that the booth is ready."""


class Startup:
    """Notes when each step was first reached; any thread may."""

    def __init__(self, watch: Callable[[str], None] | None = None) -> None:
        """`watch` is told each step as it is reached."""
        self._watch = watch
        self._offset_s = age_s() - time.monotonic()
        self.steps: dict[Step, float] = {}
        """Seconds from the start of the process."""

    def reach(self, step: Step) -> bool:
        """Note a step; only the first time counts.  Returns whether this is it."""
        if step in self.steps:
            return False
        self.steps[step] = time.monotonic() + self._offset_s
        if self._watch is not None:
            self._watch(step)
        return True

    def tell(self) -> None:
        """Write the line to the journal."""
        logger.info("%s", self.line)

    @property
    def line(self) -> str:
        """One sentence with all steps, in the order in which they were reached."""
        told = [f"{step} {second:.2f}" for step, second in self.steps.items()]
        return f"seconds since the start: {', '.join(told)}"


def age_s(stat: Path = Path("/proc/self/stat"), ticks_per_s: int = 0) -> float:
    """Return the seconds since this process began, to a hundredth; 0 where nobody says."""
    try:
        fields = stat.read_text("ascii").rpartition(")")[2].split()
        began_s = int(fields[19]) / (ticks_per_s or os.sysconf("SC_CLK_TCK"))
    except (OSError, ValueError, IndexError):
        return 0.0
    return max(0.0, time.clock_gettime(time.CLOCK_BOOTTIME) - began_s)
