"""`python -m tests.rigs.drawing_screen`: the booth's window in a conversation that never ends.

Its mouth moves in every frame and its subtitle grows, at the highest rate that a booth may set.
"""

import dataclasses
import math
import time

from kiosk.core.snapshot import Caption, Snapshot
from kiosk.interview.words import Facts
from kiosk.screen.gallery import LONG_QUESTION, states
from kiosk.screen.meters import Meters
from kiosk.screen.window import Window
from kiosk.settings import ScreenSettings

FPS = 60
CHARACTERS_PER_S = 15
"""Somewhat faster than a voice."""


class _Moving(Meters):
    """A voice that is always speaking."""

    def move(self, now_s: float) -> None:
        """Set both levels for now."""
        self.played_dbfs = -25 + 20 * math.sin(23 * now_s)
        self.heard_dbfs = -50 + 10 * math.sin(17 * now_s)


def main() -> None:
    """Draw until killed."""
    meters = _Moving()
    speaking = states()["speaking"]

    def snapshot() -> Snapshot:
        now_s = time.monotonic()
        meters.move(now_s)
        shown = int(now_s * CHARACTERS_PER_S) % (len(LONG_QUESTION) + 1)
        return dataclasses.replace(speaking, caption=Caption("long", LONG_QUESTION, shown))

    window = Window(
        ScreenSettings(driver="offscreen", fps=FPS),
        booth_name="",
        facts=Facts(10, 5),
        snapshot=snapshot,
        meters=meters,
        on_button=lambda _: None,
        on_quit=lambda: None,
        key="space",
        quit_on_escape=False,
    )
    window.open()
    window.run()


if __name__ == "__main__":
    main()
