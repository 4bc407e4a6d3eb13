"""Playout against networks that lose, double, delay, stall and reorder, in simulated time."""

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.audio.opus import Decoder
from kiosk.audio.pcm import Pcm, dbfs
from kiosk.audio.playout import Playout
from kiosk.audio.port import FRAME_SAMPLES, VoicePacket
from kiosk.audio.trace import replay
from kiosk.audio.tuning import Tuning
from tests.audio.voice import interviewer, numbered, packets, spoken, strength, tone
from tests.rigs.network import NETWORKS, Network

STEP_HZ = 150
STEPS = 40
TUNING = Tuning()


@cache
def ladder() -> tuple[VoicePacket, ...]:
    """Four seconds of voice in which every 100 ms have a pitch of their own, rising."""
    steps = [tone(300 + STEP_HZ * i, 0.1) for i in range(STEPS)]
    return tuple(packets(np.concatenate(steps), first=65_500, timestamp=2**32 - 9600, fec=True))


@cache
def steady() -> tuple[VoicePacket, ...]:
    return tuple(packets(tone(440, 4.0), fec=True))


def on_time(voice: Iterable[VoicePacket], *, from_s: float = 0.0) -> list[VoicePacket]:
    """Each packet as it arrives from a line without delay."""
    return [replace(packet, arrival_s=from_s + 0.02 * i) for i, packet in enumerate(voice)]


def heard(
    arrivals: Iterable[VoicePacket], seconds: float, playout: Playout | None = None
) -> tuple[Playout, Pcm]:
    playout = playout or Playout()
    return playout, np.concatenate(list(replay(arrivals, playout, seconds=seconds)))


def drain(playout: Playout, *, limit: int = 1000) -> Pcm:
    """Pull until nothing is left."""
    blocks: list[Pcm] = []
    while len(blocks) < limit:
        before = playout.counts.silence
        blocks.append(playout.pull())
        if playout.queued_ms == 0 and playout.counts.silence - before == FRAME_SAMPLES:
            break
    return np.concatenate(blocks)


def levels(pcm: Pcm) -> list[float]:
    """Return the level of each 10 ms."""
    return [dbfs(block) for block in pcm[: len(pcm) // 480 * 480].reshape(-1, 480)]


def roughness(pcm: Pcm) -> int:
    """Return the sharpest bend of the waveform: a click is one."""
    return int(np.abs(np.diff(pcm.astype(int), 2)).max())


# --- a line that is well --------------------------------------------------------------------------


def test_a_clean_line_is_played_whole_and_soon() -> None:
    playout, sound = heard(on_time(steady()), 4.5)
    begin = int(np.argmax(np.abs(sound) > 1000))
    assert begin <= (TUNING.start_ms + 15) * 48
    assert playout.played_ms == 4000
    assert strength(sound[begin + 4800 : begin + 180_000], 440) == pytest.approx(0.3, rel=0.03)
    counts = playout.counts
    assert (counts.late, counts.lost, counts.duplicate, counts.damaged) == (0, 0, 0, 0)
    assert (counts.underruns, counts.overflow, counts.repaired, counts.concealed) == (0, 0, 0, 0)


def test_a_line_that_is_clean_costs_less_than_30_ms_once_it_is_known() -> None:
    playout = Playout()
    voice = on_time(numbered(spoken(8)))
    delays_ms = [playout.delay_ms for _ in replay(voice, playout, seconds=7.9)]
    assert max(delays_ms) <= TUNING.start_ms + 10
    assert np.median(delays_ms) <= 25
    assert 10 < delays_ms[-1] <= 25
    assert playout.counts.underruns == 0


def test_a_sender_that_pauses_is_no_underrun_and_pauses_as_long() -> None:
    first = on_time(packets(tone(440, 0.5)))
    second = on_time(packets(tone(440, 0.5), first=25, timestamp=48_000 * 2), from_s=2.0)
    playout, sound = heard(first + second, 3.0)
    assert playout.counts.underruns == 0
    assert playout.played_ms == 1000
    loud = np.flatnonzero(np.abs(sound[48_000:]) > 1000) + 48_000
    assert loud[0] / 48_000 == pytest.approx(2.03, abs=0.02)
    assert dbfs(sound[48_000:90_000]) < -60


def test_a_short_pause_of_the_sender_keeps_its_length() -> None:
    first = on_time(packets(tone(440, 0.5)))
    second = on_time(packets(tone(880, 0.5), first=25, timestamp=48 * 560), from_s=0.56)
    playout, sound = heard(first + second, 1.5)
    begins = int(np.argmax(np.array([strength(b, 880) for b in sound.reshape(-1, 480)]) > 0.2))
    assert begins == pytest.approx(56 + TUNING.start_ms // 10 + 1, abs=1)
    assert playout.counts.underruns == 0
    assert playout.played_ms == 1000


def test_a_sender_that_sends_silence_is_not_waited_for() -> None:
    sound = np.concatenate([tone(440, 1.0), np.zeros(48_000 * 3, np.int16)])
    playout, _ = heard(on_time(packets(sound)), 3.9)
    assert playout.queued_ms == 0
    assert 1000 <= playout.played_ms <= 1000 + TUNING.idle_ms + 40


def test_numbers_that_a_sender_skips_are_no_loss() -> None:
    voice = list(steady())
    jumped = [replace(p, sequence=p.sequence + 7) if i >= 100 else p for i, p in enumerate(voice)]
    playout, sound = heard(on_time(jumped), 4.5)
    assert playout.counts.lost == 0
    assert playout.played_ms == 4000
    assert min(levels(sound)[10:400]) > -20


@pytest.mark.parametrize("jump", [-(10**6), 400 * 48, 10**9])
def test_a_jump_of_the_sender_s_time_is_played_over(jump: int) -> None:
    jumped = [
        replace(p, timestamp=(p.timestamp + jump) % 2**32) if i >= 100 else p
        for i, p in enumerate(steady())
    ]
    playout, sound = heard(on_time(jumped), 5.0)
    assert playout.counts.lost == 0
    assert playout.played_ms == 4000
    assert strength(sound[150_000:180_000], 440) == pytest.approx(0.3, rel=0.05)
    assert playout.delay_ms < 300


# --- loss -----------------------------------------------------------------------------------------


def test_one_lost_packet_leaves_no_hole_and_no_delay() -> None:
    arrivals = on_time(steady())
    del arrivals[50]
    playout, sound = heard(arrivals, 4.5)
    assert min(levels(sound[9600:190_000])) > -32
    assert playout.played_ms == 4000
    assert playout.counts.lost == 1
    assert playout.counts.underruns == 0
    assert playout.counts.filler <= 480 + TUNING.conceal_ms * 48


def test_a_long_hole_is_concealed_for_a_while_and_then_silent_and_its_time_passes() -> None:
    arrivals = on_time(steady())
    del arrivals[50:100]
    playout, sound = heard(arrivals, 4.5)
    assert playout.played_ms == 4000, "what was not heard is over all the same"
    assert playout.counts.lost == 50
    silent = [level < -60 for level in levels(sound)]
    assert 70 <= sum(silent[100:210]) <= 85


def test_repair_is_waited_for_only_where_packets_carry_it() -> None:
    line = NETWORKS["loss 5 %"]
    with_repair, _ = heard(line.deliver(numbered(spoken(10))), 10)
    without, _ = heard(line.deliver(numbered(spoken(10, fec=False))), 10)
    assert with_repair.target_ms == without.target_ms + 20
    assert with_repair.counts.repaired > 5 * 960
    assert without.counts.repaired == 0
    assert without.counts.concealed > 5 * 960 / 2


def test_a_lost_packet_costs_its_own_time_and_no_more() -> None:
    arrived = NETWORKS["loss 20 %"].deliver(numbered(spoken(10, fec=False)))
    playout, _ = heard(arrived, 10)
    assert playout.counts.lost > 60
    assert playout.delay_ms < 40
    assert playout.counts.repeated + playout.counts.cut < 0.01 * 480_000


# --- delay ----------------------------------------------------------------------------------------


def test_a_stall_loses_nothing_and_its_delay_is_worked_off() -> None:
    arrivals = on_time(numbered(itertools.islice(itertools.cycle(spoken(16)), 1500)))
    stalled = [
        replace(p, arrival_s=max(p.arrival_s, 2.3)) if p.arrival_s > 2.0 else p for p in arrivals
    ]
    playout = Playout()
    worst_ms = 0.0
    for _ in replay(stalled, playout, seconds=29.9):
        worst_ms = max(worst_ms, playout.delay_ms)
    assert worst_ms > 200
    assert playout.delay_ms < 40
    assert playout.counts.late == 0
    assert playout.counts.cut > 150 * 48
    assert playout.counts.repeated < 20 * 48, "what a stall added is known at once"
    assert playout.counts.underruns == 1


def test_a_line_that_jitters_is_given_the_time_it_needs() -> None:
    arrived = NETWORKS["jitter 60 ms"].deliver(numbered(spoken(12)))
    playout = Playout()
    dry_after_a_second = 0
    for tick, _ in enumerate(replay(arrived, playout, seconds=11.9)):
        if tick == 100:
            dry_after_a_second = playout.counts.underruns
    assert playout.counts.underruns == dry_after_a_second
    assert 55 <= playout.target_ms <= 80
    assert playout.delay_ms == pytest.approx(playout.target_ms, abs=25)


def test_pulls_that_come_in_bursts_do_not_run_it_dry() -> None:
    playout = Playout()
    coming = iter(on_time(numbered(spoken(12))))
    for slot in range(290):
        for packet in itertools.islice(coming, 2):
            playout.push(packet)
        for _ in range(4):
            playout.pull()
        if slot == 50:
            before = playout.counts.underruns
    assert playout.counts.underruns == before
    assert playout.delay_ms <= 60


@pytest.mark.parametrize("ppm", [-1000, -300, -100, 100, 300, 1000])
def test_minutes_of_drift_cost_neither_a_gap_nor_delay(ppm: float) -> None:
    minutes = 4
    voice = itertools.islice(itertools.cycle(spoken(16)), 3000 * minutes)
    playout = Playout()
    delays_ms = []
    for tick, _ in enumerate(
        replay(Network(drift_ppm=ppm).deliver(numbered(voice)), playout, seconds=60 * minutes - 1)
    ):
        if tick % 100 == 0:
            delays_ms.append(playout.delay_ms)
    assert playout.counts.underruns == 0
    assert playout.counts.late == 0
    assert max(delays_ms[5:]) < 40
    assert min(delays_ms[5:]) > 2
    assert playout.played_ms == pytest.approx(1000 * (60 * minutes - 1), rel=0.2)


def test_a_voice_that_lags_catches_up_and_loses_no_word() -> None:
    words = [tone(440, 0.3), np.zeros(48_000 * 4 // 10, np.int16)] * 5
    playout = Playout()
    for packet in packets(np.concatenate(words)):
        playout.push(packet)
    sound = drain(playout)
    loud = sum(level > -30 for level in levels(sound))
    assert 0.7 * 5 * 30 <= loud <= 5 * 30 + 15
    assert len(sound) / 48_000 < 2.6
    assert playout.played_ms == 3500


# --- another stream, and bounds -------------------------------------------------------------------


def test_another_source_replaces_the_first_at_once() -> None:
    playout = Playout()
    for packet in steady()[:50]:
        playout.push(packet)
    for _ in range(10):
        playout.pull()
    second = list(packets(tone(880, 0.5), ssrc=2, first=7))
    for packet in second[:1]:
        playout.push(packet)
    assert playout.queued_ms <= 20 + TUNING.fade_ms
    _, sound = heard(on_time(second), 0.6, playout)
    assert strength(sound[4800:24_000], 880) == pytest.approx(0.3, rel=0.1)
    assert strength(sound[4800:24_000], 440) < 0.01


def test_a_straggler_of_the_source_before_does_not_bring_it_back() -> None:
    playout = Playout()
    heard(on_time(steady()[:50]), 1.1, playout)
    second = on_time(packets(tone(880, 1.0), ssrc=2, first=7))
    second[10:10] = [replace(steady()[50], arrival_s=second[10].arrival_s)]
    _, sound = heard(second, 1.0, playout)
    assert playout.counts.late == 1
    assert min(levels(sound[4800:])) > -20


def test_a_sender_that_begins_again_is_followed() -> None:
    playout, _ = heard(on_time(steady()[60:110]), 1.2)
    played_ms = playout.played_ms
    heard(on_time(steady()[:60]), 1.5, playout)
    assert playout.played_ms - played_ms >= 600


def test_the_queue_is_bounded_and_keeps_the_newest() -> None:
    playout = Playout()
    voice = list(packets(tone(440, 8.0)))
    for packet in voice:
        playout.push(packet)
    assert playout.queued_ms == TUNING.limit_ms
    assert playout.counts.overflow == len(voice) - TUNING.limit_ms // 20


# --- flush ----------------------------------------------------------------------------------------


def test_a_flush_fades_and_does_not_click() -> None:
    playout, before = heard(on_time(steady())[:40], 0.8)
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
    heard(on_time(steady()[50:80]), 1.5, playout)
    assert playout.played_ms - played_ms == 600


# --- every network --------------------------------------------------------------------------------


class Witness(Decoder):
    """A decoder that remembers which packets it was given, in order."""

    def __init__(self) -> None:
        super().__init__()
        self.decoded: list[bytes] = []

    def decode(self, payload: bytes) -> Pcm:
        self.decoded.append(payload)
        return super().decode(payload)


@pytest.mark.parametrize("name", NETWORKS)
def test_speech_keeps_its_order_and_its_account_on_every_network(name: str) -> None:
    witness = Witness()
    arrived = NETWORKS[name].deliver(ladder())
    playout, sound = heard(arrived, 5.0, Playout(decoder=witness))
    place = {packet.payload: i for i, packet in enumerate(ladder())}
    order = [place[payload] for payload in witness.decoded]
    assert order == sorted(set(order))
    assert playout.counts.pulled == len(sound) == 5 * 48_000
    assert playout.played_ms <= 4000
    assert playout.played_ms >= 4000 - 20 * len(set(range(200)) - set(order))
    steps = [pitch(block) for block in sound[: 240_000 // 960 * 960].reshape(-1, 960)]
    rising = [step for step in steps if step is not None]
    assert len(rising) > 60
    assert all(later >= earlier - 1 for earlier, later in itertools.pairwise(rising))


def pitch(block: Pcm) -> int | None:
    """Return which step of the ladder 20 ms hold, None where it is not plain."""
    if dbfs(block) < -20:
        return None
    spectrum = np.abs(np.fft.rfft(block * np.hanning(len(block)), 9600))
    peak = 5 * int(np.argmax(spectrum))
    step = round((peak - 300) / STEP_HZ)
    return step if abs(peak - 300 - step * STEP_HZ) < 20 else None


def test_a_packet_that_comes_twice_is_no_late_one() -> None:
    playout, _ = heard(NETWORKS["doubled"].deliver(numbered(spoken(16))), 16)
    assert playout.counts.late == 0
    assert playout.counts.duplicate > 20
    assert playout.target_ms == TUNING.bucket_ms + TUNING.margin_ms
    assert playout.counts.repeated + playout.counts.cut < 0.002 * 16 * 48_000


@pytest.mark.parametrize("name", ["loss 5 %", "jitter 60 ms", "stalls 350 ms", "bad Wi-Fi"])
def test_no_seam_is_sharper_than_the_voice_itself(name: str) -> None:
    _, clean = heard(on_time(numbered(spoken(16))), 16)
    _, sound = heard(NETWORKS[name].deliver(numbered(spoken(16))), 16)
    assert roughness(sound) < 1.15 * roughness(clean)


def test_five_percent_of_loss_leave_no_silence() -> None:
    playout, sound = heard(NETWORKS["loss 5 %"].deliver(numbered(spoken(16))), 15.9)
    said = levels(interviewer(16))
    loud = [tick for tick in range(20, 1580) if min(said[tick - 10 : tick + 5]) > -40]
    assert len(loud) > 300
    assert min(levels(sound)[tick] for tick in loud) > -55
    assert playout.counts.silence <= (TUNING.start_ms + 10) * 48


@st.composite
def networks(draw: st.DrawFn) -> list[VoicePacket]:
    """Loss, doubles, and delays up to 300 ms, which reorder."""
    arrived: list[VoicePacket] = []
    fate = st.tuples(
        st.sampled_from([0, 1, 1, 1, 1, 1, 1, 2]), st.integers(0, 30), st.integers(0, 30)
    )
    fates = draw(st.lists(fate, min_size=len(ladder()), max_size=len(ladder())))
    for i, (packet, (copies, delay, again)) in enumerate(zip(ladder(), fates, strict=True)):
        arrived += [
            replace(packet, arrival_s=0.02 * i + 0.01 * late) for late in (delay, again)[:copies]
        ]
    return sorted(arrived, key=lambda packet: packet.arrival_s)


@settings(max_examples=40, deadline=None)
@given(networks())
def test_no_network_makes_it_raise_repeat_reorder_or_lose_count(
    arrived: list[VoicePacket],
) -> None:
    place = {packet.payload: i for i, packet in enumerate(ladder())}
    assert len(place) == len(ladder())
    witness = Witness()
    playout = Playout(decoder=witness)
    for block in replay(arrived, playout, seconds=4.6):
        assert block.dtype == np.int16
        assert len(block) == FRAME_SAMPLES
        assert playout.queued_ms <= TUNING.limit_ms + 20
    assert playout.counts.pulled == 460 * FRAME_SAMPLES
    assert playout.played_ms <= 4000
    order = [place[payload] for payload in witness.decoded]
    assert order == sorted(set(order))


# --- anything at all ------------------------------------------------------------------------------


def payloads() -> st.SearchStrategy[bytes]:
    real = st.sampled_from([packet.payload for packet in ladder()[:20]])
    damaged = st.builds(
        lambda payload, cut, tail: payload[:cut] + tail,
        real,
        st.integers(1, 40),
        st.binary(max_size=20),
    )
    return st.one_of(real, damaged, st.binary(max_size=60))


garbage = st.builds(
    VoicePacket,
    sequence=st.one_of(st.integers(0, 60), st.integers(0, 2**16 - 1)),
    timestamp=st.one_of(st.integers(0, 60).map(lambda i: 960 * i), st.integers(0, 2**32 - 1)),
    ssrc=st.integers(0, 2),
    arrival_s=st.one_of(st.floats(0, 10), st.floats()),
    payload=payloads(),
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
        assert playout.queued_ms <= TUNING.limit_ms + 120
        assert TUNING.margin_ms <= playout.target_ms <= TUNING.longest_ms + TUNING.margin_ms + 120
    assert playout.counts.pulled == pulled


def senders(runs: list[tuple[int, int, int, int]]) -> Iterator[VoicePacket]:
    """Streams of real packets that begin anywhere, so that queues fill and run dry."""
    for sequence, timestamp, ssrc, count in runs:
        for i in range(count):
            payload = ladder()[i % len(ladder())].payload
            yield VoicePacket(
                (sequence + i) % 2**16, (timestamp + 960 * i) % 2**32, ssrc, 0.02 * i, payload
            )


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.integers(0, 2**16 - 1),
            st.integers(0, 2**32 - 1),
            st.integers(0, 2),
            st.integers(1, 400),
        ),
        max_size=4,
    ),
    st.integers(0, 4),
)
def test_streams_that_begin_anywhere_never_grow_without_bound(
    runs: list[tuple[int, int, int, int]], pulls: int
) -> None:
    playout = Playout()
    for packet in senders(runs):
        playout.push(packet)
        assert playout.queued_ms <= TUNING.limit_ms + 20
        for _ in range(pulls):
            playout.pull()
    drain(playout)
    assert playout.queued_ms == 0
