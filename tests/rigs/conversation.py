"""A conversation through a real engine and a real sound server: a voice that arrives at the pace of
a call, and everything that the engine tells of it.
"""

import asyncio
import itertools
import os
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from unittest import mock

import numpy as np

from kiosk.audio.link import EngineLink
from kiosk.audio.pcm import Pcm
from kiosk.audio.port import FRAME_BYTES, Clock, SoundReport, VoicePacket
from kiosk.settings import AudioSettings, ProfileName
from tests.rigs.pulse import MICROPHONE, SPEAKER, Pulse, pulse

PACKET_S = 0.02
_LOOK_S = 0.005
_SETTLE_S = 1.0
"""The first times that a stream tells are wrong."""


@dataclass(slots=True)
class Conversation:
    """What was given to the link, and what it told."""

    link: EngineLink
    server: Pulse
    clocks: list[Clock] = field(default_factory=list)
    reports: list[SoundReport] = field(default_factory=list)
    """All but clocks."""
    frames: list[tuple[float, float]] = field(default_factory=list)
    """When each frame of the microphone was captured, and when it came."""
    sent: list[float] = field(default_factory=list)
    """When each packet of the voice arrived."""
    pulled: list[tuple[float, Pcm]] = field(default_factory=list)
    """When the sound card took each block, and the block."""
    passes: bool = True
    """Packets are given on, not dropped."""

    def hear(self, _pcm: bytes, at_s: float) -> None:
        """Note a frame."""
        self.frames.append((at_s, time.monotonic()))

    def note(self, report: SoundReport) -> None:
        """Note a report."""
        if isinstance(report, Clock):
            self.clocks.append(report)
        else:
            self.reports.append(report)

    async def speak(self, payloads: list[bytes]) -> None:
        """Let packets arrive, every 20 ms, until cancelled; the same ones again and again."""
        began_s = time.monotonic()
        for number, payload in enumerate(itertools.cycle(payloads)):
            await asyncio.sleep(max(0.0, began_s + number * PACKET_S - time.monotonic()))
            now_s = time.monotonic()
            self.sent.append(now_s)
            if self.passes:
                packet = VoicePacket(number % 2**16, 960 * number % 2**32, 1, now_s, payload)
                self.link.play(packet)

    async def until(self, true: Callable[[], bool], within_s: float = 30.0) -> bool:
        """Wait until something is true; False when it does not become so."""
        with suppress(TimeoutError):
            async with asyncio.timeout(within_s):
                while not true():  # noqa: ASYNC110 - a figure is wanted, not an event
                    await asyncio.sleep(_LOOK_S)
                return True
        return False


@asynccontextmanager
async def conversation(
    payloads: list[bytes], *, profile: ProfileName = "open", listen: bool = False
) -> AsyncIterator[Conversation]:
    """Hold one, past the first second of its devices and of its voice, with a spare engine ready.

    `listen` fills `pulled`.
    """
    with ExitStack() as stack:
        server = stack.enter_context(pulse())
        stack.enter_context(mock.patch.dict(os.environ, server.environment))
        pipe = server.folder / "monitor" if listen else None
        settings = AudioSettings("portaudio", (MICROPHONE,), (SPEAKER,), profile)
        it = Conversation(EngineLink(settings, monitor=pipe), server)
        if pipe is not None:
            stack.enter_context(_listening(pipe, it.pulled))
        it.link.on_frame, it.link.on_report = it.hear, it.note
        await it.link.start()
        try:
            await it.until(lambda: bool(it.reports))
            it.link.open()
            await it.until(lambda: bool(it.clocks))
            await asyncio.sleep(_SETTLE_S)
            speaking = asyncio.create_task(it.speak(payloads))
            try:
                await it.until(lambda: it.link.spare_pid is not None)
                await asyncio.sleep(_SETTLE_S)
                yield it
            finally:
                speaking.cancel()
        finally:
            await it.link.stop()


@contextmanager
def _listening(pipe: Path, pulled: list[tuple[float, Pcm]]) -> Iterator[None]:
    """Note each block that the engine hands to the sound card, as soon as it does."""
    os.mkfifo(pipe)
    keeper = os.open(pipe, os.O_RDWR)

    def read() -> None:
        while data := os.read(keeper, FRAME_BYTES):
            if len(data) < FRAME_BYTES:
                return
            pulled.append((time.monotonic(), np.frombuffer(data, "<i2")))

    thread = threading.Thread(target=read)
    thread.start()
    try:
        yield
    finally:
        os.write(keeper, b"\0")
        thread.join()
        os.close(keeper)
