"""A conversation as `scripts/pi-check` holds it, on the booth's own screen and sound devices.

The screen draws a talk, or the idle screen, in a process of its own.  The sound engine plays the
recorded interviewer, packet by packet at the pace of a call, and hears the microphone.
"""

import asyncio
import itertools
import json
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from benchmarks.processes import cpu_s, pss_mib
from benchmarks.sound_latency import left_s
from kiosk.audio.link import EngineLink
from kiosk.audio.pcm import dbfs, silence
from kiosk.audio.port import FRAME_MS, RATE_HZ, Clock, SoundFailed, SoundReport, VoicePacket
from kiosk.settings import AudioSettings, ScreenSettings
from tests.audio.voice import encode, tone
from tests.rigs.voices import INTERVIEWER, talk

PACKET_S = 0.02
SETTLE_S = 1.5
PATIENCE_S = 30.0
"""Until devices that open have opened."""
BURST_S, PAUSE_S = 0.4, 1.2
"""As in `sound_latency`: so that the played clock stands still before each burst."""
ABOVE_DB = 12.0
"""A burst is heard so far above what was heard just before."""
HEARD_S = 1.0
"""It comes within that, or is lost."""


class DeviceMissingError(OSError):
    """Screen or sound cannot be had; one sentence."""


@dataclass(slots=True)
class Heard:
    """What the engine tells."""

    clocks: list[Clock] = field(default_factory=list)
    frames: list[tuple[float, float]] = field(default_factory=list)
    """When each 10 ms of the microphone began to be captured, and their level."""
    sent: list[float] = field(default_factory=list)
    """When each packet of the voice was given on."""
    known: asyncio.Event = field(default_factory=asyncio.Event)
    why: str = ""
    """Why there is no sound."""

    def hear(self, pcm: bytes, at_s: float) -> None:
        """Note a frame."""
        self.frames.append((at_s, dbfs(np.frombuffer(pcm, "<i2"))))

    def note(self, report: SoundReport) -> None:
        """Note a report."""
        if isinstance(report, Clock):
            self.clocks.append(report)
        elif isinstance(report, SoundFailed):
            self.why = report.why
        self.known.set()


@asynccontextmanager
async def sound(audio: AudioSettings) -> AsyncIterator[tuple[EngineLink, Heard]]:
    """An engine that says it can hear and speak; raises `DeviceMissingError`."""
    link, heard = EngineLink(audio), Heard()
    link.on_frame, link.on_report = heard.hear, heard.note
    await link.start()
    try:
        await _within(heard.known.wait(), "The sound engine says nothing.")
        if heard.why:
            raise DeviceMissingError(heard.why)
        yield link, heard
    finally:
        await link.stop()


@asynccontextmanager
async def speaking(link: EngineLink, heard: Heard, payloads: list[bytes]) -> AsyncIterator[None]:
    """Open the devices and let the voice arrive, the same again and again."""
    link.open()
    await _until(lambda: bool(heard.clocks) or bool(heard.why), "The devices do not open.")
    if heard.why:
        raise DeviceMissingError(heard.why)
    link.attend(on=True)
    arriving = asyncio.create_task(_arrive(link, heard, payloads))
    try:
        await asyncio.sleep(SETTLE_S)
        yield
    finally:
        arriving.cancel()
        link.close()


async def in_conversation(
    screen: ScreenSettings, audio: AudioSettings, seconds: float
) -> dict[str, float]:
    """Draw, speak and listen at the same time; raises `DeviceMissingError`."""
    voice = encode(talk(INTERVIEWER, 30.0), fec=True)
    async with (
        sound(audio) as (link, heard),
        _drawing(screen, "talk", seconds) as drawing,
        speaking(link, heard, voice),
    ):
        await _said(drawing)
        pid = link.pid
        assert pid is not None, "it has just spoken"
        before, frames, used_s = heard.clocks[-1], len(heard.frames), cpu_s(pid)
        began_s = time.monotonic()
        await asyncio.sleep(max(0.0, seconds - 1.0))
        lasted_s = time.monotonic() - began_s
        after = heard.clocks[-1]
        come = (len(heard.frames) - frames) * FRAME_MS / 1000
        figures = {
            "underruns_a_min": round(60 * (after.underruns - before.underruns) / lasted_s, 1),
            "overruns_a_min": round(60 * (after.overruns - before.overruns) / lasted_s, 1),
            "mic_missing_pct": round(max(0.0, 100 * (1 - come / lasted_s)), 1),
            "engine_cpu_pct": round(100 * (cpu_s(pid) - used_s) / lasted_s, 1),
            "engine_pss_mib": pss_mib(pid),
            "screen_pss_mib": pss_mib(drawing.pid),
        }
        return figures | screen_figures(await _said(drawing))


async def at_rest(screen: ScreenSettings, audio: AudioSettings, seconds: float) -> dict[str, float]:
    """The idle screen, and engines with their devices closed; raises `DeviceMissingError`."""
    async with sound(audio) as (link, _), _drawing(screen, "idle", seconds) as drawing:
        await _said(drawing)
        pids = [pid for pid in (link.pid, link.spare_pid) if pid is not None]
        used_s, began_s = sum(map(cpu_s, pids)), time.monotonic()
        told = await _said(drawing)
        engines_pct = 100 * (sum(map(cpu_s, pids)) - used_s) / (time.monotonic() - began_s)
        return {"idle_cpu_pct": round(told["process_pct"] + engines_pct, 1)}


async def against_the_clock(audio: AudioSettings, seconds: float) -> dict[str, float]:
    """By how much tones are heard later than the played clock says; raises `OSError`."""
    sound_once = np.concatenate([tone(1000, BURST_S), silence(round(PAUSE_S * RATE_HZ))])
    payloads = encode(sound_once)
    async with sound(audio) as (link, heard), speaking(link, heard, payloads):
        await asyncio.sleep(seconds)
    late_ms = lateness_ms(heard, len(payloads))
    if not late_ms:
        raise DeviceMissingError("The microphone does not hear the loudspeaker.")
    middle, far = np.percentile(late_ms, 50), np.percentile(late_ms, (2.5, 97.5))
    return {
        "clock_error_ms": round(float(middle), 1),
        "clock_jitter_ms": round(float(far[1] - far[0]), 1),
    }


def lateness_ms(heard: Heard, packets: int) -> list[float]:
    """For each burst that was heard, captured minus played; `packets` are in a burst and pause."""
    late = []
    for arrival_s in heard.sent[packets::packets]:
        went_s = left_s(heard.clocks, arrival_s)
        if went_s is None:
            continue
        quiet = [level for at_s, level in heard.frames if arrival_s - 0.3 < at_s < arrival_s]
        floor = max(quiet, default=0.0)
        came_s = next(
            (
                at_s
                for at_s, level in heard.frames
                if arrival_s < at_s < arrival_s + HEARD_S and level > floor + ABOVE_DB
            ),
            None,
        )
        if came_s is not None:
            late.append(1000 * (came_s - went_s))
    return late


def screen_figures(told: dict[str, Any]) -> dict[str, float]:
    """What `tests.rigs.drawing_screen` has told."""
    frames = told["frames"]
    shown = max(1, frames["frames"] + frames["dropped"])
    return {
        **{f"frame_ms_{each}": frames[f"{each}_ms"] for each in ("p50", "p95", "p99")},
        "fps": told["fps"],
        "frames_dropped_pct": round(100 * frames["dropped"] / shown, 1),
        "screen_cpu_pct": round(told["process_pct"], 1),
    }


@asynccontextmanager
async def _drawing(
    screen: ScreenSettings, scene: str, seconds: float
) -> AsyncIterator["subprocess.Popen[str]"]:
    command = [
        *(sys.executable, "-m", "tests.rigs.drawing_screen", "--driver", screen.driver),
        *("--scene", scene, "--size", str(screen.width), str(screen.height)),
        *("--fps", str(screen.fps), "--seconds", str(seconds)),
    ]
    process = subprocess.Popen(  # noqa: ASYNC220 - at once, and it is read from in a thread
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, stdin=subprocess.DEVNULL
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


async def _said(drawing: "subprocess.Popen[str]") -> dict[str, Any]:
    """The next thing that the screen says; raises `DeviceMissingError` where it has ended."""

    def listen() -> dict[str, Any]:
        assert drawing.stdout is not None
        for line in drawing.stdout:
            if line.startswith("measuring"):
                return {}
            if line.startswith("{"):
                told: dict[str, Any] = json.loads(line)
                return told
        assert drawing.stderr is not None
        last = drawing.stderr.read().strip().splitlines()[-1:]
        raise DeviceMissingError(f"The screen cannot be drawn on: {''.join(last)}")

    return await asyncio.to_thread(listen)


async def _arrive(link: EngineLink, heard: Heard, payloads: list[bytes]) -> None:
    began_s = time.monotonic()
    for number, payload in enumerate(itertools.cycle(payloads)):
        await asyncio.sleep(max(0.0, began_s + number * PACKET_S - time.monotonic()))
        now_s = time.monotonic()
        heard.sent.append(now_s)
        link.play(VoicePacket(number % 2**16, 960 * number % 2**32, 1, now_s, payload))


async def _until(true: Callable[[], bool], why: str) -> None:
    with suppress(TimeoutError):
        async with asyncio.timeout(PATIENCE_S):
            while not true():  # noqa: ASYNC110 - a figure is wanted, not an event
                await asyncio.sleep(0.01)
            return
    raise DeviceMissingError(why)


async def _within(coming: Awaitable[object], why: str) -> None:
    try:
        await asyncio.wait_for(coming, PATIENCE_S)
    except TimeoutError:
        raise DeviceMissingError(why) from None
