"""One WebRTC call: the peer connection, its event channel, and the session behind it."""

import asyncio
import json
from collections.abc import Callable
from typing import Literal

import av
from aiortc import RTCConfiguration, RTCDataChannel, RTCPeerConnection, RTCSessionDescription
from aiortc.mediastreams import MediaStreamError, MediaStreamTrack

from kiosk.loopback import loopback_only
from kiosk.lossy import bear_loss
from kiosk.standin.faults import Faults
from kiosk.standin.session import Session
from kiosk.standin.tasks import ended
from kiosk.standin.vad import RATE_HZ
from kiosk.standin.wire import Event, RefusedError, new_id

CHANNEL = "oai-events"
_OPEN_WITHIN_S = 30.0
_GARBAGE = (
    "this is not JSON",
    '{"type": "response.output_audio_transcript.delta", "delta": "cut off in the mid',
    '["an", "array"]',
    '{"type": 7, "event_id": "event_7"}',
    '{"type": "response.from.the.future", "event_id": "event_8", "payload": {"deep": [[[]]]}}',
    '{"no": "type"}',
    "x" * 50_000,
    b"\x00\xff\xfe bytes",
)

Direction = Literal["sent", "received"]
"""As the service sees it."""

Observer = Callable[[str, Direction, Event], None]
"""Told the call's id, the direction, and the event."""


class Call:
    """Lives from the offer until either side hangs up."""

    def __init__(
        self,
        open_session: Callable[[Callable[[Event], None]], Session],
        on_closed: Callable[["Call"], None],
        *,
        faults: Faults,
        observe: Observer,
        limit_s: float,
    ) -> None:
        """`open_session` is given the function that sends an event; `on_closed` is told once."""
        self.id = new_id("rtc")
        self.session = open_session(self._send)
        self._on_closed = on_closed
        self._faults = faults
        self._observe = observe
        self._limit_s = faults.expire or limit_s
        self._peer = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        self._channel: RTCDataChannel | None = None
        self._sent = 0
        self._closing: asyncio.Task[None] | None = None
        self._listening: asyncio.Task[None] | None = None
        self._timers: list[asyncio.TimerHandle] = []

    async def answer(self, offer: str, *, loopback: bool) -> str:
        """Return the answer to an SDP offer; raises RefusedError where it cannot be taken."""
        self._peer.on("datachannel", self._channel_opened)
        self._peer.on("track", self._track_came)
        self._peer.on("connectionstatechange", self._state_changed)
        try:
            await self._peer.setRemoteDescription(RTCSessionDescription(offer, "offer"))
        except (ValueError, KeyError, IndexError, AssertionError, AttributeError) as error:
            raise RefusedError("The SDP offer cannot be read.", code="invalid_offer") from error
        kinds = {transceiver.kind for transceiver in self._peer.getTransceivers()}
        if kinds != {"audio"} or self._peer.sctp is None:
            raise RefusedError(
                "The SDP offer must have one audio and one application m-line.",
                code="invalid_offer",
            )
        self._peer.addTrack(self.session.mouth)
        bear_loss(self._peer)
        if loopback:
            with loopback_only():
                await self._peer.setLocalDescription(await self._peer.createAnswer())
        else:
            await self._peer.setLocalDescription(await self._peer.createAnswer())
        self._after(_OPEN_WITHIN_S, self._give_up)
        return str(self._peer.localDescription.sdp)

    def hang_up(self) -> asyncio.Task[None]:
        """End the call; returns the task that is done when nothing of it is left."""
        if self._closing is None:
            self._closing = asyncio.create_task(self._close(), name=f"hang up {self.id}")
        return self._closing

    async def _close(self) -> None:
        for timer in self._timers:
            timer.cancel()
        if self._listening is not None:
            await ended([self._listening])
        await self.session.close()
        await self._peer.close()
        self._on_closed(self)

    # --- what the peer connection tells -------------------------------------------------------

    def _channel_opened(self, channel: RTCDataChannel) -> None:
        if channel.label != CHANNEL:
            return
        if self._faults.no_channel:
            channel.close()
            return
        self._channel = channel
        channel.on("message", self._message_came)
        channel.on("close", self.hang_up)
        self.session.start()
        self._after(self._limit_s, self._expire)
        if self._faults.drop:
            self._after(self._faults.drop, channel.close)
        if self._faults.vanish:
            self._after(self._faults.vanish, self.hang_up)

    def _message_came(self, message: str | bytes) -> None:
        try:
            event = json.loads(message)
        except (ValueError, RecursionError):
            event = None
        if isinstance(event, dict):
            self._observe(self.id, "received", event)
        self.session.handle(message)

    def _track_came(self, track: MediaStreamTrack) -> None:
        if track.kind == "audio" and self._listening is None:
            self._listening = asyncio.create_task(self._listen(track), name=f"ears of {self.id}")

    async def _listen(self, track: MediaStreamTrack) -> None:
        resampler = av.AudioResampler(format="s16", layout="mono", rate=RATE_HZ)
        while True:
            try:
                frame = await track.recv()
            except MediaStreamError:
                return
            assert isinstance(frame, av.AudioFrame)
            for part in resampler.resample(frame):
                self.session.hear(part.to_ndarray()[0])

    def _state_changed(self) -> None:
        if self._peer.connectionState in ("closed", "failed"):
            self.hang_up()

    # --- deadlines and sending ----------------------------------------------------------------

    def _after(self, seconds: float, act: Callable[[], object]) -> None:
        self._timers.append(asyncio.get_running_loop().call_later(seconds, act))

    def _give_up(self) -> None:
        if self._channel is None and not self._faults.no_channel:
            self.hang_up()

    def _expire(self) -> None:
        self.session.expire()
        if self._channel is not None:
            self._channel.close()

    def _send(self, event: Event) -> None:
        channel = self._channel
        if channel is None or channel.readyState != "open":
            return
        channel.send(json.dumps(event, separators=(",", ":")))
        self._observe(self.id, "sent", event)
        if self._faults.garbage:
            channel.send(_GARBAGE[self._sent % len(_GARBAGE)])
        self._sent += 1
