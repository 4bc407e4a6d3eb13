"""What is given again to the next engine."""

from hypothesis import given
from hypothesis import strategies as st

from kiosk.audio.port import Clock, VoicePacket
from kiosk.audio.unplayed import MOST_PACKETS, OUTAGE_MS, PACKET_MS, Unplayed


def packet(number: int) -> VoicePacket:
    return VoicePacket(number, 960 * number, 1, 0.0, b"")


def clock(at_s: float, queued_ms: int) -> Clock:
    return Clock(at_s, 0, queued_ms, True, -60.0, False, 0, 0)


def numbers(rest: tuple[list[VoicePacket], int]) -> list[int]:
    return [p.sequence for p in rest[0]]


def filled(count: int) -> Unplayed:
    """One packet every 20 ms since 0 s."""
    it = Unplayed()
    for number in range(count):
        it.add(packet(number), number * 0.02)
    return it


def test_what_was_queued_is_given_again_from_its_packet_on() -> None:
    it = filled(50)
    it.note(clock(1.0, 70))
    rest = it.rest(1.0)
    assert numbers(rest) == [46, 47, 48, 49]
    assert rest[1] == 10, "of the first one, 10 ms had been played"


def test_packets_after_the_last_clock_are_given_again_too() -> None:
    it = filled(50)
    it.note(clock(0.9, 0))
    assert numbers(it.rest(1.0)) == [46, 47, 48, 49]


def test_a_long_outage_costs_the_oldest_voice() -> None:
    it = filled(50)
    it.note(clock(0.0, 20))
    rest = it.rest(1.0)
    assert numbers(rest) == list(range(50 - 1 - OUTAGE_MS // PACKET_MS, 50))
    assert rest[1] == 0


def test_an_engine_that_dies_before_its_first_word_costs_nothing() -> None:
    it = filled(50)
    it.note(clock(1.0, 70))
    first = numbers(it.rest(1.0))
    it.add(packet(50), 1.01)
    assert numbers(it.rest(1.1)) == [*first, 50]


def test_what_a_flush_drops_stays_dropped() -> None:
    it = filled(50)
    it.note(clock(1.0, 200))
    it.clear()
    assert it.rest(1.0) == ([], 0)


@given(
    st.lists(
        st.one_of(
            st.just("add"), st.integers(0, 5000), st.just("rest"), st.sampled_from(["clear"])
        ),
        max_size=300,
    )
)
def test_it_is_bounded_and_keeps_the_newest_in_order(steps: list[str | int]) -> None:
    it, now_s, count = Unplayed(), 0.0, 0
    for step in [*steps, "rest"]:
        now_s += 0.01
        if step == "add":
            it.add(packet(count), now_s)
            count += 1
        elif step == "clear":
            it.clear()
        elif isinstance(step, int):
            it.note(clock(now_s, step))
        else:
            kept, again_ms = it.rest(now_s)
            assert len(kept) <= MOST_PACKETS
            assert [p.sequence for p in kept] == list(range(count - len(kept), count))
            assert 0 <= again_ms < PACKET_MS
