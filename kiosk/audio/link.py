"""The daemon's end of the sound: starts the engine, talks to it, and replaces it when it dies."""

import asyncio
import dataclasses
import logging
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import kiosk
from kiosk.audio import wire
from kiosk.audio.port import Clock, SoundAdvised, SoundFailed, SoundReport, VoicePacket
from kiosk.core.faults import Fault
from kiosk.secret import without_secrets
from kiosk.settings import AudioSettings

BACKOFF_S = (0.0, 0.25, 0.5, 1.0, 2.0, 5.0)
"""Waits before a new engine, by how many died in a row; the last is repeated."""
WELL_S = 10.0
"""An engine that lived so long did not die of its start."""
START_LIMIT_S = 15.0
"""Until the first word of an engine, on a slow machine with a cold disk."""
SILENCE_LIMIT_S = 2.5
"""An engine that says nothing for so long hangs."""
WATCH_S = 0.5
STOP_LIMIT_S = 0.8
_LOG = logging.getLogger(__name__)


def _no_frame(_pcm: bytes, _at_s: float) -> None:
    return


def _no_report(_report: SoundReport) -> None:
    return


@dataclasses.dataclass(slots=True)
class _Engine:
    """One engine process."""

    process: subprocess.Popen[bytes]
    socket: socket.socket
    began_s: float
    heard_s: float
    greeted: bool = False
    """It has spoken."""


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
        self.restarts = 0
        """Engines that died."""
        self._setup = wire.Setup(settings, 0, record=record, monitor=monitor)
        self._generation = 0
        self._opened: int | None = None
        """The generation of the last `open`, None while closed."""
        self._attends = False
        self._held_back = False
        """Every engine is to hold the microphone back while the voice plays."""
        self._advice: frozenset[Fault] = frozenset()
        """What this engine advised last."""
        self._engine: _Engine | None = None
        self._deaths = 0
        self._before: Clock | None = None
        """What engines before this one had played since `open`."""
        self._last: Clock | None = None
        self._timers: set[asyncio.TimerHandle] = set()
        self._burials: set[asyncio.Task[None]] = set()
        self._running = False

    @property
    def pid(self) -> int | None:
        """The engine's process, None while there is none."""
        return self._engine.process.pid if self._engine else None

    async def start(self) -> None:
        """Start the engine; devices stay closed.  What is missing is reported, not raised."""
        self._running = True
        self._setup = dataclasses.replace(self._setup, record_began_s=time.monotonic())
        self._launch()
        self._later(WATCH_S, self._watch)

    def open(self) -> None:
        """Open loudspeaker and microphone."""
        self._generation += 1
        self._opened = self._generation
        self._attends = False
        self._before = self._last = None
        self._order(wire.Open(self._generation))

    def close(self) -> None:
        """Close both; frames stop, the queue is dropped."""
        self._generation += 1
        self._opened = None
        self._order(wire.Close(self._generation))

    def play(self, packet: VoicePacket) -> None:
        """Queue a packet of the voice."""
        engine = self._engine
        if engine is None or not self._tell(engine, wire.Voice(self._generation, packet)):
            self.dropped_packets += 1

    def flush(self) -> None:
        """Drop at once all voice not yet played; later packets play again."""
        self._generation += 1
        self._order(wire.Flush(self._generation))

    def attend(self, *, on: bool) -> None:
        """Say whether the candidate is being heard."""
        self._attends = on
        self._order(wire.Attend(on))

    def hold_back(self) -> None:
        """Send silence while the voice plays; an engine that takes over does the same."""
        self._held_back = True
        self._order(wire.HoldBack())

    async def stop(self) -> None:
        """End the engine; returns when it is gone, within a second."""
        self._running = False
        self._opened = None
        for timer in self._timers:
            timer.cancel()
        if self._engine is not None:
            engine, self._engine = self._engine, None
            asyncio.get_running_loop().remove_reader(engine.socket)
            self._tell(engine, wire.Quit())
            await _bury(engine, patience_s=STOP_LIMIT_S)
        await asyncio.gather(*self._burials)

    # --- the engine's life ------------------------------------------------------------------------

    def _launch(self) -> None:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        ours.setblocking(False)
        search = [str(Path(kiosk.__file__).parent.parent), os.environ.get("PYTHONPATH", "")]
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", "kiosk.audio.engine", str(theirs.fileno())],
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
            env=without_secrets(os.environ) | {"PYTHONPATH": os.pathsep.join(filter(None, search))},
            start_new_session=True,
        )
        theirs.close()
        now_s = time.monotonic()
        self._engine = engine = _Engine(process, ours, now_s, now_s)
        asyncio.get_running_loop().add_reader(ours, self._read, engine)
        self._tell(engine, dataclasses.replace(self._setup, generation=self._generation))
        if self._held_back:
            self._tell(engine, wire.HoldBack())
        if self._opened is not None:
            self._generation += 1
            self._opened = self._generation
            self._tell(engine, wire.Open(self._generation))
            self._tell(engine, wire.Attend(self._attends))

    def _watch(self) -> None:
        """Replace an engine that hangs."""
        self._later(WATCH_S, self._watch)
        engine = self._engine
        if engine is None:
            return
        limit_s = SILENCE_LIMIT_S if engine.greeted else START_LIMIT_S
        if time.monotonic() - engine.heard_s > limit_s:
            self._lose(engine, f"The sound engine said nothing for {limit_s:g} s.")

    def _lose(self, engine: _Engine, why: str) -> None:
        """Bury an engine and let another take its place."""
        if engine is not self._engine:
            return
        loop = asyncio.get_running_loop()
        self._engine = None
        self._advice = frozenset()
        self.restarts += 1
        loop.remove_reader(engine.socket)
        burial = loop.create_task(_bury(engine, patience_s=0))
        self._burials.add(burial)
        burial.add_done_callback(self._burials.discard)
        if self._last is not None:
            self._before = self._last
        well = time.monotonic() - engine.began_s > WELL_S
        self._deaths = 0 if well else self._deaths + 1
        self.on_report(SoundFailed(Fault.ENGINE_DEAD, why))
        self._later(BACKOFF_S[min(max(0, self._deaths - 1), len(BACKOFF_S) - 1)], self._relaunch)

    def _relaunch(self) -> None:
        if self._running and self._engine is None:
            self._launch()

    def _later(self, delay_s: float, act: Callable[[], None]) -> None:
        def run() -> None:
            self._timers.discard(timer)
            act()

        timer = asyncio.get_running_loop().call_later(delay_s, run)
        self._timers.add(timer)

    # --- messages ---------------------------------------------------------------------------------

    def _order(
        self, order: wire.Open | wire.Close | wire.Flush | wire.Attend | wire.HoldBack
    ) -> None:
        """Send what must not get lost; an engine that cannot take it hangs, and is replaced."""
        engine = self._engine
        if engine is not None and not self._tell(engine, order):
            why = "The sound engine takes no orders."
            asyncio.get_running_loop().call_soon(self._lose, engine, why)

    def _tell(self, engine: _Engine, message: wire.Message) -> bool:
        """Send without waiting; False when the engine does not keep up, or is gone."""
        try:
            engine.socket.send(wire.pack(message))
        except (BlockingIOError, ConnectionError):
            return False
        return True

    def _read(self, engine: _Engine) -> None:
        while engine is self._engine:
            try:
                data = engine.socket.recv(wire.LONGEST)
            except BlockingIOError:
                return
            except ConnectionError:
                data = b""
            if not data:
                self._lose(engine, "The sound engine ended by itself.")
                return
            engine.heard_s = time.monotonic()
            engine.greeted = True
            try:
                message = wire.unpack(data)
            except wire.WireError as error:
                self._lose(engine, str(error))
                return
            self._heed(message)

    def _heed(self, message: wire.Message) -> None:
        match message:
            case wire.Frame(generation, at_s, pcm):
                if self._opened is not None and generation >= self._opened:
                    self.on_frame(pcm, at_s)
            case wire.Report(generation, Clock() as clock):
                if self._opened is not None and generation == self._generation:
                    self._last = _added(self._before, clock)
                    self.on_report(self._last)
            case wire.Report(_, SoundAdvised(advice) as advised):
                if Fault.ECHO in self._advice - advice:
                    self._held_back = False
                self._advice = advice
                self.on_report(advised)
            case wire.Report(_, report):
                self.on_report(report)
            case wire.Beat():
                pass
            case _:
                _LOG.warning("The sound engine sent %s.", type(message).__name__)


def _added(before: Clock | None, clock: Clock) -> Clock:
    """Count on from where the engine before this one was lost."""
    if before is None:
        return clock
    return dataclasses.replace(
        clock,
        played_ms=before.played_ms + clock.played_ms,
        underruns=before.underruns + clock.underruns,
        overruns=before.overruns + clock.overruns,
    )


async def _bury(engine: _Engine, patience_s: float) -> None:
    """Wait for an engine's end, or bring it about."""
    try:
        await asyncio.to_thread(engine.process.wait, patience_s)
    except subprocess.TimeoutExpired:
        engine.process.kill()
        await asyncio.to_thread(engine.process.wait)
    finally:
        engine.socket.close()
