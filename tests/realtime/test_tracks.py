import asyncio
import struct
import time
from itertools import pairwise

import av
import pytest
from aiortc import RTCPeerConnection, rtcrtpreceiver
from aiortc.jitterbuffer import JitterBuffer
from aiortc.rtp import RtpPacket
from hypothesis import given
from hypothesis import strategies as st

from kiosk.audio.port import FRAME_BYTES, VoicePacket
from kiosk.opus_out import LATE_S, PACKET_SAMPLES, SILENT_PACKET
from kiosk.realtime.tracks import (
    BACKLOG_FRAMES,
    MicTrack,
    PacketTap,
    tapped,
)


def numbered(number: int) -> bytes:
    return struct.pack("<h", number) * (FRAME_BYTES // 2)


def numbers(pcm: bytes) -> bytes:
    """An encoder that tells which frames it was given."""
    return struct.pack("<2h", *(struct.unpack_from("<h", pcm, at)[0] for at in (0, FRAME_BYTES)))


async def sent(track: MicTrack, count: int) -> list[bytes]:
    return [bytes(await track.recv()) for _ in range(count)]


async def test_sends_frames_in_order_two_to_a_packet() -> None:
    track = MicTrack(numbers)
    heard = []
    for number in range(1, 9, 2):
        track.hear(numbered(number), time.monotonic())
        track.hear(numbered(number + 1), time.monotonic())
        heard += await sent(track, 1)
    assert [struct.unpack("<2h", packet) for packet in heard] == [(1, 2), (3, 4), (5, 6), (7, 8)]
    assert track.counts["silent"] == track.counts["dropped"] == 0
    assert 0.0 <= track.delay_s < 0.1


async def test_keeps_time_whether_or_not_there_is_sound() -> None:
    track = MicTrack(numbers)
    began_s = time.monotonic()
    packets = [await track.recv() for _ in range(26)]
    took_s = time.monotonic() - began_s
    assert took_s >= 25 * 0.02
    stamps = [packet.pts or 0 for packet in packets]
    steps = {after - before for before, after in pairwise(stamps)}
    if not track.counts["skipped"]:
        assert steps == {PACKET_SAMPLES}
        assert took_s < 25 * 0.02 + LATE_S + 0.05
    assert track.counts["silent"] == track.counts["sent"] == 26


async def test_a_stall_is_skipped_and_time_stays_true() -> None:
    track = MicTrack(numbers)
    first = await track.recv()
    time.sleep(0.25)  # noqa: ASYNC251 - the loop itself is to stall
    second, third = await track.recv(), await track.recv()
    assert track.counts["skipped"] >= 11
    assert (second.pts or 0) - (first.pts or 0) == (track.counts["skipped"] + 1) * PACKET_SAMPLES
    assert third.pts == (second.pts or 0) + PACKET_SAMPLES


async def test_old_sound_makes_way_for_new() -> None:
    track = MicTrack(numbers)
    await track.recv()
    for number in range(50):
        track.hear(numbered(number), 0.0)
    assert track.counts["dropped"] == 50 - BACKLOG_FRAMES
    heard = await sent(track, BACKLOG_FRAMES // 2)
    assert struct.unpack("<2h", heard[0])[0] == 50 - BACKLOG_FRAMES
    assert struct.unpack("<2h", heard[-1])[1] == 49


async def test_what_was_heard_before_the_call_does_not_delay_it() -> None:
    track = MicTrack(numbers)
    for number in range(BACKLOG_FRAMES):
        track.hear(numbered(number), 0.0)
    (heard,) = await sent(track, 1)
    assert struct.unpack("<2h", heard) == (BACKLOG_FRAMES - 2, BACKLOG_FRAMES - 1)


@given(st.lists(st.integers(0, 2 * FRAME_BYTES) | st.just(FRAME_BYTES), max_size=40))
def test_takes_only_whole_frames(sizes: list[int]) -> None:
    track = MicTrack(numbers)
    for size in sizes:
        track.hear(bytes(size), 0.0)
    whole = sizes.count(FRAME_BYTES)
    assert track.counts["malformed"] == len(sizes) - whole
    assert track.counts["dropped"] == max(0, whole - BACKLOG_FRAMES)


async def test_never_ends_when_the_encoder_fails(caplog: pytest.LogCaptureFixture) -> None:
    def broken(pcm: bytes) -> bytes:
        raise av.error.InvalidDataError(1, "no")

    track = MicTrack(broken)
    assert await sent(track, 3) == [SILENT_PACKET] * 3
    assert track.counts["failed"] == 3
    assert len(caplog.records) == 1
    assert track.readyState == "live"


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


async def test_a_cancelled_packet_is_not_lost_time() -> None:
    track = MicTrack(numbers)
    await track.recv()
    waiting = asyncio.create_task(track.recv())
    await asyncio.sleep(0)
    waiting.cancel()
    await asyncio.wait([waiting])
    assert (await track.recv()).pts == PACKET_SAMPLES
