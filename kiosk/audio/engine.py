"""The sound engine: a process of its own between the daemon and the sound card.

It is told everything over one socket and ends when that closes.  `python -m kiosk.audio.engine FD`
is started by `kiosk.audio.link` only.
"""

import gc
import os
import select
import signal
import socket
import sys
import threading
import time
from typing import TypeVar

from kiosk.audio import wire
from kiosk.audio.backends import choose
from kiosk.audio.backends.portaudio import quiet_libraries
from kiosk.audio.direction import Direction
from kiosk.audio.flow import Ear, Mouth
from kiosk.audio.gate import HalfDuplex
from kiosk.audio.mending import Mending
from kiosk.audio.pcm import Pcm
from kiosk.audio.port import Clock, SoundFailed, SoundReady, SoundReport
from kiosk.audio.record import Monitor, Recorder
from kiosk.audio.warm import warm_up
from kiosk.core.faults import Fault

TICK_OPEN_S = 0.01
"""How often changes are looked for while sound is open."""
TICK_CLOSED_S = 0.25
CLOCK_S = 0.05
"""How often the clock is told without a change."""
BEAT_S = 0.25
"""How often the daemon hears from a closed engine."""
REVIVE_S = 5.0
"""How often a microphone of zeros is opened anew: a sound server may have put another under it."""
DRIVER_LIMIT_S = 4.0
"""How long a driver may take to list, open or close the devices; longer is a hang."""
ORPHAN_S = 1.0
"""How long an engine that hangs may outlive its daemon."""
SEND_BUFFER_BYTES = 1 << 19
_Kind = TypeVar("_Kind", wire.Setup, wire.Serve)


class Engine:
    """Mouth, ear and devices, under the orders of the socket."""

    def __init__(self, daemon: socket.socket, setup: wire.Setup, generation: int) -> None:
        settings = setup.settings
        source, sink = choose(settings)
        self._daemon = daemon
        self._generation = generation
        self._recorder = (
            Recorder(setup.record, setup.record_began_s) if setup.record is not None else None
        )
        self._monitor = Monitor(setup.monitor) if setup.monitor is not None else None
        self._duplex = duplex = HalfDuplex()
        one_room = source.real and sink.real and settings.profile == "open"
        self._mouth = Mouth(duplex, self._recorder, self._monitor)
        self._ear = Ear(duplex if one_room else None, self._recorder, self._send_frame)
        self._input = Direction(
            source,
            lambda: source.check_input(settings.input),
            lambda: source.open_input(settings.input, self._ear.hear),
            Fault.MIC_MISSING,
        )
        self._output = Direction(
            sink,
            lambda: sink.check_output(settings.output),
            lambda: sink.open_output(settings.output, self._mouth.pull),
            Fault.SPEAKER_MISSING,
        )
        self._open = False
        self._attends = False
        """The candidate is being heard."""
        self._told: frozenset[SoundReport] = frozenset()
        """The failures that the daemon knows of."""
        self._changing: object = None
        """What a clock report is sent at once for, as it was last told."""
        self._next_clock_s = self._next_beat_s = self._next_revival_s = 0.0
        self._mending = Mending()
        self._dropped_frames = 0

    @property
    def _directions(self) -> tuple[Direction, Direction]:
        return self._input, self._output

    @property
    def _deaf(self) -> bool:
        return self._open and self._input.backend.real and self._ear.watch.dead

    # --- orders -----------------------------------------------------------------------------------

    def run(self) -> None:
        """Serve until told to quit, or until the daemon is gone."""
        self._ask_patience()
        for direction in self._directions:
            direction.look()
        if not self._tell_failures():
            self._send(wire.Report(self._generation, SoundReady()))
        poller = select.poll()
        poller.register(self._daemon, select.POLLIN)
        while True:
            poller.poll(1000 * (TICK_OPEN_S if self._open else TICK_CLOSED_S))
            if not self._obey():
                break
            self._tick(time.monotonic())
        self._shut()
        if self._recorder is not None:
            self._recorder.close()
        if self._monitor is not None:
            self._monitor.close()

    def _obey(self) -> bool:
        """Carry out all orders that wait; False when there will be no more."""
        while True:
            try:
                data = self._daemon.recv(wire.LONGEST, socket.MSG_DONTWAIT)
            except BlockingIOError:
                return True
            except ConnectionResetError:
                return False
            if not data or isinstance(order := wire.unpack(data), wire.Quit):
                return False
            self._carry_out(order)

    def _carry_out(self, order: wire.Message) -> None:
        match order:
            case wire.Voice(generation, packet):
                if self._open and generation == self._generation:
                    self._mouth.push(packet)
            case wire.Open(generation):
                self._generation = generation
                self._ask_patience()
                self._shut()
                self._begin()
            case wire.Flush(generation):
                self._generation = generation
                self._mouth.flush()
                self._changing = None
            case wire.Attend(on):
                self._attends = on
            case wire.HoldBack():
                self._ear.hold_back(self._duplex)
            case wire.Close(generation):
                self._generation = generation
                self._ask_patience()
                self._shut()
                self._tell_failures()
            case _:
                raise wire.WireError(f"The daemon never sends {type(order).__name__}.")

    def _begin(self) -> None:
        self._mouth.reset()
        self._ear.reset()
        self._open = True
        self._attends = False
        self._changing = None
        for direction in self._directions:
            direction.xruns_before = 0
            direction.open()
        if not self._tell_failures():
            self._send(wire.Report(self._generation, SoundReady()))

    def _shut(self) -> None:
        self._open = False
        for direction in self._directions:
            direction.close()
        self._ear.reset()

    # --- what goes on by itself -------------------------------------------------------------------

    def _tick(self, now_s: float) -> None:
        for direction in self._directions:
            direction.watch()
        self._mend(now_s)
        if self._deaf and now_s >= self._next_revival_s:
            self._tell_failures()
            self._ask_patience()
            self._input.close()
            self._input.open()
            self._next_revival_s = time.monotonic() + REVIVE_S
        self._tell_failures()
        if self._open:
            self._tell_clock(now_s)
        if now_s >= self._next_beat_s:
            self._next_beat_s = now_s + BEAT_S
            self._send(wire.Beat())

    def _mend(self, now_s: float) -> None:
        """Try again what fails, with a fresh list of the devices where that can help."""
        failed = [direction for direction in self._directions if direction.failure]
        failures = [direction.failure for direction in failed if direction.failure]
        changes = self._input.backend.changes + self._output.backend.changes
        step = self._mending.step(now_s, failures, changes=changes, opened=self._open)
        if step == "wait":
            return
        self._tell_failures()
        self._ask_patience()
        affected = failed
        if step == "list":
            backends = [direction.backend for direction in failed or self._directions]
            affected = [d for d in self._directions if d.backend in backends]
            for direction in affected:
                direction.close()
            for direction in affected:
                direction.backend.refresh()
        for direction in affected:
            if self._open:
                direction.open()
            else:
                direction.look()

    def _tell_failures(self) -> bool:
        """Tell of failures that are new, and once when all are over; True while there are any."""
        now: set[SoundReport] = {
            SoundFailed(direction.failure.fault, direction.failure.why)
            for direction in self._directions
            if direction.failure
        }
        if self._deaf:
            now.add(SoundFailed(Fault.MIC_SILENT, "The microphone has given nothing but zeros."))
        for report in now - self._told:
            self._send(wire.Report(self._generation, report))
        if self._told and not now:
            self._send(wire.Report(self._generation, SoundReady()))
        self._told = frozenset(now)
        return bool(now)

    def _tell_clock(self, now_s: float) -> None:
        mouth = self._mouth.state(now_s)
        changing = (mouth.played.audible, mouth.queued_ms == 0, self._ear.gated)
        if now_s < self._next_clock_s and changing == self._changing:
            return
        self._changing = changing
        self._next_clock_s = now_s + CLOCK_S
        clock = Clock(
            at_s=now_s,
            played_ms=mouth.played.voice_ms,
            queued_ms=mouth.queued_ms,
            audible=mouth.played.audible,
            played_dbfs=mouth.played.level_dbfs,
            heard_dbfs=self._ear.level_dbfs,
            microphone_gated=self._ear.gated,
            underruns=mouth.underruns + self._output.xruns,
            overruns=self._input.xruns + self._dropped_frames,
        )
        self._send(wire.Report(self._generation, clock))

    # --- out --------------------------------------------------------------------------------------

    def _send_frame(self, block: Pcm, at_s: float) -> None:
        if not self._send(wire.Frame(self._generation, at_s, block.tobytes())):
            self._dropped_frames += 1

    def _ask_patience(self) -> None:
        """Tell the daemon that a driver has the word."""
        self._send(wire.Beat(DRIVER_LIMIT_S))

    def _send(self, message: wire.Message) -> bool:
        """Send without waiting; False when the daemon does not keep up, or is gone."""
        try:
            self._daemon.send(wire.pack(message), socket.MSG_DONTWAIT)
        except (BlockingIOError, ConnectionError):
            return False
        return True


def _end_with_daemon(daemon: socket.socket) -> None:
    """End the process even if its main thread hangs in a driver."""
    poller = select.poll()
    poller.register(daemon, select.POLLRDHUP)
    poller.poll()
    time.sleep(ORPHAN_S)
    os._exit(1)


def main() -> None:
    """Run the engine on the socket whose descriptor is the only argument."""
    quiet_libraries()
    for ignored in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(ignored, signal.SIG_IGN)
    sys.setswitchinterval(0.001)
    daemon = socket.socket(fileno=int(sys.argv[1]))
    daemon.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER_BYTES)
    threading.Thread(target=_end_with_daemon, args=[daemon], daemon=True).start()
    if (setup := _next(daemon, wire.Setup)) is None:
        return
    warm_up(setup.settings)
    gc.freeze()
    daemon.send(wire.pack(wire.Beat()))
    if (serve := _next(daemon, wire.Serve)) is not None:
        Engine(daemon, setup, serve.generation).run()


def _next(daemon: socket.socket, kind: type[_Kind]) -> _Kind | None:
    """Wait for the one message that may come now; None when the engine is not needed any more."""
    data = daemon.recv(wire.LONGEST)
    message = wire.unpack(data) if data else wire.Quit()
    if isinstance(message, wire.Quit):
        return None
    if not isinstance(message, kind):
        raise wire.WireError(f"The daemon sent {type(message).__name__} before its time.")
    return message


if __name__ == "__main__":
    main()
