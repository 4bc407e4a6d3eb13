"""The stand-in's mouth: voice that waits, sent as Opus in real time, 20 ms a packet."""

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from aiortc.mediastreams import MediaStreamTrack
from av.packet import Packet

from kiosk.opus_out import PACKET_SAMPLES, TIME_BASE, Pace, SpeechEncoder
from kiosk.standin.voice import RATE_HZ, Pcm


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
        self._encoder = SpeechEncoder()
        self._pace = Pace()
        self._pts = 0

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
        self._pts += await self._pace.next() * PACKET_SAMPLES
        packet = Packet(self._encoder.encode(self._next().tobytes()))
        packet.pts = self._pts
        packet.time_base = TIME_BASE
        self._pts += PACKET_SAMPLES
        return packet

    def _audible(self) -> bool:
        return any(passage.samples for passage in self._passages)

    def _next(self) -> Pcm:
        frame = np.zeros(PACKET_SAMPLES, np.int16)
        if not self._passages:
            return frame
        passage = self._passages[0]
        filled = 0
        while filled < PACKET_SAMPLES and passage.samples:
            head = passage.samples.popleft()
            taken = head[: PACKET_SAMPLES - filled]
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
