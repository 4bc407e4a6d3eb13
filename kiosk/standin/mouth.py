"""The stand-in's mouth: voice that waits, sent as Opus in real time, 20 ms a packet."""

import asyncio
import fractions
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import av
import numpy as np
from aiortc.mediastreams import MediaStreamTrack
from av.packet import Packet

from kiosk.standin.voice import RATE_HZ, Pcm

FRAME = RATE_HZ // 50
_FRAME_S = 0.02
_LATE_S = 0.2
"""Further behind than this, the past is not caught up with: a burst would not be real time."""
_TIME_BASE = fractions.Fraction(1, RATE_HZ)


@dataclass(slots=True)
class Passage:
    """The voice of one spoken item on its way out."""

    response_id: str
    item_id: str
    samples: deque[Pcm] = field(default_factory=deque)
    complete: bool = False
    """No more will be added."""
    played: int = 0
    """Samples sent so far."""

    @property
    def played_ms(self) -> int:
        """Voice that was sent, in milliseconds."""
        return self.played * 1000 // RATE_HZ


class Mouth(MediaStreamTrack):
    """The call's outgoing track; passages are spoken one after the other."""

    kind = "audio"

    def __init__(
        self,
        on_started: Callable[[Passage], None],
        on_stopped: Callable[[Passage], None],
        *,
        send_silence: bool = True,
    ) -> None:
        """`on_started` at a passage's first packet, `on_stopped` after its last."""
        super().__init__()
        self._on_started = on_started
        self._on_stopped = on_stopped
        self._send_silence = send_silence
        self._passages: deque[Passage] = deque()
        self._something_to_say = asyncio.Event()
        self._encoder = _encoder()
        self._start: float | None = None
        self._frames = 0

    @property
    def speaking(self) -> bool:
        """Whether voice is being sent or waits to be."""
        return bool(self._passages)

    def begin(self, response_id: str, item_id: str) -> Passage:
        """Open a passage behind the others; fill it with `add`, end it with `finish`."""
        passage = Passage(response_id, item_id)
        self._passages.append(passage)
        return passage

    def add(self, passage: Passage, pcm: Pcm) -> None:
        """Append voice to a passage; ignored once it was cleared."""
        if passage in self._passages and len(pcm):
            passage.samples.append(pcm)
            self._something_to_say.set()

    def finish(self, passage: Passage) -> None:
        """Say that nothing will be added any more."""
        passage.complete = True
        self._drop_finished()

    def clear(self) -> list[Passage]:
        """Fall silent at once; returns the passages that were cut, the audible one first."""
        cut = list(self._passages)
        self._passages.clear()
        return cut

    async def recv(self) -> "Packet[Any]":
        """Return the next packet when its time has come; never raises but for cancellation."""
        if not self._send_silence and not self._audible():
            self._something_to_say.clear()
            await self._something_to_say.wait()
        await self._pace()
        frame = av.AudioFrame.from_ndarray(self._next().reshape(1, -1), format="s16", layout="mono")
        frame.sample_rate = RATE_HZ
        frame.pts = self._frames * FRAME
        frame.time_base = _TIME_BASE
        packet = Packet(b"".join(bytes(part) for part in self._encoder.encode(frame)))
        packet.pts = frame.pts
        packet.time_base = _TIME_BASE
        self._frames += 1
        return packet

    def _audible(self) -> bool:
        return any(passage.samples for passage in self._passages)

    async def _pace(self) -> None:
        now = asyncio.get_running_loop().time()
        if self._start is None:
            self._start = now
        due = self._start + self._frames * _FRAME_S
        if now - due > _LATE_S:
            self._frames += int((now - due) / _FRAME_S)
        elif due > now:
            await asyncio.sleep(due - now)

    def _next(self) -> Pcm:
        frame = np.zeros(FRAME, np.int16)
        if not self._passages:
            return frame
        passage = self._passages[0]
        filled = 0
        while filled < FRAME and passage.samples:
            head = passage.samples.popleft()
            taken = head[: FRAME - filled]
            frame[filled : filled + len(taken)] = taken
            filled += len(taken)
            if len(taken) < len(head):
                passage.samples.appendleft(head[len(taken) :])
        if filled:
            first = passage.played == 0
            passage.played += filled
            if first:
                self._on_started(passage)
        self._drop_finished()
        return frame

    def _drop_finished(self) -> None:
        while self._passages and self._passages[0].complete and not self._passages[0].samples:
            passage = self._passages.popleft()
            if passage.played:
                self._on_stopped(passage)


def _encoder() -> av.AudioCodecContext:
    """Opus as a careful service sends it: mono, with what a receiver needs to mend losses."""
    encoder = av.CodecContext.create("libopus", "w")
    assert isinstance(encoder, av.AudioCodecContext)
    encoder.bit_rate = 32_000
    encoder.format = av.AudioFormat("s16")
    encoder.layout = av.AudioLayout("mono")
    encoder.sample_rate = RATE_HZ
    encoder.time_base = _TIME_BASE
    encoder.options = {
        "application": "voip",
        "frame_duration": "20",
        "fec": "1",
        "packet_loss": "15",
        "compression_level": "5",
    }
    return encoder
