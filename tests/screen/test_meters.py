"""The mouth follows what it was told, at the moment that is asked for."""

import itertools
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.screen.meters import (
    BLOCK_S,
    CLOSES,
    MOST_BLOCKS,
    OPENS,
    RELEASE_S,
    REST,
    VOICE_DBFS,
    Meters,
    Mouth,
    candidate_follower,
)

LOUD_DBFS, SILENT_DBFS = VOICE_DBFS + 8, -100.0
CLOSED_S = RELEASE_S + 0.1
"""So long after the last sound every mouth is closed."""


def told(*dbfs: float, began_s: float = 1.0, bright: float = 0.5) -> Meters:
    meters = Meters()
    meters.speak(began_s, dbfs, (bright,) * len(dbfs))
    return meters


def seen(meters: Meters, from_s: float, to_s: float, fps: int = 100) -> list[float]:
    return [
        meters.mouth(from_s + frame / fps).opening for frame in range(round((to_s - from_s) * fps))
    ]


def test_a_mouth_that_was_told_nothing_rests() -> None:
    assert Meters().mouth(5.0) == REST


def test_it_opens_with_the_sound_and_never_before() -> None:
    meters = told(*[LOUD_DBFS] * 30)
    assert seen(meters, 0.5, 1.0) == [0.0] * 50
    assert meters.mouth(1.001).opening > 0
    assert meters.mouth(1.04).opening == pytest.approx(1.0)


def test_it_lets_go_within_a_quarter_second() -> None:
    meters = told(*[LOUD_DBFS] * 20, SILENT_DBFS)
    closing = {ms: meters.mouth(1.2 + ms / 1000).opening for ms in range(0, 300, 5)}
    assert closing[0] == pytest.approx(1.0)
    assert 0.2 < closing[100] < 0.8
    assert closing[250] == 0.0
    assert all(a >= b for a, b in itertools.pairwise(closing.values()))


def test_louder_is_wider_open_and_the_volume_does_not_matter() -> None:
    openings = [told(*[dbfs] * 20).mouth(1.1).opening for dbfs in range(-60, 0, 5)]
    assert openings == sorted(openings)
    assert (openings[0], openings[-1]) == (0.0, 1.0)
    quiet, loud = Meters(VOICE_DBFS - 15), Meters(VOICE_DBFS)
    quiet.speak(1.0, (-40.0,) * 20, (0.5,) * 20)
    loud.speak(1.0, (-25.0,) * 20, (0.5,) * 20)
    assert quiet.mouth(1.1) == loud.mouth(1.1)


def test_a_steady_sound_makes_a_steady_mouth() -> None:
    openings = seen(told(*[-25.0] * 100), 1.1, 1.9, fps=997)
    assert max(openings) - min(openings) < 1e-6


def test_bright_sounds_make_a_wide_mouth_and_dark_ones_a_round_one() -> None:
    assert told(*[-20.0] * 20, bright=1.0).mouth(1.1).width == pytest.approx(1.0)
    assert told(*[-20.0] * 20, bright=0.0).mouth(1.1).width == pytest.approx(0.0)


def test_a_resting_mouth_does_not_tremble_in_noise() -> None:
    """A level that wavers about the point where it opens, or closes, makes it do so once."""
    for middle in (OPENS, CLOSES):
        near = [dbfs / 10 for dbfs in range(-500, -300)]
        edge = min(near, key=lambda dbfs: abs(told(*[dbfs] * 9).mouth(1.08).opening - middle))
        meters = told(*[edge + (0.8 if number // 4 % 2 else -0.8) for number in range(300)])
        moved = [opening > 0 for opening in seen(meters, 1.0, 3.9, fps=60)]
        assert sum(a != b for a, b in itertools.pairwise(moved)) <= 1


def test_pauses_between_words_close_it() -> None:
    speech = ([LOUD_DBFS] * 20 + [SILENT_DBFS] * 30) * 3
    openings = seen(told(*speech), 1.0, 2.5)
    assert [openings[100 * n // 2 + 10] > 0.9 for n in range(3)] == [True] * 3
    assert [openings[100 * n // 2 + 45] for n in range(3)] == [0.0] * 3


def test_what_is_told_later_withdraws_what_was_told_of_that_time() -> None:
    meters = told(*[LOUD_DBFS] * 50)
    meters.speak(1.1, (SILENT_DBFS,), (0.0,))
    assert meters.mouth(1.09).opening > 0.9
    assert meters.mouth(1.35).opening == 0.0


def test_one_that_is_told_nothing_more_closes() -> None:
    meters = told(*[LOUD_DBFS] * 20)
    assert meters.mouth(1.21).opening == pytest.approx(1.0), "what follows may just be late"
    assert meters.mouth(1.2 + CLOSED_S).opening == 0.0


def test_blocks_whose_times_shake_open_it_as_steadily_as_others() -> None:
    meters = Meters()
    for number in range(50):
        shaken_s = 1.0 + 2 * number * BLOCK_S + (0.004 if number % 3 else -0.004)
        meters.speak(shaken_s, (-25.0,) * 2, (0.5,) * 2)
    openings = seen(meters, 1.1, 1.9, fps=997)
    assert max(openings) - min(openings) < 0.05


def test_a_wipe_leaves_nothing() -> None:
    meters = told(*[LOUD_DBFS] * 20)
    meters.heard_dbfs = -10.0
    meters.clear()
    assert meters == Meters()
    assert meters.mouth(1.1) == REST


levels = st.lists(st.tuples(st.floats(-200, 20), st.floats(-1, 2)), max_size=60)
tellings = st.lists(st.tuples(st.floats(0, 10), levels), max_size=30)


@given(tellings, st.lists(st.floats(-1, 12), max_size=60))
def test_whatever_is_told_and_asked_the_mouth_is_one(
    told_of: list[tuple[float, list[tuple[float, float]]]], asked_s: list[float]
) -> None:
    """In any order, with gaps, overlaps and withdrawals."""
    meters = Meters()
    asking = itertools.cycle(asked_s or [0.0])
    for began_s, blocks in told_of:
        meters.speak(began_s, tuple(b[0] for b in blocks), tuple(b[1] for b in blocks))
        mouth = meters.mouth(next(asking))
        assert 0 <= mouth.opening <= 1
        assert 0 <= mouth.width <= 1
    ends_s = max((began_s + len(blocks) * BLOCK_S for began_s, blocks in told_of), default=0.0)
    assert meters.mouth(ends_s + CLOSED_S) == REST
    assert len(meters._blocks) <= MOST_BLOCKS
    times = [block.leaves_s for block in meters._blocks]
    assert all(b - a > BLOCK_S / 3 for a, b in itertools.pairwise(times))


@given(st.floats(), st.floats())
def test_numbers_that_are_none_open_no_mouth_in_a_way_that_is_none(
    dbfs: float, bright: float
) -> None:
    meters = told(*[dbfs] * 9, bright=bright)
    mouth: Mouth = meters.mouth(1.08)
    assert not math.isnan(mouth.opening + mouth.width)
    assert 0 <= mouth.opening <= 1
    assert 0 <= mouth.width <= 1


def test_silence_moves_no_bars() -> None:
    follower = candidate_follower()
    assert [follower.follow(-100.0, s / 30) for s in range(30)] == [0.0] * 30
