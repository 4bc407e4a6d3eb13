"""Sound on the wire: the microphone's packets out, the voice's packets in."""

import asyncio
import logging
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Protocol

import av
from aiortc import MediaStreamTrack, RTCRtpSender, rtcrtpreceiver
from aiortc.rtp import RtpPacket
from av.stream import Stream

from kiosk.audio.port import FRAME_BYTES, VoicePacket
from kiosk.opus_out import SILENT_PACKET, TIME_BASE, OpusError, SpeechEncoder
from kiosk.realtime.packets import MicPackets

log = logging.getLogger(__name__)

HELD_S = 0.5
"""Often enough that nobody takes the call for dead."""


class Encoder(Protocol):
    """What the track needs of a `SpeechEncoder`."""

    def encode(self, pcm: bytes) -> bytes:
        """Return the packet for `PACKET_SAMPLES` samples of 16 bits; raise `OpusError`."""

    def expect_loss(self, percent: int) -> None:
        """Prepare the packets from now on for that many being lost."""


class MicTrack(MediaStreamTrack):
    """The booth's microphone as aiortc sends it: Opus packets of 20 ms, whatever happens.

    aiortc sends whatever `recv` returns at once, and stops for ever when it raises or ends: so
    this is the sender's clock (`MicPackets` says when), and silence stands in for all that is
    missing.
    """

    kind = "audio"

    counts: Counter[str]
    """As `MicPackets.counts`, and frames of a wrong size (`malformed`) and packets lost in the
    encoder (`failed`)."""

    captured_s: float | None
    """Monotonic second of the first sample of the last packet; None where it was silence that
    stood in."""

    def __init__(self, encoder: Encoder | None = None) -> None:
        super().__init__()
        self.captured_s = None
        self._encoder = encoder or SpeechEncoder()
        self._packets = MicPackets()
        self.counts = self._packets.counts
        self._complete = asyncio.Event()
        self._held_s = self._left_s = 0.0
        self._silent = False

    def hear(self, frame: bytes, captured_s: float) -> None:
        """Queue one frame of the microphone (`FRAME_BYTES`) captured at that monotonic second."""
        if self._silent:
            return
        if len(frame) != FRAME_BYTES:
            self.counts["malformed"] += 1
            return
        self._packets.hear(frame, captured_s, time.monotonic())
        if self._packets.ready:
            self._complete.set()

    def hold(self, *, on: bool) -> None:
        """Send one packet each `HELD_S` only, as long as what is said goes another way.

        Receivers know such pauses from senders that are silent; the timeline goes on.
        """
        self._held_s = HELD_S if on else 0.0
        self._complete.set()

    def fall_silent(self) -> None:
        """Let go of what has not left yet, and send silence from now on.

        A track lives as long as aiortc takes to close its call.
        """
        self._silent = True
        self._packets.drop()

    def expect_loss(self, percent: int) -> None:
        """Prepare the packets from now on for that many being lost."""
        self._encoder.expect_loss(percent)

    async def recv(self) -> "av.Packet[Stream]":
        """Return the next packet when its time has come; raises only when cancelled."""
        while (wait_s := self._due_s() - time.monotonic()) > 0:
            self._complete.clear()
            with suppress(TimeoutError):
                async with asyncio.timeout(wait_s):
                    await self._complete.wait()
        self._left_s = time.monotonic()
        taken = self._packets.take(self._left_s)
        self.captured_s = taken.captured_s
        packet = av.Packet(self._encoded(taken.pcm))
        packet.pts = taken.timestamp
        packet.time_base = TIME_BASE
        return packet

    def _due_s(self) -> float:
        return max(self._packets.due_s(), self._left_s + self._held_s)

    def _encoded(self, pcm: bytes) -> bytes:
        try:
            return self._encoder.encode(pcm)
        except OpusError as problem:
            if not self.counts["failed"]:
                log.error("The microphone cannot be encoded: %s.", problem)  # noqa: TRY400
            self.counts["failed"] += 1
            return SILENT_PACKET


def drop_sent(sender: RTCRtpSender) -> None:
    """Let go of the packets that aiortc keeps to send them once more."""
    # A release of aiortc without this name keeps them until the sender goes, soon after the call.
    vars(sender).get("_RTCRtpSender__rtp_history", {}).clear()


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
