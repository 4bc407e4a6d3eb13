"""What the daemon is told of the engine: at once what changes, and the clock at its own pace."""

from collections.abc import Callable

from kiosk.audio.port import Clock, SoundAdvised, SoundFailed, SoundReady, SoundReport
from kiosk.core.faults import Fault

CLOCK_S = 0.05
"""How often the clock is told without a change."""


class Teller:
    """Remembers what was told."""

    def __init__(self, tell: Callable[[SoundReport], bool], advice: frozenset[Fault]) -> None:
        """`tell` says whether it could; `advice` is known to the daemon."""
        self._tell = tell
        self._failures: frozenset[SoundFailed] = frozenset()
        self._advice = advice
        self._changing: object = None
        """What a clock is told at once for, as it was last told."""
        self._next_clock_s = 0.0

    def failures(self, now: frozenset[SoundFailed]) -> None:
        """Tell of what is new, and once when all is over."""
        told = frozenset(each for each in now if each in self._failures or self._tell(each))
        if now or not self._failures or self._tell(SoundReady()):
            self._failures = told

    def ready(self) -> None:
        """Say so unless something fails."""
        if not self._failures:
            self._tell(SoundReady())

    def advice(self, now: frozenset[Fault]) -> None:
        """Tell of another advice than last time."""
        if now != self._advice and self._tell(SoundAdvised(now)):
            self._advice = now

    def clock(self, clock: Clock) -> None:
        """Tell it if it is time, or something changed that cannot wait."""
        changing = (
            clock.audible,
            clock.queued_ms == 0,
            clock.microphone_gated,
            clock.rhythm.pausing,
        )
        if clock.at_s < self._next_clock_s and changing == self._changing:
            return
        self._changing = changing
        self._next_clock_s = clock.at_s + CLOCK_S
        self._tell(clock)

    def hurry(self) -> None:
        """Let the next clock not wait."""
        self._changing = None
