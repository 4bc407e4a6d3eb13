"""Tells the heart the turns of all that lives on the event loop."""

import asyncio
from collections.abc import Callable, Mapping

from kiosk.life.heart import Heart, Part

TURN_S = 0.5


class Pulses:
    """A timer that is the loop's own sign of life, and asks the other parts for theirs."""

    def __init__(self, heart: Heart, moved: Mapping[Part, Callable[[], bool]]) -> None:
        """`moved` tells of each part whether it has moved since it was last asked, or need not."""
        self._heart = heart
        self._moved = moved
        self._next: asyncio.TimerHandle | None = None

    def start(self) -> None:
        """Begin, on the running loop."""
        for part in self._moved:
            self._heart.begin(part)
        self._turn(asyncio.get_running_loop())

    def stop(self) -> None:
        """Tell nothing more."""
        if self._next is not None:
            self._next.cancel()

    def _turn(self, loop: asyncio.AbstractEventLoop) -> None:
        self._next = loop.call_later(TURN_S, self._turn, loop)
        self._heart.beat(Part.LOOP)
        for part, moved in self._moved.items():
            if moved():
                self._heart.beat(part)
