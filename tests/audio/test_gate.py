"""Half-duplex and the watch for dead microphones."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.audio.gate import (
    DEAD_AFTER_S,
    GAP_S,
    GATED_DEAD_AFTER_S,
    HOLD_S,
    LEARNED_OF,
    NO_ECHO_BLOCKS,
    UNSETTLED_BLOCKS,
    HalfDuplex,
    Settling,
    SilenceWatch,
)
from kiosk.audio.pcm import silence
from tests.audio.voice import tone


def test_the_microphone_is_held_back_while_the_voice_is_heard_and_a_little_longer() -> None:
    duplex = HalfDuplex()
    assert not duplex.closed(0.0)
    duplex.heard_at(1.00, 1.01, -20.0)
    assert duplex.closed(1.0)
    assert duplex.closed(1.01 + HOLD_S - 0.001)
    assert not duplex.closed(1.01 + HOLD_S)


def test_silence_from_the_loudspeaker_holds_nothing_back() -> None:
    duplex = HalfDuplex()
    duplex.heard_at(1.0, 1.01, -70.0)
    assert not duplex.closed(1.0)


def test_only_a_microphone_of_zeros_is_dead() -> None:
    watch = SilenceWatch()
    ticks = int(DEAD_AFTER_S * 100)
    for _ in range(2 * ticks):
        watch.hear(tone(440, 0.01, level=0.0001))
    assert not watch.dead
    for _ in range(2 * ticks, 3 * ticks):
        watch.hear(silence())
    assert not watch.dead
    for _ in range(3 * ticks, 3 * ticks + 5):
        watch.hear(silence())
    assert watch.dead
    watch.hear(tone(440, 0.01))
    assert not watch.dead


def dead_after_s(watch: SilenceWatch) -> float:
    """How long zeros last until the microphone is taken for dead."""
    for blocks in range(10_000):
        if watch.dead:
            return blocks / 100
        watch.hear(silence())
    raise AssertionError


def hear(watch: SilenceWatch, *gaps_s: float) -> None:
    """Zeros of each length, with sound after it."""
    for gap_s in gaps_s:
        for _ in range(round(gap_s * 100)):
            watch.hear(silence())
        watch.hear(tone(440, 0.01))


@pytest.mark.parametrize(
    ("gaps_s", "after_s"),
    [
        ((), DEAD_AFTER_S),
        ((0.0,), DEAD_AFTER_S),
        ((1.0,), DEAD_AFTER_S),
        ((1.0, GAP_S, 0.1, GAP_S), DEAD_AFTER_S),
        ((0.0, 0.5), GATED_DEAD_AFTER_S[0]),
        ((0.0, 20.0), GATED_DEAD_AFTER_S[0]),
        ((2.5,), GATED_DEAD_AFTER_S[0]),
        ((0.0, 0.5, 0.5), GATED_DEAD_AFTER_S[1]),
        ((0.0, *[0.5] * 4), GATED_DEAD_AFTER_S[-1]),
        ((0.0, *[0.5] * 40), GATED_DEAD_AFTER_S[-1]),
    ],
)
def test_a_microphone_with_a_noise_gate_has_more_time(
    gaps_s: tuple[float, ...], after_s: float
) -> None:
    watch = SilenceWatch()
    hear(watch, *gaps_s)
    assert dead_after_s(watch) == pytest.approx(after_s, abs=0.02)


def test_who_thinks_behind_a_noise_gate_is_never_told_that_nobody_hears() -> None:
    watch = SilenceWatch()
    hear(watch, 0.0, 0.6, 0.4, 0.8, 0.5)
    for _ in range(3):
        for _ in range(29 * 100):
            watch.hear(silence())
            assert not watch.dead
        hear(watch, 0.0)


def blocks_until_settled(
    settling: Settling, played_dbfs: float, captured_dbfs: float, left_dbfs: float
) -> int | None:
    for i in range(2 * UNSETTLED_BLOCKS):
        if settling.settled:
            return i
        settling.hear(played_dbfs, captured_dbfs, left_dbfs)
    return None


def test_a_canceller_has_settled_once_it_takes_the_voice_out() -> None:
    settling = Settling()
    assert blocks_until_settled(settling, -20, -26, -28) == UNSETTLED_BLOCKS
    settling.disturb()
    assert not settling.settled
    assert blocks_until_settled(settling, -20, -26, -45) == LEARNED_OF[0]


def test_it_learns_nothing_from_silence() -> None:
    assert blocks_until_settled(Settling(), -80, -60, -60) is None


def test_where_no_echo_arrives_there_is_nothing_to_wait_for() -> None:
    assert blocks_until_settled(Settling(), -20, -60, -60) == NO_ECHO_BLOCKS


def test_an_echo_that_has_not_arrived_yet_teaches_nothing() -> None:
    settling = Settling()
    for _ in range(50):
        settling.hear(-20, -90, -90)
    assert not settling.settled
    assert blocks_until_settled(settling, -20, -26, -28) == UNSETTLED_BLOCKS - 50


level = st.floats(-100, 0)


@given(st.lists(st.tuples(level, level, level), max_size=400))
def test_it_settles_after_so_much_voice_at_the_latest(
    heard: list[tuple[float, float, float]],
) -> None:
    settling = Settling()
    voiced = 0
    for played_dbfs, captured_dbfs, left_dbfs in heard:
        settling.hear(played_dbfs, captured_dbfs, left_dbfs)
        voiced += played_dbfs > -50
    assert settling.settled or voiced < UNSETTLED_BLOCKS
