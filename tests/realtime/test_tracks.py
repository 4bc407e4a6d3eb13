import asyncio
import struct
import time
from itertools import pairwise

import av
import pytest
from aiortc import RTCPeerConnection, rtcrtpreceiver
from aiortc.jitterbuffer import JitterBuffer
from aiortc.rtp import RtpPacket
from av.stream import Stream
from hypothesis import given
from hypothesis import strategies as st

from kiosk.audio.port import FRAME_BYTES, RATE_HZ, VoicePacket
from kiosk.opus_out import PACKET_SAMPLES, SILENT_PACKET, OpusError
from kiosk.realtime import packets, tracks
from kiosk.realtime.packets import FRAME_S, PACKET_FRAMES, PACKET_S
from kiosk.realtime.tracks import MicTrack, PacketTap, drop_sent, tapped


def numbered(number: int) -> bytes:
    return struct.pack("<h", number) * (FRAME_BYTES // 2)


class Telling:
    """An encoder whose packets tell which frames it was given."""

    def __init__(self) -> None:
        self.expected: list[int] = []

    def encode(self, pcm: bytes) -> bytes:
        assert len(pcm) == 2 * FRAME_BYTES
        return struct.pack(
            "<2h", *(struct.unpack_from("<h", pcm, at)[0] for at in (0, FRAME_BYTES))
        )

    def expect_loss(self, percent: int) -> None:
        self.expected.append(percent)


class Broken(Telling):
    """An encoder that fails."""

    def encode(self, pcm: bytes) -> bytes:  # noqa: ARG002 - it never gets so far
        raise OpusError("no")


def told(packet: "av.Packet[Stream]") -> tuple[int, ...]:
    return struct.unpack("<2h", bytes(packet))


async def test_a_packet_leaves_when_its_second_frame_has_come(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(packets, "PATIENCE_S", 60.0)
    track = MicTrack(Telling())
    began_s = time.monotonic()
    for number in range(1, 21, 2):
        at_s = began_s + number * FRAME_S
        track.hear(numbered(number), at_s)
        waiting = asyncio.create_task(track.recv())
        if number > 1:
            await asyncio.sleep(0)
            assert not waiting.done()
        track.hear(numbered(number + 1), at_s + FRAME_S)
        packet = await waiting
        assert told(packet) == (number, number + 1)
        assert packet.pts == number // 2 * PACKET_SAMPLES
        assert track.captured_s == at_s
    assert track.counts == {"sent": 10, "skipped": 0}


async def test_keeps_the_beat_of_the_clock_when_there_is_no_sound() -> None:
    track = MicTrack(Telling())
    began_s = time.monotonic()
    left = [await track.recv() for _ in range(26)]
    passed_s = time.monotonic() - began_s
    stamps_s = (left[-1].pts or 0) / RATE_HZ
    assert stamps_s <= passed_s + PACKET_S
    assert {told(packet) for packet in left} == {(0, 0)}
    assert len({packet.pts for packet in left}) == 26
    assert track.counts["silent"] == track.counts["sent"] == 26
    assert track.captured_s is None


async def test_packets_pause_while_it_is_held_and_time_stays_true(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(tracks, "HELD_S", 60.0)
    track = MicTrack(Telling())
    first = await track.recv()
    track.hold(on=True)
    waiting = asyncio.create_task(track.recv())
    done, _ = await asyncio.wait({waiting}, timeout=4 * PACKET_S)
    assert not done
    released_s = time.monotonic()
    track.hear(numbered(1), released_s)
    track.hear(numbered(2), released_s + FRAME_S)
    track.hold(on=False)
    packet = await waiting
    assert told(packet) == (1, 2)
    assert (packet.pts or 0) - (first.pts or 0) >= 4 * PACKET_SAMPLES


async def test_a_held_call_still_shows_that_it_lives(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tracks, "HELD_S", 2 * PACKET_S)
    track = MicTrack(Telling())
    track.hold(on=True)
    left = [await track.recv() for _ in range(3)]
    steps = [(b.pts or 0) - (a.pts or 0) for a, b in pairwise(left)]
    assert all(step >= 2 * PACKET_SAMPLES for step in steps)


async def test_a_stall_is_passed_over_and_time_stays_true() -> None:
    track = MicTrack(Telling())
    first = await track.recv()
    time.sleep(0.25)  # noqa: ASYNC251 - the loop itself is to stall
    second = await track.recv()
    assert track.counts["skipped"] >= 11
    assert (second.pts or 0) - (first.pts or 0) == (track.counts["skipped"] + 1) * PACKET_SAMPLES


async def test_what_was_heard_before_the_call_does_not_delay_it() -> None:
    track = MicTrack(Telling())
    for number in range(1, 9):
        track.hear(numbered(number), number * FRAME_S)
    assert told(await track.recv()) == (7, 8)


@given(st.lists(st.integers(0, 2 * FRAME_BYTES) | st.just(FRAME_BYTES), max_size=40))
def test_takes_only_whole_frames(sizes: list[int]) -> None:
    track = MicTrack(Telling())
    for size in sizes:
        track.hear(bytes(size), 0.0)
    whole = sizes.count(FRAME_BYTES)
    assert track.counts["malformed"] == len(sizes) - whole
    assert track.counts["dropped"] == max(0, whole - PACKET_FRAMES)


async def test_never_ends_when_the_encoder_fails(caplog: pytest.LogCaptureFixture) -> None:
    track = MicTrack(Broken())
    assert [bytes(await track.recv()) for _ in range(3)] == [SILENT_PACKET] * 3
    assert track.counts["failed"] == 3
    assert len(caplog.records) == 1
    assert track.readyState == "live"


async def test_a_cancelled_packet_is_not_lost_time() -> None:
    track = MicTrack(Telling())
    await track.recv()
    waiting = asyncio.create_task(track.recv())
    await asyncio.sleep(0)
    waiting.cancel()
    await asyncio.wait([waiting])
    packet = await track.recv()
    assert packet.pts == (1 + track.counts["skipped"]) * PACKET_SAMPLES


async def test_nothing_is_kept_of_a_candidate_once_it_falls_silent() -> None:
    track = MicTrack(Telling())
    track.hear(numbered(1), time.monotonic())
    track.fall_silent()
    for number in (2, 3):
        track.hear(numbered(number), time.monotonic())
    assert told(await track.recv()) == told(await track.recv()) == (0, 0)


async def test_what_was_sent_is_let_go_of() -> None:
    peer = RTCPeerConnection()
    sender = peer.addTransceiver(MicTrack(Telling()), direction="sendonly").sender
    kept = vars(sender)["_RTCRtpSender__rtp_history"]
    kept[7] = rtp(7, b"voice")
    drop_sent(sender)
    assert not kept
    await peer.close()


async def test_where_aiortc_keeps_what_was_sent_under_another_name_nothing_happens() -> None:
    peer = RTCPeerConnection()
    sender = peer.addTransceiver(MicTrack(Telling()), direction="sendonly").sender
    kept = vars(sender).pop("_RTCRtpSender__rtp_history")
    drop_sent(sender)
    vars(sender)["_RTCRtpSender__rtp_history"] = kept
    await peer.close()


def test_hands_on_what_loss_to_expect() -> None:
    encoder = Telling()
    MicTrack(encoder).expect_loss(25)
    assert encoder.expected == [25]


def rtp(number: int, payload: bytes) -> RtpPacket:
    packet = RtpPacket(sequence_number=number, timestamp=960 * number, payload_type=96)
    packet.ssrc = 7
    packet.payload = payload
    return packet


def test_a_tap_hands_on_what_arrives_in_the_order_it_arrives() -> None:
    taken: list[VoicePacket] = []
    tap = PacketTap(taken.append)
    for number in (3, 1, 1, 65535):
        assert tap.add(rtp(number, bytes([number % 256]))) == (False, None)
    assert tap.add(rtp(4, b"")) == (False, None)
    assert [(p.sequence, p.timestamp, p.ssrc, p.payload) for p in taken] == [
        (3, 2880, 7, b"\x03"),
        (1, 960, 7, b"\x01"),
        (1, 960, 7, b"\x01"),
        (65535, 960 * 65535, 7, b"\xff"),
    ]
    assert all(0 <= time.monotonic() - p.arrival_s < 1 for p in taken)


def buffer_of(receiver: object) -> object:
    return vars(receiver)["_RTCRtpReceiver__jitter_buffer"]


async def test_only_receivers_made_inside_are_tapped() -> None:
    peer = RTCPeerConnection()
    with tapped(lambda _: None):
        inside = peer.addTransceiver("audio").receiver
    outside = peer.addTransceiver("audio").receiver
    assert isinstance(buffer_of(inside), PacketTap)
    assert isinstance(buffer_of(outside), JitterBuffer)
    assert vars(rtcrtpreceiver)["JitterBuffer"] is JitterBuffer
    await peer.close()


def test_a_tap_that_was_not_asked_for_is_told() -> None:
    with pytest.raises(RuntimeError), tapped(lambda _: None):
        pass
    assert vars(rtcrtpreceiver)["JitterBuffer"] is JitterBuffer
