"""The microphone's packets in simulated time: the rule, and any way in which sound may come."""

import struct
from collections import Counter, deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.audio.port import FRAME_BYTES, FRAME_SAMPLES, RATE_HZ
from kiosk.opus_out import PACKET_SAMPLES
from kiosk.realtime.packets import (
    BACKLOG_FRAMES,
    EARLY_S,
    FRAME_S,
    PACKET_FRAMES,
    PACKET_S,
    PATIENCE_S,
    SLEW_S,
    SPACING_S,
    MicPackets,
    Outgoing,
)

LATENCY_S = 0.003
"""From a frame's last sample to its arrival."""
A_MOMENT_S = 1e-6
Arrival = tuple[float, int, float]
"""When a frame comes, its number from 1 on, and when its first sample was captured."""


def pcm(number: int) -> bytes:
    return struct.pack("<h", number % 2**15) * (FRAME_BYTES // 2)


def frames_of(packet: Outgoing) -> tuple[int, ...]:
    """The numbers of a packet's frames; 0 is silence."""
    return tuple(struct.unpack_from("<h", packet.pcm, at)[0] for at in (0, FRAME_BYTES))


def captured(numbers: Iterable[int], *, ppm: float = 0.0) -> list[Arrival]:
    """Frames of a sound card whose clock is so much too slow."""
    step_s = FRAME_S * (1 + ppm * 1e-6)
    return [(n * step_s + LATENCY_S, n, (n - 1) * step_s) for n in numbers]


def held_up(arrivals: Iterable[Arrival], from_s: float, to_s: float) -> list[Arrival]:
    """Nothing comes in between, and then all at once."""
    return [(to_s if from_s <= at < to_s else at, n, taken) for at, n, taken in arrivals]


@dataclass
class Sent:
    """What left, and when; the first packet is asked for at 0."""

    counts: Counter[str]
    left: list[tuple[float, Outgoing]] = field(default_factory=list)
    most_waiting: int = 0

    @property
    def numbers(self) -> list[int]:
        return [number for _, packet in self.left for number in frames_of(packet) if number]

    @property
    def steps(self) -> list[int]:
        """From one timestamp to the next, in packets; it fails for parts of one."""
        stamps = [packet.timestamp for _, packet in self.left]
        assert all(stamp % PACKET_SAMPLES == 0 for stamp in stamps)
        return [(after - before) // PACKET_SAMPLES for before, after in pairwise(stamps)]

    @property
    def gaps_s(self) -> list[float]:
        return [after[0] - before[0] for before, after in pairwise(self.left)]

    def after(self, at_s: float) -> "Sent":
        return Sent(self.counts, [one for one in self.left if one[0] >= at_s])

    def behind_s(self) -> list[float]:
        """How much later than its timestamp each packet left."""
        return [at_s - packet.timestamp / RATE_HZ for at_s, packet in self.left]


@dataclass(frozen=True)
class Stall:
    """The loop stands still: what comes is heard, and what is due is taken, when it goes on."""

    from_s: float
    to_s: float


def send(
    arrivals: Iterable[Arrival],
    until_s: float,
    stalls: Sequence[Stall] = (),
    *,
    hears_first: bool = True,
) -> Sent:
    """Hear each frame when it comes, and take each packet when it is due."""

    def awake(at_s: float) -> float:
        return next((one.to_s for one in stalls if one.from_s < at_s < one.to_s), at_s)

    packets, coming = MicPackets(), deque(sorted(arrivals))
    sent = Sent(packets.counts)
    now_s = 0.0
    while True:
        due_s = awake(max(now_s, packets.due_s()))
        heard_s = awake(max(now_s, coming[0][0])) if coming else inf
        now_s = min(due_s, heard_s)
        if now_s >= until_s:
            return sent
        if heard_s < due_s or (hears_first and heard_s == due_s):
            _, number, captured_s = coming.popleft()
            packets.hear(pcm(number), captured_s, now_s)
        else:
            sent.left.append((now_s, packets.take(now_s)))
        sent.most_waiting = max(sent.most_waiting, packets.waiting)


@pytest.mark.parametrize("ppm", [-1000, -200, 0, 200, 1000])
def test_sound_leaves_as_soon_as_a_packet_is_complete_whatever_the_card_s_clock(ppm: int) -> None:
    sent = send(captured(range(1, 60_001), ppm=ppm), 599).after(0.1)
    assert set(sent.steps) == {1}
    assert sent.counts["dropped"] <= PACKET_FRAMES
    assert all(packet.captured_s is not None for _, packet in sent.left)
    delays_s = [at_s - (packet.captured_s or 0.0) for at_s, packet in sent.left]
    step_s = PACKET_S * (1 + ppm * 1e-6)
    assert delays_s == pytest.approx([step_s + LATENCY_S] * len(delays_s))


def test_silence_keeps_the_beat_when_nothing_comes() -> None:
    sent = send([], 9.99)
    assert set(sent.steps) == {1}
    assert sent.gaps_s == pytest.approx([PACKET_S] * len(sent.gaps_s))
    assert sent.counts["silent"] == sent.counts["sent"] == 500


def test_a_short_stall_costs_no_sound_and_no_lasting_delay() -> None:
    frames = captured(range(1, 201))
    sent = send(held_up(frames, 1.0, 1.0 + PATIENCE_S), 1.9)
    assert set(sent.after(0.1).steps) == {1}
    assert sent.numbers == list(range(sent.numbers[0], sent.numbers[-1] + 1))
    assert min(sent.gaps_s) >= SPACING_S - A_MOMENT_S
    undisturbed = send(frames, 1.9).after(1.4)
    assert sent.after(1.4).left == undisturbed.left


def test_a_long_stall_is_silence_and_then_the_newest_sound() -> None:
    sent = send(held_up(captured(range(1, 301)), 1.0, 1.5), 2.9)
    between = [one for one in sent.left if 1.0 + PATIENCE_S + 2 * PACKET_S < one[0] < 1.5]
    assert between
    assert all(packet.captured_s is None for _, packet in between)
    assert all(at_s - (packet.captured_s or 0) < 0.06 for at_s, packet in sent.after(1.55).left)
    assert all(abs(behind_s) < PACKET_S for behind_s in sent.after(1.55).behind_s())
    assert sent.most_waiting <= PACKET_FRAMES


@pytest.mark.parametrize("lost", range(1, 8))
@pytest.mark.parametrize("first", [100, 101])
def test_frames_lost_in_capture_are_passed_over_in_the_timestamps(first: int, lost: int) -> None:
    gone = range(first, first + lost)
    sent = send(captured(n for n in range(1, 201) if n not in gone), 1.9).after(0.1)
    places = {
        n: packet.timestamp // FRAME_SAMPLES + place
        for _, packet in sent.left
        for place, n in enumerate(frames_of(packet))
        if n
    }
    offset = places[150] - 150
    assert places == {n: n + offset for n in places}
    assert [n for n in range(min(places), max(places) + 1) if n not in places] == list(gone)


def test_muting_a_hundred_times_leaves_the_timeline_true() -> None:
    frames = [one for one in captured(range(1, 6001)) if one[1] % 61 < 37]
    sent = send(frames, 59.0)
    assert sent.counts["silent"] > 500
    assert all(abs(behind_s) < 2 * PACKET_S for behind_s in sent.after(0.1).behind_s())


ANY = st.lists(
    st.tuples(
        st.sampled_from([0.0, 0.0005, 0.008, 0.01, 0.012]) | st.floats(0, 0.4),
        st.floats(0.0, 0.05) | st.floats(-0.2, 2.0),
    ),
    max_size=120,
)
"""Time between frames' arrivals, and their age on arrival."""
STALLS = st.lists(st.tuples(st.floats(0, 2), st.floats(0, 0.004) | st.floats(0, 0.5)), max_size=12)
"""Time from one to the next, and how long each is."""


def stalling(pattern: list[tuple[float, float]]) -> list[Stall]:
    stalls, at_s = [], 0.0
    for pause_s, length_s in pattern:
        stalls.append(Stall(at_s + pause_s, at_s + pause_s + length_s))
        at_s = stalls[-1].to_s
    return stalls


def arriving(pattern: list[tuple[float, float]]) -> list[Arrival]:
    arrivals, at_s = [], 0.0
    for number, (gap_s, age_s) in enumerate(pattern, 1):
        at_s += gap_s
        arrivals.append((at_s, number, at_s - age_s))
    return arrivals


@given(ANY, STALLS, st.booleans())
def test_however_sound_comes_packets_leave_in_order_and_in_time(
    pattern: list[tuple[float, float]], pauses: list[tuple[float, float]], hears_first: bool
) -> None:
    arrivals, stalls = arriving(pattern), stalling(pauses)
    until_s = (arrivals[-1][0] if arrivals else 0.0) + 2.0
    sent = send(arrivals, until_s, stalls, hears_first=hears_first)
    assert sent.most_waiting <= BACKLOG_FRAMES
    assert all(step >= 1 for step in sent.steps)
    assert sent.numbers == sorted(set(sent.numbers))
    assert len(sent.numbers) + sent.counts["dropped"] + PACKET_FRAMES >= len(arrivals)
    assert sum(step - 1 for step in sent.steps) == sent.counts["skipped"]
    longest_s = PATIENCE_S + PACKET_S + max((one.to_s - one.from_s for one in stalls), default=0.0)
    moments_s = [0.0, *(at_s for at_s, _ in sent.left), until_s]
    assert all(after - before <= longest_s + A_MOMENT_S for before, after in pairwise(moments_s))
    follows_s = SLEW_S * len(sent.left) + A_MOMENT_S
    began_s = sent.left[0][0]
    for behind_s, (_, packet) in zip(sent.behind_s(), sent.left, strict=True):
        assert behind_s >= began_s - EARLY_S - follows_s
        if packet.captured_s is None:
            assert behind_s <= began_s + PACKET_S + follows_s


@given(ANY)
def test_nothing_leaves_in_a_burst(pattern: list[tuple[float, float]]) -> None:
    arrivals = arriving(pattern)
    sent = send(arrivals, (arrivals[-1][0] if arrivals else 0.0) + 1.0)
    assert all(gap_s >= SPACING_S - A_MOMENT_S for gap_s in sent.gaps_s)


def test_a_source_that_is_too_fast_is_held_to_its_pace() -> None:
    frames = [(n * FRAME_S / 3, n, n * FRAME_S / 3) for n in range(1, 901)]
    sent = send(frames, 2.9)
    assert sent.most_waiting <= BACKLOG_FRAMES
    assert len(sent.left) <= 3.0 / PACKET_S
    assert sent.counts["dropped"] > 500


def test_a_card_far_too_fast_costs_frames_and_never_the_sender() -> None:
    seconds = 300
    sent = send(captured(range(1, 100 * seconds), ppm=-3000), seconds * 0.996)
    assert sent.counts["dropped"] > 0
    assert max(sent.gaps_s) < 2 * PACKET_S
    assert sent.numbers == sorted(set(sent.numbers))
    assert max(sent.behind_s()) - min(sent.behind_s()) < 0.4


@pytest.mark.parametrize("burst", [10, 18, 60, 300])
def test_sound_that_comes_at_once_is_dropped_and_the_sender_goes_on(burst: int) -> None:
    steady = captured(range(1, 101))
    at_s, last, taken_s = steady[-1]
    piled = [(at_s + i * 1e-4, last + i, taken_s + i * FRAME_S) for i in range(1, burst + 1)]
    after = [
        (at_s + i * FRAME_S, last + burst + i, taken_s + (burst + i) * FRAME_S)
        for i in range(1, 500)
    ]
    sent = send([*steady, *piled, *after], at_s + 4.5)
    assert max(sent.gaps_s) < PATIENCE_S + 2 * PACKET_S
    assert sent.most_waiting <= BACKLOG_FRAMES
    assert sent.numbers == sorted(set(sent.numbers))
    assert sent.numbers[-1] > last + burst + 400
