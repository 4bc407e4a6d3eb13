"""What the sound engine tells, as the core is to hear it: events, faults that come and go."""

import asyncio
import logging
from collections.abc import Callable

from kiosk.audio.port import Clock, Lips, SoundAdvised, SoundReady, SoundReport
from kiosk.core import events as on
from kiosk.core.faults import Fault

logger = logging.getLogger("kiosk.booth")


class SoundNews:
    """Takes every report of one engine link."""

    def __init__(
        self, tell: Callable[[on.Event], None], levels: Callable[[Clock | Lips], None]
    ) -> None:
        """`levels` gets what moves with the sound, `tell` what the core is to know."""
        self._tell = tell
        self._levels = levels
        self._advice: frozenset[Fault] = frozenset()
        self.faults: set[Fault] = set()
        """What keeps the engine from hearing or speaking now."""
        self.known = asyncio.Event()
        """Set once the engine has said whether it can hear and speak."""

    def take(self, report: SoundReport) -> None:
        """Pass one report on."""
        match report:
            case Lips():
                self._levels(report)
            case Clock():
                self._levels(report)
                self._tell(_playout(report))
            case SoundAdvised(advice):
                self._take_advice(advice)
            case SoundReady():
                faults, self.faults = self.faults, set()
                for fault in faults:
                    self._tell(on.FaultCleared(fault))
                self.known.set()
            case _:
                logger.warning("sound: %s", report.why)
                self.faults.add(report.fault)
                self._tell(on.FaultRaised(report.fault))
                self.known.set()

    def _take_advice(self, advice: frozenset[Fault]) -> None:
        before, self._advice = self._advice, advice
        for fault in sorted(before - advice, key=list(Fault).index):
            self._tell(on.FaultCleared(fault))
        for fault in sorted(advice - before, key=list(Fault).index):
            self._tell(on.FaultRaised(fault))


def _playout(clock: Clock) -> on.PlayoutReported:
    return on.PlayoutReported(clock.played_ms, clock.queued_ms, clock.audible, clock.rhythm)
