"""Order, strangers and bounds."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.audio.packets import Fate, PacketQueue
from kiosk.audio.port import VoicePacket
from kiosk.audio.tape import Counts
from kiosk.audio.tuning import Tuning

FRAME = 960


def queue() -> tuple[PacketQueue, Counts]:
    counts = Counts()
    return PacketQueue(Tuning(), counts), counts


def packet(sequence: int, *, ssrc: int = 1) -> VoicePacket:
    return VoicePacket(sequence % 2**16, 0, ssrc, 0.0, b"")


def taken(waiting: PacketQueue) -> list[int]:
    """Take all there is, passing over holes."""
    numbers = []
    while waiting:
        waiting.turn = waiting.first
        numbers.append(waiting.take().packet.sequence)
    return numbers


def test_order_is_restored_across_the_wrap() -> None:
    waiting, _ = queue()
    for sequence in (65_534, 1, 65_535, 0):
        assert waiting.push(packet(sequence), FRAME)[0] is Fate.KEPT
    assert waiting.samples == 4 * FRAME
    assert taken(waiting) == [65_534, 65_535, 0, 1]
    assert waiting.samples == 0


def test_doubles_and_late_ones_are_refused_and_counted() -> None:
    waiting, counts = queue()
    waiting.push(packet(5), FRAME)
    assert waiting.push(packet(5), FRAME)[0] is Fate.DUPLICATE
    waiting.turn = 5
    waiting.take()
    assert waiting.push(packet(5), FRAME)[0] is Fate.DUPLICATE
    assert waiting.push(packet(4), FRAME)[0] is Fate.LATE
    assert (counts.duplicate, counts.late, len(waiting)) == (2, 1, 0)


def test_a_hole_is_known_and_can_be_passed_over() -> None:
    waiting, _ = queue()
    for sequence in (10, 13):
        waiting.push(packet(sequence), FRAME)
    waiting.turn = 10
    waiting.take()
    assert waiting.missing == 2
    assert waiting.pass_over() is None
    following = waiting.pass_over()
    assert following is not None
    assert following.packet.sequence == 13
    assert waiting.missing == 0


@pytest.mark.parametrize("other", [packet(7, ssrc=2), packet(10 + 2000), packet(10 - 2000)])
def test_another_stream_drops_what_waits(other: VoicePacket) -> None:
    waiting, _ = queue()
    waiting.push(packet(10), FRAME)
    assert waiting.push(other, FRAME)[0] is Fate.BEGAN
    assert waiting.turn is None
    assert taken(waiting) == [other.sequence]


def test_a_replaced_sender_is_heard_again_only_if_it_insists() -> None:
    waiting, counts = queue()
    waiting.push(packet(10), FRAME)
    waiting.push(packet(900, ssrc=2), FRAME)
    fates = [waiting.push(packet(11 + i), FRAME)[0] for i in range(Tuning().restart_packets)]
    assert set(fates[:-1]) == {Fate.STRANGE}
    assert fates[-1] is Fate.BEGAN
    assert counts.late == len(fates) - 1


def test_what_was_cleared_is_late() -> None:
    waiting, _ = queue()
    for sequence in (1, 2, 3):
        waiting.push(packet(sequence), FRAME)
    waiting.clear()
    assert waiting.samples == 0
    assert waiting.push(packet(3), FRAME)[0] is Fate.LATE
    assert waiting.push(packet(4), FRAME)[0] is Fate.KEPT


@given(st.lists(st.tuples(st.integers(0, 2**16 - 1), st.integers(0, 2), st.integers(120, 5760))))
def test_it_never_holds_more_than_its_limit_nor_loses_count(
    pushed: list[tuple[int, int, int]],
) -> None:
    waiting, _ = queue()
    for sequence, ssrc, samples in pushed:
        waiting.push(packet(sequence, ssrc=ssrc), samples)
        assert 0 <= waiting.samples <= Tuning().limit_ms * 48
        assert (waiting.samples == 0) == (len(waiting) == 0)
    assert len(taken(waiting)) * 120 <= Tuning().limit_ms * 48
    assert waiting.samples == 0
