"""The least a service must do: HTTP as the table says, and a real peer that speaks Opus."""

import asyncio
import json
import math
import struct
import time
from collections.abc import Awaitable, Callable, Iterator
from fractions import Fraction
from typing import Any

import av
from aiohttp import web
from aiortc import (
    MediaStreamTrack,
    RTCConfiguration,
    RTCDataChannel,
    RTCPeerConnection,
    RTCSessionDescription,
)

from kiosk.loopback import loopback_only
from kiosk.opus_out import PACKET_SAMPLES
from kiosk.realtime.path import leave

KEY = "sk-proj-NeverToBeSeen0123456789"
TOKEN = "ek_NeverToBeSeenEither"

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def refused(status: int, code: str | None, **headers: str) -> web.Response:
    """Return an error as the service words it, with the key in its message."""
    error = {"message": f"Wrong: {KEY} {TOKEN}", "type": "x", "param": None, "code": code}
    return web.json_response({"error": error}, status=status, headers=headers)


def _lost(*_: object) -> None:
    """Take a datagram that is never seen again."""


class Tone(MediaStreamTrack):
    """440 Hz in frames of 20 ms."""

    kind = "audio"

    def __init__(self) -> None:
        super().__init__()
        self._at = 0

    async def recv(self) -> av.AudioFrame:
        await asyncio.sleep(0.02)
        span = range(self._at, self._at + PACKET_SAMPLES)
        pcm = [int(8000 * math.sin(2 * math.pi * 440 * n / 48_000)) for n in span]
        frame = av.AudioFrame(format="s16", layout="mono", samples=PACKET_SAMPLES)
        frame.planes[0].update(struct.pack(f"<{PACKET_SAMPLES}h", *pcm))
        frame.sample_rate = 48_000
        frame.pts = self._at
        frame.time_base = Fraction(1, 48_000)
        self._at += PACKET_SAMPLES
        return frame


class FarEnd:
    """A service on a port of its own.  What it does can be replaced before a request comes."""

    def __init__(self) -> None:
        self.url = ""
        self.minted: list[dict[str, Any]] = []
        self.mint_headers: list[dict[str, str]] = []
        self.offers: list[str] = []
        self.call_headers: list[dict[str, str]] = []
        self.hung_up: list[str] = []
        self._hung_up = asyncio.Event()
        self.mints: Handler = self.mint
        self.calls: Handler = self.call
        self.hang_ups: Handler = self.hang_up
        self.looks: Handler = self.look
        self.lifetime_s = 600
        self.edit_offer: Callable[[str], str] = lambda sdp: sdp
        self.edit_answer: Callable[[str], str] = lambda sdp: sdp
        self.greeting: list[str] = ['{"type":"session.created","session":{"id":"sess_1"}}']
        self.closes_at_once = False
        self.heard: asyncio.Queue[str] = asyncio.Queue()
        self.channel: RTCDataChannel | None = None
        self.voices: asyncio.Queue[MediaStreamTrack] = asyncio.Queue()
        self.peers: list[RTCPeerConnection] = []
        self._runner: web.AppRunner | None = None

    async def start(self) -> None:
        app = web.Application(client_max_size=1 << 22)
        app.router.add_post("/v1/realtime/client_secrets", self._through("mints"))
        app.router.add_post("/v1/realtime/calls", self._through("calls"))
        app.router.add_post("/v1/realtime/calls/{id}/hangup", self._through("hang_ups"))
        app.router.add_get("/{path:.*}", self._through("looks"))
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        port = self._runner.addresses[0][1]
        self.url = f"http://127.0.0.1:{port}"

    async def stop(self) -> None:
        await self.hang_up_all()
        assert self._runner is not None
        await self._runner.cleanup()

    def block_voice(self, *, for_sure: bool = False) -> None:
        """Let neither peer know where the other is; `for_sure` tells ours that none will come."""
        gone = ("a=candidate",) if for_sure else ("a=candidate", "a=end-of-candidates")

        def edit(sdp: str) -> str:
            return "".join(
                line for line in sdp.splitlines(keepends=True) if not line.startswith(gone)
            )

        self.edit_offer = self.edit_answer = edit

    def unblock_voice(self) -> None:
        """Take `block_voice` back."""
        self.edit_offer = self.edit_answer = lambda sdp: sdp

    def vanish(self) -> None:
        """Neither hear nor say anything on the wire from now on, as behind a cut cable."""
        for protocol in self._protocols():
            protocol.datagram_received = protocol.transport.sendto = _lost

    def come_back(self) -> None:
        """Take `vanish` back."""
        for protocol in self._protocols():
            del protocol.datagram_received, protocol.transport.sendto

    def _protocols(self) -> Iterator[Any]:
        for peer in self.peers:
            assert peer.sctp is not None
            connection = vars(peer.sctp.transport.transport)["_connection"]
            yield from vars(connection)["_protocols"]

    def _through(self, name: str) -> Handler:
        async def handle(request: web.Request) -> web.StreamResponse:
            handler: Handler = getattr(self, name)
            return await handler(request)

        return handle

    async def mint(self, request: web.Request) -> web.Response:
        self.mint_headers.append(dict(request.headers))
        self.minted.append(await request.json())
        value = f"{TOKEN}{len(self.minted)}"
        session = {**self.minted[-1]["session"], "id": "sess_1", "object": "realtime.session"}
        expires_at = int(time.time()) + self.lifetime_s
        return web.json_response({"value": value, "expires_at": expires_at, "session": session})

    async def call(self, request: web.Request) -> web.Response:
        self.call_headers.append(dict(request.headers))
        self.offers.append(await request.text())
        answer = await self.answer(self.offers[-1])
        return web.Response(
            status=201,
            text=self.edit_answer(answer),
            content_type="application/sdp",
            headers={"Location": f"/v1/realtime/calls/rtc_{len(self.offers)}"},
        )

    async def look(self, _: web.Request) -> web.Response:
        return web.Response(status=404)

    async def hang_up(self, request: web.Request) -> web.Response:
        self.hung_up.append(request.match_info["id"])
        self._hung_up.set()
        return web.Response()

    async def until_hung_up(self, call: str) -> None:
        """Wait until the booth has ended that call."""
        while call not in self.hung_up:
            self._hung_up.clear()
            await self._hung_up.wait()

    async def hang_up_all(self) -> None:
        """End every call at this end."""
        for peer in self.peers:
            assert peer.sctp is not None
            leave(peer.sctp.transport.transport)
            await peer.close()

    async def answer(self, offer: str) -> str:
        peer = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        self.peers.append(peer)
        peer.on("datachannel", self._channel_opened)
        peer.on("track", self.voices.put_nowait)
        peer.addTrack(Tone())
        await peer.setRemoteDescription(RTCSessionDescription(self.edit_offer(offer), "offer"))
        with loopback_only():
            await peer.setLocalDescription(await peer.createAnswer())
        return str(peer.localDescription.sdp)

    def _channel_opened(self, channel: RTCDataChannel) -> None:
        self.channel = channel
        channel.on("message", self.heard.put_nowait)
        for raw in self.greeting:
            channel.send(raw)
        if self.closes_at_once:
            channel.close()

    def say(self, **message: object) -> None:
        assert self.channel is not None
        self.channel.send(json.dumps(message))
