"""Lower priority for work that can wait."""

import os
from contextlib import suppress


def step_back(niceness: int) -> None:
    """Give this thread, and what it starts, that niceness; where it has more it keeps it.

    Only root may go back to less, and work that runs at a wrong priority is still done.
    """
    with suppress(OSError):
        kept = os.getpriority(os.PRIO_PROCESS, 0)
        os.setpriority(os.PRIO_PROCESS, 0, max(niceness, kept))
