"""Playout against networks that lose, double, delay and reorder, in simulated time."""

import dataclasses
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.audio.opus import Decoder
from kiosk.audio.pcm import Pcm, dbfs
from kiosk.audio.playout import Playout
from kiosk.audio.port import FRAME_SAMPLES, VoicePacket
from kiosk.audio.tuning import Tuning
from tests.audio.voice import packets, strength, tone

STEP_HZ = 150
STEPS = 40


@cache
def ladder() -> tuple[VoicePacket, ...]:
    """Four seconds of voice in which every 100 ms have a pitch of their own, rising."""
    steps = [tone(300 + STEP_HZ * i, 0.1) for i in range(STEPS)]
    return tuple(packets(np.concatenate(steps), first=65_500, timestamp=2**32 - 9600, fec=True))


@cache
def steady() -> tuple[VoicePacket, ...]:
    return tuple(packets(tone(440, 4.0), fec=True))


def drain(playout: Playout, *, limit: int = 1000) -> Pcm:
    """Pull until nothing is left."""
    blocks: list[Pcm] = []
    while len(blocks) < limit:
        before = playout.counts.silence
        blocks.append(playout.pull())
        if playout.queued_ms == 0 and playout.counts.silence - before == FRAME_SAMPLES:
            break
    return np.concatenate(blocks)


def run(arrivals: dict[int, list[VoicePacket]], ticks: int) -> tuple[Playout, Pcm]:
    """Push packets before the pulls they are listed under; return all that was pulled."""
    playout = Playout()
    blocks: list[Pcm] = []
    for tick in range(ticks):
        for packet in arrivals.get(tick, []):
            playout.push(packet)
        blocks.append(playout.pull())
    return playout, np.concatenate(blocks)


def in_time(voice: tuple[VoicePacket, ...]) -> dict[int, list[VoicePacket]]:
    return {2 * i: [packet] for i, packet in enumerate(voice)}


def accounted(playout: Playout) -> int:
    counts = playout.counts
    return counts.voice + counts.idle + counts.filler + counts.silence


def test_a_clean_network_is_played_whole_after_the_prefetch() -> None:
    playout, heard = run(in_time(steady()), 460)
    begin = int(np.argmax(np.abs(heard) > 1000))
    assert begin <= 60 * 48
    assert playout.played_ms == 4000
    assert strength(heard[begin + 4800 : begin + 180_000], 440) == pytest.approx(0.3, rel=0.03)
    assert playout.counts == dataclasses.replace(
        playout.counts, late=0, duplicate=0, lost=0, underruns=0, overflow=0, damaged=0
    )


def test_one_lost_packet_leaves_no_hole_and_no_delay() -> None:
    arrivals = in_time(steady())
    del arrivals[100]
    playout, heard = run(arrivals, 460)
    spoken = heard[9600 : 9600 + 150_000]
    assert min(dbfs(block) for block in spoken[:149_760].reshape(-1, 480)) > -32
    assert playout.played_ms == 4000
    assert playout.counts.lost == 1
    assert playout.counts.underruns == 0


def test_a_long_hole_is_concealed_for_a_while_and_then_skipped() -> None:
    arrivals = in_time(steady())
    for tick in range(100, 200, 2):
        del arrivals[tick]
    playout, heard = run(arrivals, 460)
    assert playout.played_ms <= 3000 + 200
    silent = [dbfs(block) < -60 for block in heard[: 450 * 480].reshape(-1, 480)]
    assert 60 <= sum(silent[100:200]) <= 100


def test_a_stall_stretches_time_and_loses_nothing() -> None:
    arrivals = in_time(steady())
    late = [packet for tick in range(100, 115, 2) for packet in arrivals.pop(tick)]
    arrivals[116] = late + arrivals[116]
    playout, heard = run(arrivals, 500)
    assert playout.played_ms == 4000
    assert playout.counts.underruns == 1
    assert playout.counts.late == 0
    assert len(heard) == accounted(playout)


def test_a_sender_that_pauses_is_no_underrun() -> None:
    first = list(packets(tone(440, 0.5)))
    second = list(packets(tone(440, 0.5), first=25, timestamp=48_000 * 2))
    arrivals = {2 * i: [packet] for i, packet in enumerate(first)}
    arrivals |= {150 + 2 * i: [packet] for i, packet in enumerate(second)}
    playout, heard = run(arrivals, 260)
    assert playout.counts.underruns == 0
    assert playout.played_ms == 1000
    assert dbfs(heard[100 * 480 : 140 * 480]) < -60


def test_a_sender_that_sends_silence_is_not_waited_for() -> None:
    sound = np.concatenate([tone(440, 1.0), np.zeros(48_000 * 3, np.int16)])
    playout, _ = run({2 * i: [p] for i, p in enumerate(packets(sound))}, 390)
    assert playout.queued_ms == 0
    assert 1000 <= playout.played_ms <= 1000 + Tuning().idle_ms + 40


def test_another_source_replaces_the_first_at_once() -> None:
    playout = Playout()
    for packet in steady()[:50]:
        playout.push(packet)
    for _ in range(10):
        playout.pull()
    for packet in packets(tone(880, 0.5), ssrc=2, first=7):
        playout.push(packet)
    assert playout.queued_ms == 500
    heard = drain(playout)
    assert strength(heard[4800:24_000], 880) == pytest.approx(0.3, rel=0.1)
    assert strength(heard[4800:24_000], 440) < 0.01


def test_a_sender_that_begins_again_is_followed() -> None:
    playout = Playout()
    for packet in steady()[60:110]:
        playout.push(packet)
    drain(playout)
    played_ms = playout.played_ms
    for packet in steady()[:60]:
        playout.push(packet)
        playout.pull()
        playout.pull()
    drain(playout)
    assert playout.played_ms - played_ms >= 600


def test_the_queue_is_bounded_and_keeps_the_newest() -> None:
    playout = Playout()
    voice = list(packets(tone(440, 8.0)))
    for packet in voice:
        playout.push(packet)
    assert playout.queued_ms == Tuning().limit_ms
    assert playout.counts.overflow == len(voice) - Tuning().limit_ms // 20


def test_a_voice_that_lags_catches_up_in_its_pauses_and_loses_no_word() -> None:
    words = [tone(440, 0.3), np.zeros(48_000 * 4 // 10, np.int16)] * 5
    playout = Playout()
    for packet in packets(np.concatenate(words)):
        playout.push(packet)
    heard = drain(playout)
    loud = [dbfs(block) > -30 for block in heard[: len(heard) // 480 * 480].reshape(-1, 480)]
    assert sum(loud) == pytest.approx(5 * 30, abs=15)
    assert len(heard) / 48_000 < 3.0
    assert playout.counts.skipped > 30


def test_a_flush_fades_and_does_not_click() -> None:
    playout = Playout()
    for packet in steady():
        playout.push(packet)
    before = np.concatenate([playout.pull() for _ in range(33)])
    playout.flush()
    assert playout.queued_ms <= 20
    after = np.concatenate([playout.pull() for _ in range(10)])
    assert np.abs(np.diff(np.concatenate([before[4800:], after]).astype(int))).max() < 1500
    assert not after[15 * 48 :].any()
    assert np.abs(after[: 5 * 48]).max() > 3000


def test_after_a_flush_late_packets_stay_dropped_and_new_ones_play() -> None:
    playout = Playout()
    for packet in steady()[:50]:
        playout.push(packet)
    for _ in range(20):
        playout.pull()
    playout.flush()
    drain(playout)
    played_ms = playout.played_ms
    for packet in steady()[10:30]:
        playout.push(packet)
    assert playout.queued_ms == 0
    for packet in steady()[50:80]:
        playout.push(packet)
    drain(playout)
    assert playout.played_ms - played_ms == 600


@st.composite
def networks(draw: st.DrawFn) -> dict[int, list[VoicePacket]]:
    """Loss, doubles, and delays up to 300 ms, which reorder."""
    arrivals: dict[int, list[VoicePacket]] = {}
    fate = st.tuples(
        st.sampled_from([0, 1, 1, 1, 1, 1, 1, 2]), st.integers(0, 30), st.integers(0, 30)
    )
    fates = draw(st.lists(fate, min_size=len(ladder()), max_size=len(ladder())))
    for i, (packet, (copies, delay, again)) in enumerate(zip(ladder(), fates, strict=True)):
        for late in (delay, again)[:copies]:
            arrivals.setdefault(2 * i + late, []).append(packet)
    return arrivals


class Witness(Decoder):
    """A decoder that remembers which packets it was given, in order."""

    def __init__(self) -> None:
        super().__init__()
        self.decoded: list[bytes] = []

    def decode(self, payload: bytes) -> Pcm:
        self.decoded.append(payload)
        return super().decode(payload)


@settings(max_examples=40, deadline=None)
@given(networks())
def test_no_network_makes_it_raise_repeat_reorder_or_lose_count(
    arrivals: dict[int, list[VoicePacket]],
) -> None:
    place = {packet.payload: i for i, packet in enumerate(ladder())}
    assert len(place) == len(ladder())
    witness = Witness()
    playout = Playout(decoder=witness)
    for tick in range(460):
        for packet in arrivals.get(tick, []):
            playout.push(packet)
            assert playout.queued_ms <= Tuning().limit_ms + 20
        block = playout.pull()
        assert block.dtype == np.int16
        assert len(block) == FRAME_SAMPLES
    assert accounted(playout) == 460 * FRAME_SAMPLES
    assert playout.played_ms <= 4000
    order = [place[payload] for payload in witness.decoded]
    assert order == sorted(set(order))


garbage = st.builds(
    VoicePacket,
    sequence=st.integers(0, 2**16 - 1),
    timestamp=st.integers(0, 2**32 - 1),
    ssrc=st.integers(0, 2),
    arrival_s=st.just(0.0),
    payload=st.one_of(
        st.binary(max_size=60),
        st.sampled_from([packet.payload for packet in ladder()[:20]]),
        st.builds(
            lambda payload, cut, tail: payload[:cut] + tail,
            st.sampled_from([packet.payload for packet in ladder()[:20]]),
            st.integers(1, 40),
            st.binary(max_size=20),
        ),
    ),
)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.one_of(garbage, st.just("pull"), st.just("flush")), max_size=120))
def test_no_stream_of_packets_breaks_it(doings: list[VoicePacket | str]) -> None:
    playout = Playout()
    pulled = 0
    for doing in doings:
        if isinstance(doing, VoicePacket):
            playout.push(doing)
        elif doing == "flush":
            playout.flush()
            assert playout.queued_ms <= 20
        else:
            assert len(playout.pull()) == FRAME_SAMPLES
            pulled += FRAME_SAMPLES
        assert playout.queued_ms <= Tuning().limit_ms + 120
    assert accounted(playout) == pulled
