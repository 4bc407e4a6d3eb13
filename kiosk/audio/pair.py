"""The engine's two devices, opened, closed and mended together."""

import math
import time
from collections.abc import Callable

from kiosk.audio.backends import Hear, Pull, choose
from kiosk.audio.direction import Direction, Failure
from kiosk.audio.mending import Mending
from kiosk.audio.pcm import Pcm, silence
from kiosk.core.faults import Fault
from kiosk.settings import AudioSettings

REVIVE_S = 5.0
"""How often a microphone of zeros is opened anew: a sound server may have put another under it."""


class DevicePair:
    """Microphone and loudspeaker.

    Everything here may take as long as a driver does; `before_driver` is called just before.
    """

    def __init__(self, settings: AudioSettings, before_driver: Callable[[], None]) -> None:
        source, sink = choose(settings)
        self._before_driver = before_driver
        self._pull: Pull = _nothing_to_play
        self._hear: Hear = _nobody_listens
        self._input = Direction(
            source,
            lambda: source.check_input(settings.input),
            lambda: source.open_input(settings.input, self._hear),
            Fault.MIC_MISSING,
        )
        self._output = Direction(
            sink,
            lambda: sink.check_output(settings.output),
            lambda: sink.open_output(settings.output, self._pull),
            Fault.SPEAKER_MISSING,
        )
        self._both = (self._input, self._output)
        self._open = False
        self._mending = Mending()
        self._next_revival_s = -math.inf

    @property
    def captures(self) -> bool:
        """The microphone is a real one."""
        return self._input.backend.real

    @property
    def one_room(self) -> bool:
        """Sound crosses a room from the loudspeaker to the microphone."""
        return self._input.backend.real and self._output.backend.real

    @property
    def failures(self) -> list[Failure]:
        """What is wrong with them now."""
        return [direction.failure for direction in self._both if direction.failure]

    @property
    def overruns(self) -> int:
        """Times captured sound was dropped since they were opened."""
        return self._input.xruns

    @property
    def underruns(self) -> int:
        """Times the loudspeaker was left without sound since they were opened."""
        return self._output.xruns

    @property
    def xruns(self) -> int:
        """Both together."""
        return self.overruns + self.underruns

    @property
    def disturbances(self) -> int:
        """Times that what is played and what is heard may have lost step with each other."""
        return self.xruns + sum(direction.openings for direction in self._both)

    def look(self) -> None:
        """Check that both are there, without opening them."""
        self._before_driver()
        for direction in self._both:
            direction.look()

    def open(self, pull: Pull, hear: Hear) -> None:
        """Open both, or note why not."""
        self._before_driver()
        self._pull, self._hear = pull, hear
        self._open = True
        for direction in self._both:
            direction.xruns_before = 0
            direction.open()

    def close(self) -> None:
        """Close both; nothing is pulled or heard afterwards."""
        if any(direction.stream for direction in self._both):
            self._before_driver()
        self._open = False
        for direction in self._both:
            direction.close()
        self._pull, self._hear = _nothing_to_play, _nobody_listens

    def tick(self, now_s: float, *, deaf: bool) -> None:
        """Notice what was lost, and mend what can be; `deaf` for a microphone of zeros."""
        if any(direction.alarming for direction in self._both):
            self._before_driver()
            for direction in self._both:
                direction.watch()
        self._mend(now_s)
        if deaf and self._open and now_s >= self._next_revival_s:
            self._before_driver()
            self._input.close()
            self._input.open()
            self._next_revival_s = time.monotonic() + REVIVE_S

    def _mend(self, now_s: float) -> None:
        """Try again what fails, with a fresh list of the devices where that can help."""
        failed = [direction for direction in self._both if direction.failure]
        changes = sum(direction.backend.changes for direction in self._both)
        step = self._mending.step(now_s, self.failures, changes=changes, opened=self._open)
        if step == "wait":
            return
        self._before_driver()
        affected = failed
        if step == "list":
            backends = [direction.backend for direction in failed or self._both]
            affected = [direction for direction in self._both if direction.backend in backends]
            for direction in affected:
                direction.close()
            for direction in affected:
                direction.backend.refresh()
        for direction in affected:
            if self._open:
                direction.open()
            else:
                direction.look()


def _nothing_to_play(_: float) -> Pcm:
    return silence()


def _nobody_listens(_: Pcm, __: float) -> None:
    return
