"""What real engines tell of the voice, and what a recorder hears of it."""

import math
import os
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import numpy as np
import pytest

from kiosk.audio.pcm import SILENT_DBFS, Pcm, silence
from kiosk.audio.port import RATE_HZ, Clock, Lips
from kiosk.screen.meters import Meters
from kiosk.settings import AudioSettings
from tests.audio.booth import booth
from tests.audio.voice import packets, tone
from tests.rigs.pulse import MICROPHONE, SPEAKER, Pulse

pytestmark = pytest.mark.timeout(60)

BURSTS, BURST_S, PAUSE_S = 7, 0.3, 0.6
LOUD = 1000
"""Sample value that only the tone reaches."""
NEAR_S = 0.06
"""A server may hand out its monitor's sound so much before or after it leaves the sink."""
CHUNK_BYTES = 960
ABOUT = 40
"""Pieces of 10 ms."""


@dataclass(slots=True)
class Recorder:
    """Takes a sink's sound, and notes when each piece came."""

    pieces: list[bytes] = field(default_factory=list)
    came_s: list[float] = field(default_factory=list)

    def take(self, source: "subprocess.Popen[bytes]") -> None:
        """Read until it ends."""
        assert source.stdout is not None
        while piece := source.stdout.read(CHUNK_BYTES):
            self.pieces.append(piece)
            self.came_s.append(time.monotonic())

    def begins_s(self) -> list[float]:
        """When each burst began, by the pieces about it that came with the least delay."""
        ends = np.cumsum([len(piece) for piece in self.pieces]) // 2
        delays_s = np.array(self.came_s) - ends / RATE_HZ
        loud = np.flatnonzero(np.abs(np.frombuffer(b"".join(self.pieces), "<i2")) > LOUD)
        begins = loud[np.diff(loud, prepend=-RATE_HZ) > PAUSE_S / 2 * RATE_HZ]
        pieces = np.searchsorted(ends, begins, side="right")
        return [
            float(at / RATE_HZ + np.min(delays_s[max(0, piece - ABOUT) : piece + ABOUT]))
            for at, piece in zip(begins, pieces, strict=True)
        ]


@contextmanager
def recorder(pulse: Pulse) -> Iterator[Recorder]:
    command = ["parec", "-d", "spk.monitor", "--format=s16le", "--rate=48000", "--channels=1"]
    it = Recorder()
    with subprocess.Popen(
        [*command, "--latency-msec=10"], env=pulse.environment, stdout=subprocess.PIPE
    ) as source:
        thread = threading.Thread(target=it.take, args=[source])
        thread.start()
        try:
            yield it
        finally:
            source.terminate()
            thread.join()


def bursts() -> Pcm:
    one = [tone(1000, BURST_S), silence(round(PAUSE_S * RATE_HZ))]
    return np.concatenate([silence(round(PAUSE_S * RATE_HZ)), *one * BURSTS])


def opens_s(meters: Meters, about_s: float) -> float:
    """When the mouth opens, near a second."""
    steps = np.arange(about_s - BURST_S, about_s + BURST_S, 0.005)
    return next((float(s) for s in steps if meters.mouth(float(s)).opening > 0), math.inf)


def shut(lips: Lips) -> bool:
    return lips.levels_dbfs[-1] <= SILENT_DBFS


@pytest.mark.parametrize("end", ["close", "kill"])
async def test_a_mouth_whose_voice_ends_with_the_device_is_shut(end: str) -> None:
    async with booth(AudioSettings("file", ("file:",), ("file:",))) as it:

        def lips() -> list[Lips]:
            return [report for report in it.reports if isinstance(report, Lips)]

        it.link.open()
        for packet in packets(tone(440, 4.0)):
            it.link.play(packet)
        await it.until(lambda: len(lips()) > 10)
        assert not any(map(shut, lips()))
        asked_s, before = time.monotonic(), len(lips())
        if end == "close":
            it.link.close()
        else:
            assert it.link.pid is not None
            os.kill(it.link.pid, signal.SIGKILL)
        await it.until(lambda: any(map(shut, lips()[before:])))
        withdrawn = next(filter(shut, lips()[before:]))
        assert withdrawn.began_s >= asked_s
        if end == "close":
            assert lips()[-1] is withdrawn


async def test_the_mouth_opens_when_the_recorder_hears_the_voice(pulse: Pulse) -> None:
    settings = AudioSettings("portaudio", (MICROPHONE,), (SPEAKER,), "headset")
    meters = Meters(voice_dbfs=-20.0)
    async with booth(settings) as it:
        with recorder(pulse) as recording:
            it.link.open()
            await it.report(Clock)
            await it.speak(list(packets(bursts())))
            await it.until(lambda: it.clocks[-1].queued_ms == 0 and not it.clocks[-1].audible)
        told = [report for report in it.reports if isinstance(report, Lips)]
    for lips in told:
        meters.speak(lips.began_s, lips.levels_dbfs, lips.brights)
    heard_s = recording.begins_s()
    assert len(heard_s) >= BURSTS // 2, "a busy machine may swallow some"
    apart_s = [opens_s(meters, at_s) - at_s for at_s in heard_s]
    assert abs(float(np.median(apart_s))) < NEAR_S
