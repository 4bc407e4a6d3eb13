import asyncio
import json
import logging
import os
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace
from typing import Literal

import av
import httpx
import numpy as np
import pytest
from aiohttp import web
from aiortc import MediaStreamTrack, RTCConfiguration, RTCPeerConnection

from kiosk.audio.port import FRAME_BYTES, VoicePacket
from kiosk.core import effects, events
from kiosk.core.events import ServiceEvent
from kiosk.core.faults import Fault
from kiosk.core.snapshot import Hearing
from kiosk.realtime import dialling, liveness, sending
from kiosk.realtime.call import Call
from kiosk.realtime.dialling import Dialling
from kiosk.realtime.errors import LineError
from kiosk.realtime.peer import WebRTCAudioManager
from kiosk.realtime.place import Place
from kiosk.realtime.putting_back import PutBack, Telling
from kiosk.realtime.token import Minter, TokenKeeper
from kiosk.realtime.tracks import MicTrack
from kiosk.secret import Secret
from kiosk.settings import RealtimeSettings
from tests.openai_oracle import check_client_event
from tests.realtime.far_end import KEY, TOKEN, FarEnd, refused


@dataclass
class Booth:
    """A manager with all that it told."""

    manager: WebRTCAudioManager
    events: list[ServiceEvent]
    packets: "asyncio.Queue[VoicePacket]"
    hearing: "asyncio.Queue[tuple[int, Hearing]]"
    lost: "asyncio.Queue[tuple[Fault, str]]"
    messages: list[tuple[str, str]]
    arrived: asyncio.Event

    dialled: int = 0

    @property
    def connection(self) -> str:
        return self.manager.connection.value

    async def dial(self) -> int:
        """Open the next call, and return its number."""
        self.dialled += 1
        number = self.dialled
        await self.manager.connect("en", number)
        return number

    async def connect(self) -> None:
        """Open the next call and take it."""
        self.manager.take(await self.dial())

    async def event(self, kind: type[ServiceEvent]) -> ServiceEvent:
        while True:
            for event in self.events:
                if isinstance(event, kind):
                    return event
            self.arrived.clear()
            await self.arrived.wait()


def make_booth(far_end: FarEnd, http: httpx.AsyncClient, **settings: float) -> Booth:
    realtime = replace(RealtimeSettings(base_url=far_end.url), **settings)  # type: ignore[arg-type]
    keeper = TokenKeeper(
        Minter(realtime, Secret(KEY), http),
        lambda language: {"type": "realtime", "model": language},
    )
    packets: asyncio.Queue[VoicePacket] = asyncio.Queue()
    hearing: asyncio.Queue[tuple[int, Hearing]] = asyncio.Queue()
    lost: asyncio.Queue[tuple[Fault, str]] = asyncio.Queue()
    heard: list[ServiceEvent] = []
    arrived = asyncio.Event()
    messages: list[tuple[str, str]] = []

    def on_event(event: ServiceEvent) -> None:
        heard.append(event)
        arrived.set()

    def on_message(direction: Literal["in", "out"], raw: str) -> None:
        messages.append((direction, raw))

    async def service() -> Place:
        return Place(realtime.base_url, keeper, http)

    manager = WebRTCAudioManager(
        {"service": service},
        realtime.connect_timeout_s,
        on_event=on_event,
        on_packet=packets.put_nowait,
        on_hearing=lambda call, heard_as, _: hearing.put_nowait((call, heard_as)),
        on_lost=lambda _, fault, why: lost.put_nowait((fault, why)),
        on_message=on_message,
    )
    return Booth(manager, heard, packets, hearing, lost, messages, arrived)


@pytest.fixture
async def booth(far_end: FarEnd, http: httpx.AsyncClient) -> AsyncIterator[Booth]:
    booth = make_booth(far_end, http)
    yield booth
    await booth.manager.disconnect()


@pytest.fixture
def opening(monkeypatch: pytest.MonkeyPatch) -> asyncio.Event:
    """Is set when a call waits for nothing but its channel."""
    waits = asyncio.Event()
    met = Call.met

    async def announced(self: Call) -> None:
        waits.set()
        await met(self)

    monkeypatch.setattr(Call, "met", announced)
    return waits


async def test_holds_a_call(far_end: FarEnd, booth: Booth) -> None:
    manager = booth.manager
    assert booth.connection == "disconnected"
    connecting = asyncio.create_task(booth.connect())
    await asyncio.sleep(0)
    assert booth.connection == "connecting"
    await connecting
    assert booth.connection == "connected"
    assert set(manager.timings) == {"offer", "token", "sdp", "channel_open"}

    assert await booth.event(events.SessionCreated) == events.SessionCreated("sess_1")
    far_end.say(type="output_audio_buffer.started", response_id="resp_1")
    assert await booth.event(events.VoiceBufferStarted) == events.VoiceBufferStarted("resp_1")

    assert manager.send(effects.CreateResponse("Greet."))
    raw = await far_end.heard.get()
    check_client_event(raw)
    assert json.loads(raw) == {"type": "response.create", "response": {"instructions": "Greet."}}
    assert ("out", raw) in booth.messages
    assert [direction for direction, _ in booth.messages].count("in") == 2

    await manager.disconnect()
    assert booth.connection == "disconnected"
    assert far_end.hung_up == ["rtc_1"]
    assert booth.lost.empty()


async def test_asks_as_the_service_wants_it(far_end: FarEnd, booth: Booth) -> None:
    await booth.connect()
    (headers,) = far_end.call_headers
    assert headers["Content-Type"] == "application/sdp"
    assert headers["Authorization"] == f"Bearer {TOKEN}1"
    assert "OpenAI-Beta" not in headers
    (offer,) = far_end.offers
    assert "useinbandfec=1" in offer
    assert "PCMU" not in offer
    assert offer.count("m=audio") == offer.count("m=application") == 1
    assert offer.index("m=audio") < offer.index("m=application")
    addresses = {line.split()[4] for line in offer.splitlines() if line.startswith("a=candidate")}
    assert addresses == {"127.0.0.1"}
    assert "typ srflx" not in offer


async def test_hands_on_every_packet_of_the_voice(far_end: FarEnd, booth: Booth) -> None:
    await booth.connect()
    packets = [await booth.packets.get() for _ in range(25)]
    first = packets[0]
    assert [p.sequence - first.sequence for p in packets] == list(range(25))
    assert [(p.timestamp - first.timestamp) % 2**32 for p in packets] == [
        960 * n for n in range(25)
    ]
    assert {p.ssrc for p in packets} == {first.ssrc}
    assert sorted(p.arrival_s for p in packets) == [p.arrival_s for p in packets]
    decoder = av.CodecContext.create("libopus", "r")
    assert isinstance(decoder, av.AudioCodecContext)
    decoder.sample_rate = 48_000
    frames = [frame for p in packets for frame in decoder.decode(av.Packet(p.payload))]
    assert sum(frame.samples for frame in frames) >= 24 * 960
    assert max(float(np.abs(frame.to_ndarray()).max()) for frame in frames) > 0.1


async def test_a_stock_peer_in_the_same_process_still_hears(far_end: FarEnd, booth: Booth) -> None:
    await booth.connect()
    voice = await far_end.voices.get()
    loud = (8000).to_bytes(2, "little", signed=True) * (FRAME_BYTES // 4)
    frame = loud + (-8000).to_bytes(2, "little", signed=True) * (FRAME_BYTES // 4)

    async def speak() -> None:
        while True:
            booth.manager.hear(frame, asyncio.get_running_loop().time())
            await asyncio.sleep(0.01)

    speaking = asyncio.create_task(speak())
    assert await loudest(voice, 40) > 3000
    speaking.cancel()
    assert booth.manager.microphone["sent"] > 20


async def loudest(voice: MediaStreamTrack, frames: int) -> int:
    peak = 0
    for _ in range(frames):
        frame = await voice.recv()
        assert isinstance(frame, av.AudioFrame)
        peak = max(peak, int(np.abs(frame.to_ndarray().astype(np.int32)).max()))
    return peak


async def test_sends_silence_when_nothing_is_heard(far_end: FarEnd, booth: Booth) -> None:
    await booth.connect()
    voice = await far_end.voices.get()
    assert await loudest(voice, 20) < 50
    assert booth.manager.microphone["silent"] == booth.manager.microphone["sent"] > 0


async def test_another_try_gives_up_the_one_before(far_end: FarEnd, booth: Booth) -> None:
    first = asyncio.create_task(booth.dial())
    await asyncio.sleep(0)
    second = await booth.dial()
    with pytest.raises(LineError, match="given up"):
        await first
    third = await booth.dial()
    booth.manager.take(second)
    assert booth.connection == "connecting"
    booth.manager.take(third)
    assert booth.connection == "connected"
    await booth.manager.disconnect()
    assert far_end.hung_up == [f"rtc_{number + 1}" for number in range(len(far_end.offers))]


async def test_a_call_is_opened_beside_the_line_which_goes_on(
    far_end: FarEnd, booth: Booth
) -> None:
    await booth.connect()
    await booth.event(events.SessionCreated)
    first = (await booth.packets.get()).ssrc
    far_end.greeting = ['{"type":"session.created","session":{"id":"sess_2"}}']
    second = await booth.dial()
    assert {(await booth.packets.get()).ssrc for _ in range(10)} == {first}
    assert booth.events == [events.SessionCreated("sess_1")]

    booth.manager.take(second)
    assert booth.events == [events.SessionCreated("sess_1")], "told in the middle of something"
    while booth.events[-1] != events.SessionCreated("sess_2"):
        await booth.arrived.wait()
        booth.arrived.clear()
    while (await booth.packets.get()).ssrc == first:
        pass
    await far_end.until_hung_up("rtc_1")
    assert booth.connection == "connected"
    assert booth.lost.empty()


async def test_a_call_that_is_dropped_leaves_the_line_alone(far_end: FarEnd, booth: Booth) -> None:
    await booth.connect()
    second = await booth.dial()
    booth.manager.drop()
    await far_end.until_hung_up("rtc_2")
    booth.manager.take(second)
    assert booth.manager.send(effects.CancelResponse())
    assert far_end.hung_up == ["rtc_2"]
    third = asyncio.create_task(booth.dial())
    await asyncio.sleep(0)
    booth.manager.drop()
    with pytest.raises(LineError, match="given up"):
        await third
    assert booth.connection == "connected"
    assert booth.lost.empty()


async def test_a_call_that_ends_before_it_is_taken_is_lost_and_the_line_stays(
    far_end: FarEnd, booth: Booth
) -> None:
    await booth.connect()
    second = await booth.dial()
    await far_end.peers[1].close()
    fault, _ = await booth.lost.get()
    assert fault is Fault.LINE_LOST
    booth.manager.take(second)
    assert booth.manager.send(effects.CancelResponse())
    assert far_end.channel is not None


async def test_no_call_leaves_anything_behind(far_end: FarEnd, booth: Booth) -> None:
    await booth.connect()
    await booth.manager.disconnect()
    await far_end.hang_up_all()
    reached, before = asyncio.Event(), open_things()

    async def answer_late(request: web.Request) -> web.StreamResponse:
        reached.set()
        return await far_end.call(request)

    far_end.calls = answer_late
    for _ in range(3):
        await booth.connect()
        await booth.dial()
        reached.clear()
        trying = asyncio.create_task(booth.dial())
        await reached.wait()
        booth.manager.drop()
        with pytest.raises(LineError, match="given up"):
            await trying
    await booth.manager.disconnect()
    await far_end.hang_up_all()
    async with asyncio.timeout(5):
        while open_things() != before:  # noqa: ASYNC110 - the kernel sends no event for it
            await asyncio.sleep(0.02)


def open_things() -> tuple[int, int]:
    """Tasks and file descriptors."""
    return len(asyncio.all_tasks()), len(os.listdir("/proc/self/fd"))  # noqa: PTH208 - counted


async def test_holds_one_call_after_the_other(far_end: FarEnd, booth: Booth) -> None:
    for _ in range(3):
        await booth.connect()
        await booth.manager.disconnect()
        await booth.manager.disconnect()
    assert far_end.hung_up == ["rtc_1", "rtc_2", "rtc_3"]
    assert len(far_end.minted) == 1
    assert booth.lost.empty()


@pytest.mark.parametrize("how", ["peer", "channel"])
async def test_tells_once_that_a_call_is_lost(far_end: FarEnd, booth: Booth, how: str) -> None:
    await booth.connect()
    await booth.event(events.SessionCreated)
    if how == "peer":
        await far_end.peers[0].close()
    else:
        assert far_end.channel is not None
        far_end.channel.close()
    fault, why = await booth.lost.get()
    assert fault is Fault.LINE_LOST
    assert why.endswith(".")
    assert booth.connection == "disconnected"
    assert not booth.manager.send(effects.CancelResponse())
    await booth.manager.disconnect()
    assert booth.lost.empty()
    await booth.connect()
    assert booth.connection == "connected"


async def test_a_microphone_that_is_not_sent_any_more_ends_the_call(
    booth: Booth, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "LOOK_S", 0.2)
    await booth.connect()
    monkeypatch.setattr(MicTrack, "recv", None)
    fault, why = await booth.lost.get()
    assert fault is Fault.LINE_LOST
    assert "microphone" in why
    assert booth.connection == "disconnected"


async def test_a_line_that_goes_dark_is_noticed_and_so_is_its_return(
    far_end: FarEnd, booth: Booth, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, quick_s in {"ASK_S": 0.05, "SEARCH_S": 0.05, "SLOW_S": 0.3, "DARK_S": 0.6}.items():
        monkeypatch.setattr(liveness, name, quick_s)
    monkeypatch.setattr(liveness, "CALM_S", 0.1)
    await booth.connect()
    await booth.packets.get()
    far_end.vanish()
    while await booth.hearing.get() != (1, "dark"):
        pass
    assert booth.connection == "connected"
    far_end.come_back()
    assert await booth.hearing.get() == (1, "slow")
    while await booth.hearing.get() != (1, "well"):
        pass
    far_end.say(type="output_audio_buffer.started", response_id="resp_1")
    await booth.event(events.VoiceBufferStarted)
    assert booth.lost.empty()


async def test_tells_once_that_a_call_is_lost_as_it_opens(far_end: FarEnd, booth: Booth) -> None:
    far_end.closes_at_once = True
    try:
        await booth.connect()
    except LineError as problem:
        fault = problem.fault
    else:
        fault, _ = await booth.lost.get()
    assert fault is Fault.LINE_LOST
    assert booth.connection == "disconnected"
    await booth.manager.disconnect()
    assert booth.lost.empty()


async def test_nothing_is_told_after_disconnect(far_end: FarEnd, booth: Booth) -> None:
    await booth.connect()
    await booth.event(events.SessionCreated)
    far_end.say(type="output_audio_buffer.started", response_id="resp_1")
    closing = asyncio.create_task(booth.manager.disconnect())
    await asyncio.sleep(0)
    told = len(booth.events), booth.packets.qsize()
    await closing
    await far_end.peers[0].close()
    assert (len(booth.events), booth.packets.qsize()) == told
    assert booth.lost.empty()


async def test_a_message_too_long_for_the_service_is_left_out(
    far_end: FarEnd, booth: Booth, caplog: pytest.LogCaptureFixture
) -> None:
    far_end.edit_answer = lambda sdp: without("a=max-message-size", sdp)
    await booth.connect()
    assert not booth.manager.send(effects.AddItem("system", "secret words " * 10_000))
    assert "AddItem was not sent" in caplog.text
    assert "secret words" not in caplog.text
    assert booth.manager.send(effects.CancelResponse())
    assert json.loads(await far_end.heard.get()) == {"type": "response.cancel"}


async def test_sends_nothing_without_a_call(booth: Booth) -> None:
    booth.manager.hear(bytes(FRAME_BYTES), 0.0)
    assert not booth.manager.send(effects.CancelResponse())
    assert booth.messages == []


async def test_garbage_on_the_channel_is_counted(far_end: FarEnd, booth: Booth) -> None:
    far_end.greeting = ["{", "[]", "\0", '{"type":"party.started"}', '{"type":"error","error":{}}']
    await booth.connect()
    assert await booth.event(events.ServiceErred)
    counts = {"not json": 2, "not an object": 1, "unknown": 1, "read": 1}
    assert booth.manager.reader.counts == counts


# --- what can go wrong ----------------------------------------------------------------------------


async def fault_of_connect(booth: Booth) -> Fault:
    with pytest.raises(LineError) as told:
        await booth.connect()
    assert told.value.why.endswith(".")
    assert KEY not in repr(told.value)
    assert booth.connection == "disconnected"
    assert booth.lost.empty()
    return told.value.fault


@pytest.mark.parametrize(
    ("status", "code", "fault"),
    [
        (400, "unknown_parameter", Fault.REQUEST_REFUSED),
        (403, None, Fault.NO_ACCESS),
        (404, "model_not_found", Fault.NO_ACCESS),
        (429, "insufficient_quota", Fault.NO_QUOTA),
        (429, "rate_limit_exceeded", Fault.RATE_LIMITED),
        (500, None, Fault.SERVICE_DOWN),
        (503, "server_error", Fault.SERVICE_DOWN),
    ],
)
async def test_looks_at_the_status_before_the_answer(
    far_end: FarEnd, booth: Booth, status: int, code: str | None, fault: Fault
) -> None:
    async def calls(_: web.Request) -> web.Response:
        return refused(status, code)

    far_end.calls = calls
    assert await fault_of_connect(booth) is fault
    far_end.calls = far_end.call
    await booth.connect()


async def test_a_refused_token_is_replaced_once(far_end: FarEnd, booth: Booth) -> None:
    async def calls(request: web.Request) -> web.Response:
        stale = request.headers["Authorization"].endswith(f"{TOKEN}1")
        return refused(401, "invalid_api_key") if stale else await far_end.call(request)

    far_end.calls = calls
    await booth.connect()
    assert len(far_end.minted) == 2


async def test_a_token_refused_twice_is_a_refused_key(far_end: FarEnd, booth: Booth) -> None:
    asked = []

    async def calls(request: web.Request) -> web.Response:
        asked.append(request.headers["Authorization"])
        return refused(401, "invalid_api_key")

    far_end.calls = calls
    assert await fault_of_connect(booth) is Fault.KEY_REFUSED
    assert asked == [f"Bearer {TOKEN}1", f"Bearer {TOKEN}2"]


def without(prefix: str, sdp: str) -> str:
    lines = sdp.splitlines(keepends=True)
    return "".join(line for line in lines if not line.startswith(prefix))


BAD_ANSWERS: dict[str, Callable[[str], str]] = {
    "empty": lambda _: "",
    "html": lambda _: "<html><body>Welcome to the venue's Wi-Fi</body></html>",
    "json": lambda _: '{"error": null}',
    "cut": lambda sdp: sdp[: len(sdp) // 3],
    "no channel": lambda sdp: sdp[: sdp.index("m=application")],
    "no ice": lambda sdp: without("a=ice-", sdp),
    "no opus": lambda sdp: sdp.replace("opus/48000/2", "speex/16000"),
    "twice": lambda sdp: sdp + sdp,
}


@pytest.mark.parametrize("kind", BAD_ANSWERS)
async def test_a_bad_answer_is_one_clear_fault(far_end: FarEnd, booth: Booth, kind: str) -> None:
    far_end.edit_answer = BAD_ANSWERS[kind]
    assert await fault_of_connect(booth) is Fault.PROTOCOL_UNKNOWN


@pytest.mark.parametrize("for_sure", [False, True])
async def test_blocked_voice_is_told_from_a_dead_service(
    far_end: FarEnd, booth: Booth, monkeypatch: pytest.MonkeyPatch, for_sure: bool
) -> None:
    monkeypatch.setattr(dialling, "MEET_S", 10.0 if for_sure else 0.2)
    far_end.block_voice(for_sure=for_sure)
    assert await fault_of_connect(booth) is Fault.VOICE_BLOCKED
    await booth.manager.disconnect()
    assert far_end.hung_up == ["rtc_1"]


async def test_a_service_that_does_not_answer_is_unreachable(
    far_end: FarEnd, http: httpx.AsyncClient
) -> None:
    async def hang(_: web.Request) -> web.Response:
        await asyncio.Event().wait()
        raise AssertionError

    far_end.calls = hang
    booth = make_booth(far_end, http, connect_timeout_s=0.3)
    assert await fault_of_connect(booth) is Fault.UNREACHABLE
    far_end.mints = hang
    booth = make_booth(far_end, http, connect_timeout_s=0.3)
    assert await fault_of_connect(booth) is Fault.UNREACHABLE


async def test_a_dead_address_is_unreachable(far_end: FarEnd, http: httpx.AsyncClient) -> None:
    await far_end.stop()
    assert await fault_of_connect(make_booth(far_end, http)) is Fault.UNREACHABLE
    await far_end.start()


@pytest.mark.parametrize("stage", ["token", "sdp", "channel_open"])
async def test_disconnect_ends_an_attempt_at_any_stage(
    far_end: FarEnd, booth: Booth, opening: asyncio.Event, stage: str
) -> None:
    reached = asyncio.Event()

    async def hang(_: web.Request) -> web.Response:
        reached.set()
        await asyncio.Event().wait()
        raise AssertionError

    if stage == "token":
        far_end.mints = hang
    elif stage == "sdp":
        far_end.calls = hang
    else:
        far_end.block_voice()
        reached = opening
    connecting = asyncio.create_task(booth.connect())
    await reached.wait()
    await booth.manager.disconnect()
    with pytest.raises(LineError, match="given up before it was open"):
        await connecting
    assert booth.connection == "disconnected"
    assert booth.lost.empty()

    far_end.mints, far_end.calls = far_end.mint, far_end.call
    far_end.unblock_voice()
    await booth.connect()
    assert booth.connection == "connected"


async def test_a_call_that_the_service_opens_for_nobody_is_hung_up(
    far_end: FarEnd, booth: Booth
) -> None:
    reached, answers = asyncio.Event(), asyncio.Event()

    async def be_late(request: web.Request) -> web.Response:
        reached.set()
        await answers.wait()
        return await far_end.call(request)

    far_end.calls = be_late
    connecting = asyncio.create_task(booth.connect())
    await reached.wait()
    await booth.manager.disconnect()
    with pytest.raises(LineError, match="given up before it was open"):
        await connecting
    assert far_end.hung_up == []
    answers.set()
    async with asyncio.timeout(10):
        await far_end.until_hung_up("rtc_1")


async def test_a_cancelled_caller_leaves_nothing_open(
    far_end: FarEnd, booth: Booth, opening: asyncio.Event
) -> None:
    far_end.block_voice()
    connecting = asyncio.create_task(booth.connect())
    await opening.wait()
    connecting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await connecting
    assert booth.connection == "disconnected"
    assert not [t for t in asyncio.all_tasks() if t.get_name() == "open-line"]


async def test_a_caller_cancelled_in_the_moment_of_opening_leaves_nothing_open(
    far_end: FarEnd, booth: Booth, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_call = Dialling.open

    async def opened(self: Dialling, call: Call, language: str) -> None:
        await open_call(self, call, language)
        asyncio.get_running_loop().call_soon(connecting.cancel)

    monkeypatch.setattr(Dialling, "open", opened)
    connecting = asyncio.create_task(booth.connect())
    with pytest.raises(asyncio.CancelledError):
        await connecting
    await far_end.until_hung_up("rtc_1")
    assert booth.connection == "disconnected"


async def test_a_slow_hang_up_does_not_hold_the_booth(far_end: FarEnd, booth: Booth) -> None:
    async def hang(_: web.Request) -> web.Response:
        await asyncio.Event().wait()
        raise AssertionError

    far_end.hang_ups = hang
    await booth.connect()
    began = asyncio.get_running_loop().time()
    await booth.manager.disconnect()
    assert asyncio.get_running_loop().time() - began < 1.5


async def test_no_secret_and_no_word_is_logged(
    far_end: FarEnd, booth: Booth, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    for status in (400, 401, 404, 429, 500):

        async def calls(_: web.Request, status: int = status) -> web.Response:
            return refused(status, KEY)

        far_end.calls = calls
        await fault_of_connect(booth)
    far_end.calls = far_end.call
    await booth.connect()
    await booth.manager.disconnect()
    booth_records = [
        record for record in caplog.records if record.name.startswith(("kiosk", "httpx"))
    ]
    assert booth_records
    assert KEY not in caplog.text
    assert TOKEN not in caplog.text


async def test_closes_every_peer_it_makes(
    far_end: FarEnd, booth: Booth, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[RTCPeerConnection] = []
    construct = RTCPeerConnection.__init__

    def count(self: RTCPeerConnection, configuration: RTCConfiguration) -> None:
        construct(self, configuration)
        made.append(self)

    monkeypatch.setattr(RTCPeerConnection, "__init__", count)
    await booth.connect()
    await booth.manager.disconnect()
    far_end.edit_answer = lambda _: "v=0"
    await fault_of_connect(booth)
    ours = [peer for peer in made if peer not in far_end.peers]
    assert [peer.connectionState for peer in ours] == ["closed", "closed"]


async def test_one_that_is_put_back_anew_keeps_the_microphone_held(
    far_end: FarEnd, booth: Booth, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was cancelled may end late, while what replaced it tells already."""
    ended, holds = asyncio.Event(), []
    begun: asyncio.Queue[float] = asyncio.Queue()

    async def put_back(_: Telling, since_s: float) -> PutBack:
        begun.put_nowait(since_s)
        try:
            await asyncio.Event().wait()
        finally:
            await ended.wait()
        return PutBack("nothing")

    monkeypatch.setattr(Telling, "put_back", put_back)
    await booth.connect()
    monkeypatch.setattr(Call, "hold", lambda _, *, on: holds.append(on))
    for since_s in (1.0, 2.0):
        booth.manager.put_back(since_s)
        assert await begun.get() == since_s
    ended.set()
    for _ in range(10):
        await asyncio.sleep(0)
    assert holds == []
    await booth.manager.disconnect()
    assert holds == [False]
