"""The watch over aiortc's sender, alone and on a real connection over UDP."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from aiortc import RTCRtpReceiver
from aiortc.exceptions import InvalidStateError
from aiortc.rtp import RtpPacket
from aiortc.stats import RTCOutboundRtpStreamStats, RTCRemoteInboundRtpStreamStats, RTCStatsReport

from kiosk.opus_loss import LEAST_PERCENT, MOST_PERCENT
from kiosk.realtime import sending
from kiosk.realtime.call import Call
from kiosk.realtime.sending import LOST_UNIT, STILL_LOOKS, SendingWatch
from tests.realtime.far_end import FarEnd

NOW = datetime(2026, 11, 25, tzinfo=UTC)


def stats(sent: int, lost: float | None = None, reported_s: float = 0.0) -> RTCStatsReport:
    """What aiortc tells after so many packets, with the receiver's last report."""
    report = RTCStatsReport()
    report.add(
        RTCOutboundRtpStreamStats(NOW, "outbound-rtp", "out", 1, "audio", "t", sent, 0, "mic")
    )
    if lost is not None:
        at = NOW + timedelta(seconds=reported_s)
        byte = int(lost * LOST_UNIT)
        report.add(
            RTCRemoteInboundRtpStreamStats(
                at, "remote-inbound-rtp", "in", 1, "audio", "t", sent, 0, 0, 0.0, byte
            )
        )
    return report


class Scripted:
    """A sender with these statistics; a look beyond them fails."""

    def __init__(self, looks: list[RTCStatsReport]) -> None:
        self._looks = iter(looks)

    async def getStats(self) -> RTCStatsReport:  # noqa: N802
        try:
            return next(self._looks)
        except StopIteration:
            raise InvalidStateError from None


async def test_the_receiver_s_word_on_the_way_is_kept() -> None:
    told: list[int] = []
    looks = [stats(50), stats(100, 0.25)]
    watch = SendingWatch(Scripted(looks), on_loss=told.append, on_stopped=lambda: None)
    assert watch.quality == {}
    with pytest.raises(InvalidStateError):
        await watch.run()
    assert watch.quality == {"jitter_ms": 0.0, "lost_percent": 25.0, "round_trip_ms": 0.0}


class Told:
    """What a watch told."""

    def __init__(self) -> None:
        self.losses: list[int] = []
        self.stopped = 0

    def stop(self) -> None:
        self.stopped += 1

    async def watching(self, looks: list[RTCStatsReport]) -> "Told":
        watch = SendingWatch(Scripted(looks), on_loss=self.losses.append, on_stopped=self.stop)
        try:
            await watch.run()
        except InvalidStateError:
            assert not self.stopped
        return self


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "LOOK_S", 0.0)


async def test_a_sender_that_sends_is_left_alone() -> None:
    told = await Told().watching([stats(50 * look) for look in range(20)])
    assert (told.losses, told.stopped) == ([], 0)


async def test_a_pause_is_borne_with_and_an_end_is_told_once() -> None:
    pause = [stats(50)] * STILL_LOOKS
    told = await Told().watching([stats(0), *pause, stats(51)])
    assert told.stopped == 0
    told = await Told().watching([stats(0), *pause, stats(50), stats(50)])
    assert told.stopped == 1


async def test_each_report_counts_once_and_only_changes_are_told() -> None:
    looks = [
        stats(10),
        stats(20, 0.0, 1),
        stats(30, 0.2, 2),
        stats(40, 0.2, 2),
        stats(50, 0.2, 3),
        stats(60, 0.9, 4),
        stats(70, 1.0, 5),
    ]
    assert (await Told().watching(looks)).losses == [20, MOST_PERCENT]


# --- on a real connection -------------------------------------------------------------------------


@pytest.fixture
async def ended() -> "asyncio.Queue[str]":
    """Why the call has ended."""
    return asyncio.Queue()


@pytest.fixture
async def call(far_end: FarEnd, ended: asyncio.Queue[str]) -> AsyncIterator[Call]:
    call = Call(
        on_message=lambda _: None,
        on_packet=lambda _: None,
        on_hearing=lambda *_: None,
        on_end=ended.put_nowait,
        loopback=True,
    )
    await call.answer(await far_end.answer(await call.offer()))
    yield call
    await call.close()


def lose(receiver: RTCRtpReceiver, monkeypatch: pytest.MonkeyPatch, *, every: int) -> None:
    """Let every so manieth packet be lost before the receiver counts it."""
    take = receiver._handle_rtp_packet

    async def maybe_take(packet: RtpPacket, arrival_time_ms: int) -> None:
        if packet.sequence_number % every:
            await take(packet, arrival_time_ms)

    monkeypatch.setattr(receiver, "_handle_rtp_packet", maybe_take)


async def test_what_the_service_loses_is_expected(
    far_end: FarEnd, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "LOOK_S", 0.05)
    expected: asyncio.Queue[int] = asyncio.Queue()
    monkeypatch.setattr(call.mic, "expect_loss", expected.put_nowait)
    lose(far_end.peers[0].getReceivers()[0], monkeypatch, every=5)
    await call.opened()
    assert LEAST_PERCENT < await expected.get() < MOST_PERCENT


@pytest.mark.parametrize("what", ["track", "encoder"])
async def test_a_sender_that_died_ends_the_call(
    call: Call, ended: asyncio.Queue[str], monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    monkeypatch.setattr(sending, "LOOK_S", 0.2)
    await call.opened()

    async def fail() -> None:
        raise ValueError(what)

    async def nonsense() -> object:
        return object()

    monkeypatch.setattr(call.mic, "recv", fail if what == "track" else nonsense)
    assert "microphone" in await ended.get()
    assert ended.empty()
