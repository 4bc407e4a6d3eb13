"""Sound on the wire: the microphone's packets out, the voice's packets in."""

import logging
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import av
from aiortc import MediaStreamTrack, rtcrtpreceiver
from aiortc.rtp import RtpPacket
from av.stream import Stream

from kiosk.audio.port import FRAME_BYTES, FRAME_MS, VoicePacket
from kiosk.opus_out import (
    PACKET_MS,
    PACKET_SAMPLES,
    SILENT_PACKET,
    TIME_BASE,
    Pace,
    SpeechEncoder,
)

log = logging.getLogger(__name__)

PACKET_FRAMES = PACKET_MS // FRAME_MS
PACKET_BYTES = PACKET_FRAMES * FRAME_BYTES

BACKLOG_FRAMES = 8
"""Frames that may wait; each one is delay for the rest of the call."""
_SILENCE = bytes(PACKET_BYTES)


class MicTrack(MediaStreamTrack):
    """The booth's microphone as aiortc sends it: one Opus packet every 20 ms, whatever happens.

    aiortc stops sending for ever when a track raises or ends, so silence stands in for all that
    is missing.
    """

    kind = "audio"

    counts: Counter[str]
    """Packets sent (`sent`), of which without any sound to send (`silent`); frames thrown away
    because they came too fast (`dropped`) or had a wrong size (`malformed`); packets `skipped`
    after a stall and lost in the encoder (`failed`)."""

    delay_s: float
    """From the microphone to the packet, for the last one that held sound."""

    def __init__(self, encode: Callable[[bytes], bytes] | None = None) -> None:
        super().__init__()
        self.counts = Counter()
        self.delay_s = 0.0
        self._encode = encode or SpeechEncoder().encode
        self._frames: deque[tuple[bytes, float]] = deque()
        self._pace = Pace()
        self._pts = 0

    def hear(self, frame: bytes, captured_s: float) -> None:
        """Queue one frame of the microphone (`FRAME_BYTES`) captured at that monotonic second."""
        if len(frame) != FRAME_BYTES:
            self.counts["malformed"] += 1
            return
        self._frames.append((frame, captured_s))
        self._keep(BACKLOG_FRAMES)

    async def recv(self) -> "av.Packet[Stream]":
        """Return the next packet when its time has come."""
        if not self.counts["sent"]:
            self._keep(PACKET_FRAMES)
        skipped = await self._pace.next()
        self.counts["skipped"] += skipped
        self._pts += skipped * PACKET_SAMPLES
        packet = av.Packet(self._encoded(self._pcm()))
        packet.pts = self._pts
        packet.time_base = TIME_BASE
        self._pts += PACKET_SAMPLES
        self.counts["sent"] += 1
        return packet

    def _keep(self, count: int) -> None:
        while len(self._frames) > count:
            self._frames.popleft()
            self.counts["dropped"] += 1

    def _pcm(self) -> bytes:
        if len(self._frames) < PACKET_FRAMES:
            self.counts["silent"] += 1
            return _SILENCE
        taken = [self._frames.popleft() for _ in range(PACKET_FRAMES)]
        self.delay_s = time.monotonic() - taken[0][1]
        return b"".join(frame for frame, _ in taken)

    def _encoded(self, pcm: bytes) -> bytes:
        try:
            return self._encode(pcm)
        except (av.FFmpegError, ValueError) as problem:
            if not self.counts["failed"]:
                log.error("The microphone cannot be encoded (%s).", type(problem).__name__)  # noqa: TRY400
            self.counts["failed"] += 1
            return SILENT_PACKET


class PacketTap:
    """Takes the place of aiortc's jitter buffer: hands each packet on, lets none be decoded.

    aiortc's own buffer stops at a lost packet and never catches up; the engine does better.
    """

    def __init__(self, on_packet: Callable[[VoicePacket], None]) -> None:
        self._on_packet = on_packet

    def add(self, packet: RtpPacket) -> tuple[bool, None]:
        """Hand on a packet that came off the wire; tell aiortc that no frame is ready."""
        if packet.payload:
            self._on_packet(
                VoicePacket(
                    sequence=packet.sequence_number,
                    timestamp=packet.timestamp,
                    ssrc=packet.ssrc,
                    arrival_s=time.monotonic(),
                    payload=packet.payload,
                )
            )
        return False, None


@contextmanager
def tapped(on_packet: Callable[[VoicePacket], None]) -> Iterator[None]:
    """Give a tap to the receivers that aiortc makes inside this block.

    The block must not await, so that no other peer connection of the process is touched.
    """
    made: list[PacketTap] = []

    def make(capacity: int, prefetch: int = 0, is_video: bool = False) -> PacketTap:  # noqa: ARG001, FBT001, FBT002 - aiortc's own
        made.append(PacketTap(on_packet))
        return made[-1]

    names = vars(rtcrtpreceiver)
    original = names["JitterBuffer"]
    names["JitterBuffer"] = make
    try:
        yield
    finally:
        names["JitterBuffer"] = original
    if not made:
        raise RuntimeError("aiortc has made a receiver without asking for its jitter buffer.")
