import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from kiosk.audio.port import FRAME_SAMPLES, RATE_HZ
from kiosk.realtime.backlog import HOLE_S, Backlog
from kiosk.realtime.kept import KEPT_FRAMES, Kept
from tests.realtime.test_kept import FRAME_S, filled, numbered

Step = tuple[str, int]


def numbers(samples: np.ndarray[tuple[int], np.dtype[np.int16]]) -> list[int]:
    return [int(value) for value in samples[::FRAME_SAMPLES]]


@given(
    chosen=st.sets(st.integers(0, 99)),
    steps=st.lists(st.tuples(st.sampled_from(["keep", "take"]), st.integers(1, 40)), max_size=30),
)
def test_each_frame_is_given_out_once_in_order_and_none_is_lost(
    chosen: set[int], steps: list[Step]
) -> None:
    kept = filled(100)
    backlog = Backlog(kept, sorted(chosen))
    given_out: list[int] = []
    for step, count in [*steps, ("take", KEPT_FRAMES)]:
        if step == "take":
            took = numbers(backlog.take(count))
            assert len(took) <= count
            given_out += took
        else:
            for _ in range(count):
                kept.keep(numbered(kept.end), 100.0 + kept.end * FRAME_S)
    assert given_out == [*sorted(chosen), *range(100, kept.end)]
    assert not backlog.old
    assert not backlog.frames


@given(overwritten=st.integers(0, 300))
def test_what_was_overwritten_meanwhile_is_passed_over(overwritten: int) -> None:
    kept = filled(KEPT_FRAMES)
    backlog = Backlog(kept, range(200))
    for _ in range(overwritten):
        kept.keep(numbered(kept.end), 100.0 + kept.end * FRAME_S)
    told = numbers(backlog.take(2 * KEPT_FRAMES))
    assert told == [*range(overwritten, 200), *range(KEPT_FRAMES, KEPT_FRAMES + overwritten)]


@given(hole_s=st.floats(0.0, 20.0))
def test_time_that_nobody_captured_is_told_as_a_short_silence(hole_s: float) -> None:
    kept = Kept()
    kept.keep(numbered(1), 5.0)
    kept.keep(numbered(2), 5.0 + FRAME_S + hole_s)
    told = Backlog(kept, range(2)).take(2)
    silence = len(told) - 2 * FRAME_SAMPLES
    assert abs(silence - min(hole_s, HOLE_S) * RATE_HZ) <= FRAME_SAMPLES // 2 + 1
    assert np.array_equal(
        np.unique(told[FRAME_SAMPLES : FRAME_SAMPLES + silence]), [0] * bool(silence)
    )


def test_a_pause_that_was_left_out_is_no_hole() -> None:
    told = Backlog(filled(50), [3, 4, 40, 41]).take(10)
    assert numbers(told) == [3, 4, 40, 41]
