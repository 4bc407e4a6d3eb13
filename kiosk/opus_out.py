"""Opus as it leaves the house: speech that survives lost packets, one packet every 20 ms."""

import asyncio
import time
from fractions import Fraction

import av

from kiosk.audio.port import RATE_HZ

PACKET_MS = 20
PACKET_SAMPLES = RATE_HZ * PACKET_MS // 1000
TIME_BASE = Fraction(1, RATE_HZ)

LATE_S = 0.1
"""After a longer stall the lost time is skipped, not sent in a burst."""

SILENT_PACKET = b"\xf8\xff\xfe"
"""20 ms of silence in Opus."""


class SpeechEncoder:
    """Mono speech at 32 kbit/s with what a receiver needs to mend single lost packets."""

    def __init__(self) -> None:
        codec = av.CodecContext.create("libopus", "w")
        assert isinstance(codec, av.AudioCodecContext)
        codec.bit_rate = 32_000
        codec.format = "s16"
        codec.layout = "mono"
        codec.sample_rate = RATE_HZ
        codec.time_base = TIME_BASE
        codec.options = {
            "application": "voip",
            "compression_level": "5",
            "fec": "1",
            "frame_duration": str(PACKET_MS),
            "packet_loss": "15",
        }
        self._codec = codec
        self._pts = 0

    def encode(self, pcm: bytes) -> bytes:
        """Return the packet for `PACKET_SAMPLES` samples of 16 bits; raise av.FFmpegError."""
        frame = av.AudioFrame(format="s16", layout="mono", samples=PACKET_SAMPLES)
        frame.planes[0].update(pcm)
        frame.sample_rate = RATE_HZ
        frame.time_base = TIME_BASE
        frame.pts = self._pts
        self._pts += PACKET_SAMPLES
        packets = self._codec.encode(frame)
        return bytes(packets[0]) if packets else SILENT_PACKET


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
