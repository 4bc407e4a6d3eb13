"""The daemon's end of the sound: what the booth asks for, carried to an engine and its successors.

The lives of the processes are the business of `engines.py`.
"""

import asyncio
import dataclasses
import logging
import time
from collections.abc import Callable
from pathlib import Path

from kiosk.audio import wire
from kiosk.audio.engines import Engines
from kiosk.audio.pcm import SILENT_DBFS
from kiosk.audio.port import (
    Clock,
    Lips,
    SoundAdvised,
    SoundFailed,
    SoundReady,
    SoundReport,
    VoicePacket,
)
from kiosk.audio.unplayed import Unplayed
from kiosk.core.faults import Fault
from kiosk.settings import AudioSettings

GRACE_S = 1.0
"""A lost engine that another has replaced by then is no fault: the journal tells of it, no screen
does."""
_LOG = logging.getLogger(__name__)


def _no_frame(_pcm: bytes, _at_s: float) -> None:
    return


def _no_report(_report: SoundReport) -> None:
    return


class EngineLink:
    """The booth's sound, in an engine process that may die and is replaced; a `port.Sound`."""

    def __init__(
        self,
        settings: AudioSettings,
        *,
        record: Path | None = None,
        monitor: Path | None = None,
    ) -> None:
        self.on_frame: Callable[[bytes, float], None] = _no_frame
        self.on_report: Callable[[SoundReport], None] = _no_report
        self.dropped_packets = 0
        """Voice packets that a busy engine did not take."""
        self._setup = wire.Setup(settings, record=record, monitor=monitor)
        self._engines = Engines(self)
        self._generation = 0
        self._opened: int | None = None
        """The generation of the last `open`, None while closed."""
        self._attends = False
        self._held_back = False
        """Every engine is to hold the microphone back while the voice plays."""
        self._advice: frozenset[Fault] = frozenset()
        """What was advised last."""
        self._near_dbfs = SILENT_DBFS
        """What was learned last of how loud a candidate is."""
        self._unplayed = Unplayed()
        self._before: Clock | None = None
        """What engines before this one had played since `open`."""
        self._last: Clock | None = None
        self._why = ""
        """Why the last engine was lost, until the next one speaks."""
        self._grace: asyncio.TimerHandle | None = None

    @property
    def pid(self) -> int | None:
        """The process of the engine at work, None while there is none."""
        return self._engines.pid

    @property
    def spare_pid(self) -> int | None:
        """The process that would take over at once, None while there is none."""
        return self._engines.spare_pid

    @property
    def restarts(self) -> int:
        """Engines that died at work."""
        return self._engines.restarts

    @property
    def failing(self) -> bool:
        """No engine stays alive, and no device is the reason: a fresh booth may do better."""
        return self._engines.failing

    # --- what the booth asks for ------------------------------------------------------------------

    async def start(self) -> None:
        """Start the engine; devices stay closed.  What is missing is reported, not raised."""
        self._setup = dataclasses.replace(self._setup, record_began_s=time.monotonic())
        self._engines.start(self._setup)

    def open(self) -> None:
        """Open loudspeaker and microphone."""
        self._generation += 1
        self._opened = self._generation
        self._attends = False
        self._before = self._last = None
        self._unplayed.clear()
        self._order(wire.Open(self._generation))

    def close(self) -> None:
        """Close both; frames stop, the queue is dropped."""
        self._generation += 1
        self._opened = None
        self._unplayed.clear()
        self._order(wire.Close(self._generation))
        self._be_silent()
        self._engines.turn_over()

    def play(self, packet: VoicePacket) -> None:
        """Queue a packet of the voice; it is kept for the next engine while there is none."""
        self._unplayed.add(packet, time.monotonic())
        taken = self._engines.tell(wire.Voice(self._generation, packet))
        if not taken and self._engines.pid is not None:
            self.dropped_packets += 1

    def flush(self) -> None:
        """Drop at once all voice not yet played; later packets play again."""
        self._generation += 1
        self._unplayed.clear()
        self._order(wire.Flush(self._generation))

    def attend(self, *, on: bool) -> None:
        """Say whether the candidate is being heard."""
        self._attends = on
        self._order(wire.Attend(on))

    def hold_back(self) -> None:
        """Send silence while the voice plays; an engine that takes over does the same."""
        self._held_back = True
        self._order(wire.HoldBack())

    def renew(self) -> None:
        """Let a fresh process take over while sound is closed: at once, or as soon as it can."""
        self._engines.renew()

    async def stop(self) -> None:
        """End the engine; returns when it is gone, within a second."""
        self._opened = None
        self._end_grace()
        await self._engines.stop()

    def _order(self, order: wire.Order) -> None:
        """Send what must not get lost; an engine that cannot take it hangs, and is replaced.

        While there is none the next one is told how things stand.
        """
        if not self._engines.tell(order):
            self._engines.fail("The sound engine takes no orders.")

    # --- what the engines tell --------------------------------------------------------------------

    @property
    def is_open(self) -> bool:
        """Sound is wanted now."""
        return self._opened is not None

    def began(self) -> None:
        """Tell an engine that was put to work how things stand, and let it go on with the voice."""
        self._engines.tell(wire.Serve(self._generation, self._advice, self._near_dbfs))
        if self._held_back:
            self._engines.tell(wire.HoldBack())
        if self._opened is None:
            return
        self._generation += 1
        self._opened = self._generation
        self._engines.tell(wire.Open(self._generation))
        self._engines.tell(wire.Attend(self._attends))
        rest, again_ms = self._unplayed.rest(time.monotonic())
        if self._before is not None:
            played_ms = self._before.played_ms - again_ms
            self._before = dataclasses.replace(self._before, played_ms=played_ms)
        for packet in rest:
            self._engines.tell(wire.Voice(self._generation, packet))

    def lost(self, why: str) -> None:
        """Count on from what the lost engine played; tell of it unless another soon speaks."""
        if self._last is not None:
            self._before = self._last
        self._why = self._why or why
        self._be_silent()
        if self._grace is None:
            self._grace = asyncio.get_running_loop().call_later(GRACE_S, self._complain)

    def heed(self, message: wire.Message) -> None:
        """Pass on what the engine at work says."""
        match message:
            case wire.Frame(generation, at_s, pcm):
                if self._is_of_now(generation):
                    self.on_frame(pcm, at_s)
            case wire.Report(generation, report):
                self._heed_report(generation, report)
            case wire.Learned(near_dbfs):
                self._near_dbfs = near_dbfs
            case wire.Beat():
                pass
            case _:
                _LOG.warning("The sound engine sent %s.", type(message).__name__)

    def _heed_report(self, generation: int, report: SoundReport) -> None:
        match report:
            case Lips():
                if self._is_of_now(generation):
                    self.on_report(report)
            case Clock():
                self._end_grace()
                if self._opened is not None and generation == self._generation:
                    self._unplayed.note(report)
                    self._last = _added(self._before, report, self._last)
                    self.on_report(self._last)
            case SoundAdvised(advice):
                self._advice = advice
                self.on_report(report)
            case SoundReady() if self._opened is not None and not self._is_of_now(generation):
                # It has looked at its closed devices; whether they open is told next.
                self._end_grace()
            case _:
                self._end_grace()
                self.on_report(report)

    def _is_of_now(self, generation: int) -> bool:
        """Tell whether it was heard or played since `open`; a flush does not make it untrue."""
        return self._opened is not None and generation >= self._opened

    def _be_silent(self) -> None:
        """Withdraw what was told of the voice: what the sound card still held is not heard."""
        self.on_report(Lips(time.monotonic(), (SILENT_DBFS,), (0.0,)))

    def _complain(self) -> None:
        self.on_report(SoundFailed(Fault.ENGINE_DEAD, self._why))

    def _end_grace(self) -> None:
        self._why = ""
        if self._grace is not None:
            self._grace.cancel()
            self._grace = None


def _added(before: Clock | None, clock: Clock, last: Clock | None) -> Clock:
    """Count on from where the engine before this one was lost; never back."""
    if before is None:
        return clock
    played_ms = before.played_ms + clock.played_ms
    return dataclasses.replace(
        clock,
        played_ms=played_ms if last is None else max(played_ms, last.played_ms),
        underruns=before.underruns + clock.underruns,
        overruns=before.overruns + clock.overruns,
        rhythm=clock.rhythm.after(before.rhythm),
    )
