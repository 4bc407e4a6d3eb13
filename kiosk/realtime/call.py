"""One call to the service: a peer connection with a microphone out, a voice in and a channel."""

import asyncio
import logging
import time
from collections.abc import Callable, Coroutine, Mapping
from contextlib import nullcontext

from aiortc import (
    RTCBundlePolicy,
    RTCConfiguration,
    RTCDataChannel,
    RTCPeerConnection,
    RTCRtpSender,
    RTCSessionDescription,
)
from aiortc.exceptions import InvalidStateError

from kiosk.audio.port import VoicePacket
from kiosk.core.faults import Fault
from kiosk.core.snapshot import Hearing
from kiosk.loopback import loopback_only
from kiosk.lossy import bear_loss
from kiosk.realtime.errors import LineError
from kiosk.realtime.listening import Listening
from kiosk.realtime.path import CallPath, leave
from kiosk.realtime.protocol import CHANNEL
from kiosk.realtime.sending import SendingWatch
from kiosk.realtime.tracks import MicTrack, drop_sent, tapped

log = logging.getLogger(__name__)

OPUS_RTPMAP = "opus/48000/2\r\n"
OPUS_FMTP = "minptime=10;useinbandfec=1"
CLOSE_S = 1.5
"""Longest that closing may take before it is left to itself."""


class Call:
    """One peer connection, from the offer to the end; calls back nothing after `close` began."""

    id: str
    """The service's name for this call, where it gave one."""

    mic: MicTrack

    def __init__(
        self,
        *,
        on_message: Callable[[str], None],
        on_packet: Callable[[VoicePacket], None],
        on_hearing: Callable[[Hearing, float], None],
        on_end: Callable[[str], None],
        loopback: bool,
    ) -> None:
        """`on_end` is told once, in a sentence, when an open call ends by itself.

        `on_hearing` is told of each change of `hearing` before what made it is passed on.
        """
        self.id = ""
        self.mic = MicTrack()
        self._on_message = on_message
        self._on_packet = on_packet
        self._on_hearing = on_hearing
        self._on_end = on_end
        self._loopback = loopback
        loop = asyncio.get_running_loop()
        self._met: asyncio.Future[None] = loop.create_future()
        self._opened: asyncio.Future[None] = loop.create_future()
        self._closing: asyncio.Task[None] | None = None
        self._watch: SendingWatch | None = None
        self._listening: Listening | None = None
        self._path: CallPath | None = None
        self._watching: list[asyncio.Task[None]] = []
        self._ended = False
        # The track comes before the channel: the other way round a bundle never connects.
        self._peer = RTCPeerConnection(
            RTCConfiguration(iceServers=[], bundlePolicy=RTCBundlePolicy.MAX_BUNDLE)
        )
        with tapped(self._packet):
            transceiver = self._peer.addTransceiver(self.mic, direction="sendrecv")
        self._sender = transceiver.sender
        codecs = RTCRtpSender.getCapabilities("audio").codecs
        transceiver.setCodecPreferences([c for c in codecs if c.mimeType.lower() == "audio/opus"])
        self._channel: RTCDataChannel = self._peer.createDataChannel(CHANNEL)
        bear_loss(self._peer)
        self._channel.on("open", self._channel_opened)
        self._channel.on("message", self._message)
        self._channel.on("close", self._channel_closed)
        self._peer.on("connectionstatechange", self._state_changed)
        self._peer.on("iceconnectionstatechange", self._way_changed)

    async def offer(self) -> str:
        """Return the SDP offer, with the host's own addresses and nobody's STUN server."""
        with loopback_only() if self._loopback else nullcontext():
            await self._peer.setLocalDescription(await self._peer.createOffer())
        sdp: str = self._peer.localDescription.sdp
        return asking_for_fec(sdp)

    async def answer(self, sdp: str) -> None:
        """Take the service's SDP answer; raise LineError where it is none."""
        try:
            await self._peer.setRemoteDescription(RTCSessionDescription(sdp, "answer"))
        except Exception as problem:
            # aiortc's parser has no error of its own for text that is not SDP.
            why = f"The service's SDP answer cannot be used ({type(problem).__name__})."
            raise LineError(Fault.PROTOCOL_UNKNOWN, why) from problem

    async def met(self) -> None:
        """Return when the two ends have found a way to each other, or never will (`has_met`)."""
        await asyncio.wait([self._met, self._opened], return_when=asyncio.FIRST_COMPLETED)

    @property
    def has_met(self) -> bool:
        """Whether the two ends have heard each other."""
        return self._met.done() and not self._met.cancelled()

    async def opened(self) -> None:
        """Return when the event channel is open; raise LineError when it never will be."""
        await asyncio.shield(self._opened)
        if self._ended:
            raise LineError(Fault.LINE_LOST, "The service ended the call at once.")

    def send(self, raw: str) -> str:
        """Send one message; return why it could not be sent, or nothing."""
        try:
            self._channel.send(raw)
        except InvalidStateError:
            return "the event channel is not open"
        except ValueError:
            return f"{len(raw)} bytes are more than the service takes"
        return ""

    @property
    def waiting_bytes(self) -> int:
        """What waits in the event channel to be sent."""
        return self._channel.bufferedAmount

    def hold(self, *, on: bool) -> None:
        """Let the microphone's packets pause, as long as what is said goes over the channel."""
        self.mic.hold(on=on)

    async def close(self) -> None:
        """Close everything; safe at any stage, any number of times, from several tasks."""
        if self._closing is None:
            self._ended = True
            self._met.cancel()
            self._opened.cancel()
            self._stop_watching()
            self.mic.fall_silent()
            # A task of its own: an interrupted close of aiortc's could never be finished.  It is
            # made before, and begins after, what uses names inside the libraries.
            self._closing = asyncio.create_task(self._peer.close(), name="Closing the call")
            self._closing.add_done_callback(_log_failure)
            drop_sent(self._sender)
            leave(self._sender.transport.transport)
        await asyncio.wait([self._closing], timeout=CLOSE_S)

    @property
    def ended(self) -> bool:
        """Whether the call has ended, by itself or by `close`."""
        return self._ended

    @property
    def hearing(self) -> tuple[Hearing, float]:
        """How it hears the service, and `Liveness.since_s`; known once it is open."""
        assert self._listening is not None, "the call is not open yet"
        return self._listening.now

    @property
    def quality(self) -> dict[str, float]:
        """What the service said last of the way to it, as `SendingWatch.quality`."""
        return {} if self._watch is None else self._watch.quality

    def _channel_opened(self) -> None:
        if self._opened.done():
            return
        self._opened.set_result(None)
        self._watch = SendingWatch(
            self._sender, on_loss=self.mic.expect_loss, on_stopped=self._sending_stopped
        )
        self._listening = Listening(self._hearing_changed, time.monotonic)
        self._path = CallPath(
            self._sender.transport.transport,
            on_heard=self._listening.heard,
            on_answer=self._listening.answered,
        )
        self._start_watching(self._watch.run(), "Watching the sender")
        self._start_watching(self._listening.run(self._path), "Listening to the service")

    def _start_watching(self, work: Coroutine[object, object, None], name: str) -> None:
        task = asyncio.create_task(work, name=name)
        task.add_done_callback(_log_failure)
        self._watching.append(task)

    def _message(self, raw: str | bytes) -> None:
        if not self._ended:
            self._on_message(raw if isinstance(raw, str) else raw.decode("utf-8", "replace"))

    def _packet(self, packet: VoicePacket) -> None:
        if not self._ended:
            self._on_packet(packet)

    def _state_changed(self) -> None:
        ending = _ENDINGS.get(self._peer.connectionState)
        if ending is not None:
            self._end(ending)

    def _way_changed(self) -> None:
        if self._peer.iceConnectionState in FOUND and not self._met.done():
            self._met.set_result(None)

    def _hearing_changed(self, hearing: Hearing, since_s: float) -> None:
        if not self._ended:
            self._on_hearing(hearing, since_s)

    def _channel_closed(self) -> None:
        self._end("The service closed the event channel.")

    def _sending_stopped(self) -> None:
        self._end("The microphone's packets stopped leaving.")

    def _stop_watching(self) -> None:
        for task in self._watching:
            task.cancel()
        if self._path is not None:
            self._path.release()

    def _end(self, why: str) -> None:
        if self._ended:
            return
        self._ended = True
        if self._opened.done():
            self._on_end(why)
        else:
            self._opened.set_exception(LineError(Fault.LINE_LOST, why))
            self._opened.exception()


FOUND = frozenset({"connected", "completed"})
"""States of ICE in which both ends have heard each other."""

_ENDINGS: Mapping[str, str] = {
    "failed": "The connection for the voice failed.",
    "closed": "The connection to the service ended.",
}
"""States of a peer connection from which there is no way back."""


def asking_for_fec(sdp: str) -> str:
    """Return an offer that asks the service to send Opus with forward error correction."""
    lines = []
    for line in sdp.splitlines(keepends=True):
        lines.append(line)
        if line.startswith("a=rtpmap:") and line.endswith(OPUS_RTPMAP):
            payload_type = line.removeprefix("a=rtpmap:").split()[0]
            lines.append(f"a=fmtp:{payload_type} {OPUS_FMTP}\r\n")
    return "".join(lines)


def _log_failure(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and (problem := task.exception()) is not None:
        log.warning("%s failed (%s).", task.get_name(), type(problem).__name__)
