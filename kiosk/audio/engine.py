"""The sound engine: a process of its own between the daemon and the sound card.

It is told everything over one socket and ends when that closes.  `python -m kiosk.audio.engine FD`
is started by `kiosk.audio.link` only.
"""

import faulthandler
import gc
import os
import select
import signal
import socket
import sys
import threading
import time
from contextlib import suppress
from typing import TypeVar

from kiosk.audio import wire
from kiosk.audio.backends.portaudio import quiet_libraries
from kiosk.audio.flow import Flow
from kiosk.audio.level import InputMeter
from kiosk.audio.pair import DevicePair
from kiosk.audio.pcm import Pcm
from kiosk.audio.port import Clock, SoundFailed, SoundReport
from kiosk.audio.record import Monitor, Recorder
from kiosk.audio.selftest import Findings
from kiosk.audio.strain import StrainWatch
from kiosk.audio.teller import Teller
from kiosk.audio.warm import warm_up
from kiosk.core.faults import Fault

TICK_OPEN_S = 0.02
"""How often changes are looked for while sound is open: a packet's time."""
TICK_EARLY_S = 0.005
"""So early it may be, to share the waking up with a packet: that costs more than the looking."""
TICK_CLOSED_S = 0.25
BEAT_S = 0.25
"""How often the daemon hears from a closed engine."""
DRIVER_LIMIT_S = 4.0
"""How long a driver may take to list, open or close the devices; longer is a hang."""
ORPHAN_S = 1.0
"""How long an engine that hangs may outlive its daemon."""
NICE = -11
"""Where the machine allows it the sound goes before the drawing: what PulseAudio gives itself."""
SEND_BUFFER_BYTES = 1 << 19
_Kind = TypeVar("_Kind", wire.Setup, wire.Serve)


class Engine:
    """The devices and the flow of sound between them, under the orders of the socket."""

    def __init__(self, daemon: socket.socket, setup: wire.Setup, serve: wire.Serve) -> None:
        self._daemon = daemon
        self._settings = setup.settings
        self._generation = serve.generation
        self._recorder = (
            Recorder(setup.record, setup.record_began_s) if setup.record is not None else None
        )
        self._monitor = Monitor(setup.monitor) if setup.monitor is not None else None
        self._teller = Teller(self._report, serve.advice)
        self._devices = DevicePair(setup.settings, self._before_driver)
        self._flow: Flow | None = None
        """There while sound is open."""
        self._meter = InputMeter(serve.advice)
        """Of the last flow."""
        self._near_dbfs = serve.near_dbfs
        """From which level on the last candidate was near."""
        self._strain = StrainWatch(strained=Fault.SOUND_STRAINED in serve.advice)
        self._findings = Findings(leaks=Fault.ECHO in serve.advice)
        self._held_back = False
        """By order, until the end."""
        self._disturbances = 0
        """Of the devices, as the flow knows of."""
        self._no_canceller = Fault.NO_CANCELLER in serve.advice
        """The last flow could not take out any echo."""
        self._dropped_frames = 0
        self._next_tick_s = self._next_beat_s = 0.0

    # --- orders -----------------------------------------------------------------------------------

    def run(self) -> None:
        """Serve until told to quit, or until the daemon is gone."""
        self._devices.look()
        self._tell_failures()
        self._teller.ready()
        poller = select.poll()
        poller.register(self._daemon, select.POLLIN)
        while True:
            poller.poll(max(0.0, 1000 * (self._next_tick_s - time.monotonic())))
            if not self._obey():
                break
            now_s = time.monotonic()
            if now_s >= self._next_tick_s - TICK_EARLY_S:
                self._tick(now_s)
                self._next_tick_s = now_s + (TICK_OPEN_S if self._flow else TICK_CLOSED_S)
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
            if not isinstance(order, wire.Voice):
                self._next_tick_s = 0.0

    def _carry_out(self, order: wire.Message) -> None:
        flow = self._flow
        match order:
            case wire.Voice(generation, packet):
                if flow and generation == self._generation:
                    flow.mouth.push(packet)
            case wire.Open(generation):
                self._generation = generation
                self._shut()
                self._begin()
            case wire.Flush(generation):
                self._generation = generation
                if flow:
                    flow.flush()
                self._teller.hurry()
            case wire.Attend(on):
                if flow:
                    flow.attend(on=on)
            case wire.HoldBack():
                self._held_back = True
            case wire.Close(generation):
                self._generation = generation
                self._shut()
                self._tell_failures()
            case _:
                raise wire.WireError(f"The daemon never sends {type(order).__name__}.")

    def _begin(self) -> None:
        self._flow = Flow(
            self._settings,
            self._send_frame,
            self._report,
            one_room=self._devices.one_room,
            meter=self._meter,
            near_dbfs=self._near_dbfs,
            recorder=self._recorder,
            monitor=self._monitor,
        )
        self._dropped_frames = 0
        self._teller.hurry()
        self._devices.open(self._flow.pull, self._flow.hear)
        self._disturbances = self._devices.disturbances
        self._strain.begin(time.monotonic())
        self._tell_failures()
        self._teller.ready()

    def _shut(self) -> None:
        self._devices.close()
        if self._flow is not None:
            self._meter = self._flow.ear.meter
            self._near_dbfs = self._flow.ear.near_dbfs
            self._flow = None

    # --- what goes on by itself -------------------------------------------------------------------

    def _tick(self, now_s: float) -> None:
        self._devices.tick(now_s, deaf=self._deaf)
        self._tell_failures()
        if self._flow is not None:
            self._look_after(self._flow)
            self._strain.note(self._devices.xruns + self._dropped_frames, now_s)
            self._teller.clock(self._clock(self._flow, now_s))
        self._teller.advice(self._advice())
        if now_s >= self._next_beat_s:
            self._next_beat_s = now_s + BEAT_S
            self._send(wire.Beat())
            if self._flow is not None:
                self._send(wire.Learned(self._flow.ear.near_dbfs))

    def _look_after(self, flow: Flow) -> None:
        """Tell the flow what only its surroundings know."""
        disturbances = self._devices.disturbances
        if disturbances != self._disturbances:
            self._disturbances = disturbances
            flow.canceller.disturbed()
        failure = flow.canceller.failure
        if failure and not self._no_canceller:
            print(failure, file=sys.stderr)
        self._no_canceller = bool(failure)
        flow.test_canceller(self._findings)
        flow.ear.held_back = self._held_back or self._findings.leaks

    @property
    def _deaf(self) -> bool:
        return self._flow is not None and self._devices.captures and self._flow.ear.watch.dead

    def _advice(self) -> frozenset[Fault]:
        flow = self._flow
        meter = flow.ear.meter if flow else self._meter
        found = (
            (Fault.ECHO, self._held_back or self._findings.leaks),
            (Fault.NO_CANCELLER, self._no_canceller),
            (Fault.SOUND_STRAINED, self._strain.strained),
        )
        return meter.advice | {fault for fault, holds in found if holds}

    def _clock(self, flow: Flow, now_s: float) -> Clock:
        mouth = flow.mouth.state(now_s)
        return Clock(
            at_s=now_s,
            played_ms=mouth.played.voice_ms,
            queued_ms=mouth.queued_ms,
            audible=mouth.played.audible,
            heard_dbfs=flow.ear.meter.level_dbfs,
            microphone_gated=flow.ear.gated,
            underruns=mouth.underruns + self._devices.underruns,
            overruns=self._devices.overruns + self._dropped_frames,
            rhythm=mouth.played.rhythm,
        )

    # --- out --------------------------------------------------------------------------------------

    def _before_driver(self) -> None:
        """Tell what is known, and ask for patience, before a driver has the word."""
        self._tell_failures()
        self._send(wire.Beat(DRIVER_LIMIT_S))

    def _tell_failures(self) -> None:
        now = {SoundFailed(failure.fault, failure.why) for failure in self._devices.failures}
        if self._deaf:
            now.add(SoundFailed(Fault.MIC_SILENT, "The microphone has given nothing but zeros."))
        self._teller.failures(frozenset(now))

    def _report(self, report: SoundReport) -> bool:
        return self._send(wire.Report(self._generation, report))

    def _send_frame(self, block: Pcm, at_s: float) -> None:
        if not self._send(wire.Frame(self._generation, at_s, block.tobytes())):
            self._dropped_frames += 1

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
    faulthandler.enable()
    faulthandler.register(signal.SIGUSR1)
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
        with suppress(PermissionError):
            os.setpriority(os.PRIO_PROCESS, 0, NICE)
        Engine(daemon, setup, serve).run()


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
