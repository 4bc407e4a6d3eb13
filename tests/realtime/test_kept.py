import struct

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from kiosk.audio.port import FRAME_BYTES, FRAME_SAMPLES
from kiosk.realtime.kept import KEPT_FRAMES, Frame, Kept

FRAME_S = 0.01


def numbered(number: int) -> bytes:
    """A frame that tells which one it is."""
    return struct.pack("<h", number) * FRAME_SAMPLES


def filled(count: int, *, begin_s: float = 100.0) -> Kept:
    kept = Kept()
    for number in range(count):
        kept.keep(numbered(number), begin_s + number * FRAME_S)
    return kept


@given(count=st.integers(0, 2 * KEPT_FRAMES + 50))
def test_holds_the_newest_frames_in_order_and_each_once(count: int) -> None:
    kept = filled(count)
    frames = [kept.frame(number) for number in range(kept.begin, kept.end)]
    there = range(max(0, count - KEPT_FRAMES), count)
    assert [frame and frame.pcm for frame in frames] == [numbered(number) for number in there]
    assert [frame and frame.number for frame in frames] == list(there)
    assert kept.samples().tobytes() == b"".join(numbered(number) for number in there)


@given(
    gaps_s=st.lists(st.sampled_from([0.0, 0.0, 0.0, 0.013, 0.5, 30.0]), min_size=1, max_size=60),
    ago_s=st.floats(-1.0, 40.0),
)
def test_since_is_the_first_frame_captured_then_or_later_whatever_is_missing(
    gaps_s: list[float], ago_s: float
) -> None:
    kept, captured_s = Kept(), [1000.0]
    for gap_s in gaps_s:
        kept.keep(numbered(len(captured_s)), captured_s[-1])
        captured_s.append(captured_s[-1] + FRAME_S + gap_s)
    since_s = captured_s[-1] - ago_s
    first = kept.since(since_s)
    assert [frame for frame in map(kept.frame, range(first, kept.end)) if frame is not None] == [
        Frame(number, numbered(number + 1), at_s)
        for number, at_s in enumerate(captured_s[:-1])
        if at_s >= since_s
    ]


@given(st.lists(st.integers(0, 2 * FRAME_BYTES) | st.just(FRAME_BYTES), max_size=40))
def test_takes_only_whole_frames(sizes: list[int]) -> None:
    kept = Kept()
    for size in sizes:
        kept.keep(bytes(size), 0.0)
    assert kept.end - kept.begin == sizes.count(FRAME_BYTES)


def test_frames_that_are_overwritten_or_still_to_come_are_not_there() -> None:
    kept = filled(KEPT_FRAMES + 5)
    assert kept.begin == 5
    assert [kept.frame(number) for number in (-1, 4, kept.end)] == [None] * 3


def test_nothing_grows_and_nothing_is_left_after_it_was_cleared() -> None:
    kept = filled(KEPT_FRAMES + 7)
    arrays = [value for name in ("_pcm", "_captured_s") for value in [getattr(kept, name)]]
    sizes = [array.nbytes for array in arrays]
    kept.clear()
    assert all(not array.any() for array in arrays)
    assert kept.begin == kept.end == kept.since(0.0)
    assert not len(kept.samples())
    kept.keep(numbered(9), 5.0)
    assert np.array_equal(kept.samples(), np.full(FRAME_SAMPLES, 9))
    assert [getattr(kept, name).nbytes for name in ("_pcm", "_captured_s")] == sizes


@given(count=st.integers(0, KEPT_FRAMES + 50), chosen=st.sets(st.integers(0, KEPT_FRAMES - 1)))
def test_what_is_left_when_it_was_condensed_stays_in_order(count: int, chosen: set[int]) -> None:
    kept = filled(count)
    there = range(kept.begin, kept.end)
    worth = np.array([number - kept.begin in chosen for number in there], np.bool_)
    left = [frame for number in there if (frame := kept.frame(number)) and worth[number - there[0]]]
    kept.condense(worth)
    now = [kept.frame(number) for number in range(kept.begin, kept.end)]
    assert [frame and (frame.pcm, frame.captured_s) for frame in now] == [
        (frame.pcm, frame.captured_s) for frame in left
    ]
    kept.keep(numbered(7), 9999.0)
    assert kept.since(9999.0) == kept.end - 1
