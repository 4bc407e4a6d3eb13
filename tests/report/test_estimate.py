from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from kiosk.report.cost import cost
from kiosk.report.estimate import USUAL, Course, estimate
from kiosk.settings import PriceSettings

PRICES = PriceSettings()
COURSES = st.builds(
    Course,
    answers=st.integers(2, 60),
    spoken_s=st.floats(1, 2000),
    heard_s=st.floats(0, 2000),
    instructions=st.integers(0, 10_000),
    written=st.integers(0, 500),
)


def amount(course: Course, *, cached: bool = True) -> float:
    told = cost(estimate(course, cached=cached), PRICES)
    assert told is not None
    return told.amount


def test_two_answers_are_counted_as_the_service_counts() -> None:
    course = Course(answers=2, spoken_s=10.0, heard_s=20.0, instructions=1000, written=50)
    assert estimate(course, cached=True) == {
        "text_input": 1000 + 1050,
        "audio_input": (200 + 200) // 2,
        "text_output": 100,
        "audio_output": 200,
    }


@given(COURSES)
def test_what_is_kept_is_read_as_often_and_costs_no_more(course: Course) -> None:
    kept, anew = (estimate(course, cached=cached) for cached in (True, False))
    for kind in ("text_input", "audio_input"):
        assert kept.get(kind, 0) + kept.get(f"cached_{kind}", 0) == anew.get(kind, 0)
        assert min(kept.get(kind, 0), kept.get(f"cached_{kind}", 0)) >= 0
    assert amount(course) <= amount(course, cached=False)


def test_the_longer_either_speaks_the_more_it_costs() -> None:
    usual = amount(USUAL)
    assert amount(replace(USUAL, heard_s=2 * USUAL.heard_s)) > usual
    assert amount(replace(USUAL, spoken_s=2 * USUAL.spoken_s)) > usual
