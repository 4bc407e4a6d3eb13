"""Half-duplex and the watch for dead microphones."""

from hypothesis import given
from hypothesis import strategies as st

from kiosk.audio.gate import (
    DEAD_AFTER_S,
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
