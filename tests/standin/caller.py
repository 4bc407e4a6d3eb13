"""A stock aiortc client: speaks into the call, keeps every event, and listens."""

import asyncio
import fractions
import json
from collections import deque
from collections.abc import Callable
from typing import Any, Self

import av
import httpx
import numpy as np
from aiortc import RTCConfiguration, RTCPeerConnection, RTCSessionDescription
from aiortc.mediastreams import MediaStreamError, MediaStreamTrack
from numpy.typing import NDArray

RATE_HZ = 48_000
FRAME = RATE_HZ // 50
Event = dict[str, Any]


class Microphone(MediaStreamTrack):
    """Sends what `say` was given, and quiet room noise in between, in real time."""

    kind = "audio"

    def __init__(self, noise_rms: float = 20.0) -> None:
        super().__init__()
        self._to_say: deque[NDArray[np.int16]] = deque()
        self._noise = np.random.default_rng(7)
        self._noise_rms = noise_rms
        self._start: float | None = None
        self._frames = 0

    def say(self, pcm: NDArray[np.int16]) -> None:
        for start in range(0, len(pcm) - FRAME + 1, FRAME):
            self._to_say.append(pcm[start : start + FRAME])

    async def recv(self) -> av.AudioFrame:
        now = asyncio.get_running_loop().time()
        self._start = self._start or now
        await asyncio.sleep(max(0.0, self._start + self._frames * 0.02 - now))
        frame = self._noise.normal(0.0, self._noise_rms, FRAME)
        if self._to_say:
            frame = frame + self._to_say.popleft()
        samples = np.clip(frame, -32768, 32767).astype(np.int16).reshape(1, -1)
        out = av.AudioFrame.from_ndarray(samples, format="s16", layout="mono")
        out.sample_rate = RATE_HZ
        out.pts = self._frames * FRAME
        out.time_base = fractions.Fraction(1, RATE_HZ)
        self._frames += 1
        return out


class Caller:
    """One call to a stand-in, like a browser's or a booth's."""

    def __init__(self, base_url: str, session: Event | None = None, key: str = "sk-test") -> None:
        self.base_url = base_url
        self.session = session
        self.key = key
        self.events: list[Event] = []
        self.junk: list[str | bytes] = []
        self.voice: list[NDArray[np.int16]] = []
        self.microphone = Microphone()
        self.location = ""
        self.channel_closed = asyncio.Event()
        self._news = asyncio.Event()
        self._taken = 0
        self._peer = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        self._channel = self._peer.createDataChannel("oai-events")
        self._open = asyncio.Event()
        self._listening: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        await self.dial()
        return self

    async def __aexit__(self, *exception: object) -> None:
        await self.hang_up()

    async def dial(self) -> None:
        async with httpx.AsyncClient(base_url=self.base_url, trust_env=False) as http:
            body = {} if self.session is None else {"session": self.session}
            minted = await http.post(
                "/v1/realtime/client_secrets",
                json=body,
                headers={"Authorization": f"Bearer {self.key}"},
            )
            minted.raise_for_status()
            self._peer.addTrack(self.microphone)
            self._peer.on("track", self._track_came)
            self._channel.on("open", self._open.set)
            self._channel.on("message", self._message_came)
            self._channel.on("close", self.channel_closed.set)
            await self._peer.setLocalDescription(await self._peer.createOffer())
            answered = await http.post(
                "/v1/realtime/calls",
                content=self._peer.localDescription.sdp,
                headers={
                    "Authorization": f"Bearer {minted.json()['value']}",
                    "Content-Type": "application/sdp",
                },
            )
            answered.raise_for_status()
        assert answered.status_code == 201
        self.location = answered.headers["Location"]
        self.answer_sdp = answered.text
        await self._peer.setRemoteDescription(RTCSessionDescription(answered.text, "answer"))

    async def opened(self) -> Self:
        async with asyncio.timeout(10):
            await self._open.wait()
        return self

    async def hang_up(self) -> None:
        if self._listening is not None:
            self._listening.cancel()
        await self._peer.close()

    def send(self, kind: str, **fields: object) -> None:
        self._channel.send(json.dumps({"type": kind, **fields}))

    def send_raw(self, message: str | bytes) -> None:
        self._channel.send(message)

    async def until(
        self, kind: str, within_s: float = 15.0, where: Callable[[Event], bool] | None = None
    ) -> Event:
        """Return the next event of that type that was not returned or passed before."""
        async with asyncio.timeout(within_s):
            while True:
                while self._taken < len(self.events):
                    event = self.events[self._taken]
                    self._taken += 1
                    if event["type"] == kind and (where is None or where(event)):
                        return event
                self._news.clear()
                await self._news.wait()

    def kinds(self) -> list[str]:
        return [event["type"] for event in self.events]

    def said(self) -> list[str]:
        """Whole transcripts of the interviewer, in order."""
        return [
            event["transcript"]
            for event in self.events
            if event["type"] == "response.output_audio_transcript.done"
        ]

    def calls(self) -> list[tuple[str, Event]]:
        """Completed tool calls, in order."""
        return [
            (item["name"], json.loads(item["arguments"]))
            for event in self.events
            if event["type"] == "response.done"
            for item in event["response"]["output"]
            if item["type"] == "function_call" and item["status"] == "completed"
        ]

    def heard_s(self) -> float:
        """How much sound came, silence not counted."""
        return sum(0.02 for frame in self.voice if np.abs(frame).max() > 300)

    def _message_came(self, message: str | bytes) -> None:
        try:
            event = json.loads(message)
            assert isinstance(event, dict)
            assert isinstance(event["type"], str)
        except (ValueError, AssertionError, KeyError):
            self.junk.append(message)
            return
        self.events.append(event)
        self._news.set()

    def _track_came(self, track: MediaStreamTrack) -> None:
        self._listening = asyncio.create_task(self._listen(track))

    async def _listen(self, track: MediaStreamTrack) -> None:
        while True:
            try:
                frame = await track.recv()
            except MediaStreamError:
                return
            assert isinstance(frame, av.AudioFrame)
            self.voice.append(frame.to_ndarray()[0][::2])
