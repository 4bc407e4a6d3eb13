"""Opus as it leaves the house: speech that survives lost packets, one packet every 20 ms."""

import asyncio
import time
from fractions import Fraction

from kiosk.audio.opus import FULL_BAND, WIDE_BAND, Encoder, OpusError
from kiosk.audio.port import RATE_HZ
from kiosk.opus_loss import LEAST_PERCENT

__all__ = [
    "PACKET_MS",
    "PACKET_SAMPLES",
    "SILENT_PACKET",
    "TIME_BASE",
    "OpusError",
    "Pace",
    "SpeechEncoder",
]

PACKET_MS = 20
PACKET_SAMPLES = RATE_HZ * PACKET_MS // 1000
TIME_BASE = Fraction(1, RATE_HZ)

BIT_RATE = 32_000
"""The most that the speech of one voice gains from: 24 kbit/s cost 0.1 to 0.2 PESQ at any loss."""
COMPLEXITY = 5
NARROW_PERCENT = 20
"""From that loss on the bits go to the speech band alone, up to 8 kHz: 0.1 PESQ better at 20 %."""

LATE_S = 0.1
"""After a longer stall the lost time is skipped, not sent in a burst."""

SILENT_PACKET = b"\xf8\xff\xfe"
"""20 ms of silence in Opus."""


class SpeechEncoder(Encoder):
    """Mono speech with what a receiver needs to mend single lost packets."""

    def __init__(self) -> None:
        super().__init__(bit_rate=BIT_RATE, complexity=COMPLEXITY)
        self.expect_loss(LEAST_PERCENT)

    def expect_loss(self, percent: int) -> None:
        """Prepare the packets from now on for that many being lost, 0 to 100."""
        super().expect_loss(percent)
        self.limit_band(WIDE_BAND if percent >= NARROW_PERCENT else FULL_BAND)


class Pace:
    """The beat at which packets are sent; the first is due when it is asked for."""

    def __init__(self) -> None:
        self._due_s: float | None = None

    async def next(self) -> int:
        """Wait for the next packet's time; return how many packets a stall has cost."""
        now_s = time.monotonic()
        if self._due_s is None:
            self._due_s = now_s
        due_s = self._due_s
        await asyncio.sleep(max(0.0, due_s - now_s))
        late_s = time.monotonic() - due_s
        skipped = int(late_s * 1000 / PACKET_MS) if late_s > LATE_S else 0
        self._due_s = due_s + (skipped + 1) * PACKET_MS / 1000
        return skipped
