from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from kiosk.opus_loss import HALF_LIFE_S, LEAST_PERCENT, MOST_PERCENT, LossReport, expected_loss

STEPS = st.lists(st.tuples(st.floats(0, 30), st.floats(0, 1)), max_size=40)


def at_times(steps: list[tuple[float, float]]) -> list[LossReport]:
    reports, at_s = [], 0.0
    for step_s, lost in steps:
        at_s += step_s
        reports.append(LossReport(at_s, lost))
    return reports


def test_without_a_report_the_least_is_expected() -> None:
    assert expected_loss([]) == LEAST_PERCENT


@given(STEPS, st.floats(0, 1))
def test_rises_with_the_very_report(steps: list[tuple[float, float]], lost: float) -> None:
    reports = at_times([*steps, (1.0, lost)])
    assert LEAST_PERCENT <= expected_loss(reports) <= MOST_PERCENT
    assert expected_loss(reports) >= min(MOST_PERCENT, round(100 * lost))


@given(STEPS.filter(bool), st.floats(0.1, 5))
def test_falls_slowly_and_all_the_way(steps: list[tuple[float, float]], step_s: float) -> None:
    reports = at_times(steps)
    falling = []
    for _ in range(round(8 * HALF_LIFE_S / step_s)):
        falling.append(expected_loss(reports))
        reports.append(LossReport(reports[-1].at_s + step_s, 0.0))
    assert falling == sorted(falling, reverse=True)
    fastest = 1 - 0.5 ** (step_s / HALF_LIFE_S)
    assert all(before - after <= before * fastest + 1 for before, after in pairwise(falling))
    assert expected_loss(reports) == LEAST_PERCENT
