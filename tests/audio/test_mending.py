"""When devices are tried again, and listed anew."""

from hypothesis import given
from hypothesis import strategies as st

from kiosk.audio.direction import Failure
from kiosk.audio.mending import LIST_RARELY_S, LIST_S, RETRY_S, Mending
from kiosk.core.faults import Fault

UNPLUGGED = Failure(Fault.MIC_MISSING, "It is not plugged in.")
UNLISTED = Failure(Fault.MIC_MISSING, "It is not listed.", list_anew=True)


def test_a_device_that_fails_is_tried_at_once_then_now_and_then() -> None:
    mending = Mending()
    assert mending.step(10.0, [], changes=0, opened=True) == "wait"
    assert mending.step(10.1, [UNPLUGGED], changes=0, opened=True) == "try"
    assert mending.step(10.2, [UNPLUGGED], changes=0, opened=True) == "wait"
    assert mending.step(10.1 + RETRY_S, [UNPLUGGED], changes=0, opened=True) == "try"


def test_news_of_a_device_is_tried_at_once_without_a_list() -> None:
    mending = Mending()
    assert mending.step(10.0, [UNPLUGGED], changes=0, opened=True) == "try"
    assert mending.step(10.01, [UNPLUGGED], changes=1, opened=True) == "try"
    assert mending.step(10.02, [UNPLUGGED], changes=1, opened=True) == "wait"


def test_a_device_that_is_not_listed_brings_a_list_at_news_and_now_and_then() -> None:
    mending = Mending()
    assert mending.step(10.0, [UNLISTED], changes=0, opened=True) == "try"
    assert mending.step(10.1, [UNLISTED], changes=1, opened=True) == "list"
    assert mending.step(10.2, [UNLISTED], changes=1, opened=True) == "wait"
    assert mending.step(10.1 + LIST_S, [UNLISTED], changes=1, opened=True) == "list"


def test_a_list_is_made_in_the_end_even_where_it_should_not_help() -> None:
    mending = Mending()
    mending.step(10.0, [UNPLUGGED], changes=0, opened=True)
    assert mending.step(10.0 + LIST_RARELY_S, [UNPLUGGED], changes=0, opened=True) == "list"


def test_a_better_device_is_looked_for_while_closed_only() -> None:
    mending = Mending()
    assert mending.step(10.0, [], changes=1, opened=True) == "wait"
    assert mending.step(11.0, [], changes=1, opened=False) == "list"
    assert mending.step(11.1, [], changes=1, opened=False) == "wait"


MOMENTS = st.lists(
    st.tuples(
        st.floats(0.0, 0.5),
        st.sampled_from([(), (UNPLUGGED,), (UNLISTED,), (UNPLUGGED, UNLISTED)]),
        st.integers(0, 1),
        st.booleans(),
    ),
    max_size=60,
)


@given(MOMENTS)
def test_no_failure_is_left_alone_and_no_loudspeaker_is_stopped_for_nothing(
    moments: list[tuple[float, tuple[Failure, ...], int, bool]],
) -> None:
    mending = Mending()
    now_s, changes, listed_changes, acted_s = 0.0, 0, 0, 0.0
    for after_s, failures, more, opened in moments:
        now_s += after_s
        changes += more
        step = mending.step(now_s, failures, changes=changes, opened=opened)
        if not failures:
            assert step == ("list" if changes != listed_changes and not opened else "wait")
            acted_s = now_s
        if step == "list":
            listed_changes = changes
        if step != "wait":
            acted_s = now_s
        assert now_s - acted_s < RETRY_S
