"""An `EngineLink` with everything it reported, for tests that wait for what they expect."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from pathlib import Path

import numpy as np

from kiosk.audio.link import EngineLink
from kiosk.audio.pcm import Pcm
from kiosk.audio.port import Clock, SoundFailed, SoundReport, VoicePacket
from kiosk.settings import AudioSettings

LOOK_S = 0.02
"""How often what nobody tells of is looked for."""


class Booth:
    """A link under test."""

    def __init__(self, link: EngineLink) -> None:
        self.link = link
        self.reports: list[SoundReport] = []
        self.frames: list[tuple[bytes, float]] = []
        self._news = asyncio.Event()
        link.on_report = self._report
        link.on_frame = self._frame

    def _report(self, report: SoundReport) -> None:
        self.reports.append(report)
        self._news.set()

    def _frame(self, pcm: bytes, at_s: float) -> None:
        self.frames.append((pcm, at_s))
        self._news.set()

    @property
    def clocks(self) -> list[Clock]:
        return [report for report in self.reports if isinstance(report, Clock)]

    @property
    def failures(self) -> list[SoundFailed]:
        return [report for report in self.reports if isinstance(report, SoundFailed)]

    @property
    def heard(self) -> Pcm:
        """All frames so far."""
        return np.frombuffer(b"".join(pcm for pcm, _ in self.frames), "<i2")

    async def until(self, true: Callable[[], bool], within_s: float = 10.0) -> None:
        """Wait until something is true; what is not told by a report or frame is looked for."""
        async with asyncio.timeout(within_s):
            while not true():
                self._news.clear()
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._news.wait(), LOOK_S)

    async def report(self, kind: type[SoundReport], within_s: float = 10.0) -> SoundReport:
        """Wait for the next report of a kind, and return it."""
        begin = len(self.reports)
        await self.until(lambda: any(isinstance(r, kind) for r in self.reports[begin:]), within_s)
        return next(r for r in self.reports[begin:] if isinstance(r, kind))

    async def spare(self) -> int:
        """Wait until an engine stands by, and return its process."""
        await self.until(lambda: self.link.spare_pid is not None)
        assert self.link.spare_pid is not None
        return self.link.spare_pid

    async def speak(self, packets: list[VoicePacket]) -> None:
        """Send packets at the pace of a call."""
        began_s = time.monotonic()
        for i, packet in enumerate(packets):
            await asyncio.sleep(max(0.0, began_s + i * 0.02 - time.monotonic()))
            self.link.play(replace(packet, arrival_s=time.monotonic()))


@asynccontextmanager
async def booth(
    settings: AudioSettings, *, record: Path | None = None, monitor: Path | None = None
) -> AsyncIterator[Booth]:
    """Start a link, wait for its first word, and stop it in the end."""
    it = Booth(EngineLink(settings, record=record, monitor=monitor))
    await it.link.start()
    try:
        await it.until(lambda: bool(it.reports))
        yield it
    finally:
        await it.link.stop()
