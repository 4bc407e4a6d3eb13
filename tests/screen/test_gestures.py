"""Small movements come at irregular times, and the same second always shows the same."""

import itertools

from hypothesis import given
from hypothesis import strategies as st

from kiosk.screen.gestures import BREATH_S, NOD_S, breath, bump, nod, since_s

EVERY_S = (2.2, 6.2)


def test_gestures_are_irregular_and_neither_rare_nor_frequent() -> None:
    times = [n / 100 for n in range(300_00)]
    begins = [
        t
        for t, u in itertools.pairwise(times)
        if since_s(u, EVERY_S, "blink") < since_s(t, EVERY_S, "blink")
    ]
    gaps = [b - a for a, b in itertools.pairwise(begins)]
    assert len(gaps) > 50
    assert min(gaps) > EVERY_S[0] - 0.1
    assert max(gaps) < EVERY_S[1] + 0.1
    assert max(gaps) - min(gaps) > 2.0


@given(
    st.floats(-1e6, 1e7),
    st.tuples(st.floats(1, 50), st.floats(1, 50)).map(lambda pair: (min(pair), max(pair))),
)
def test_a_gesture_is_never_due_for_longer_than_it_may(
    now_s: float, every_s: tuple[float, float]
) -> None:
    since = since_s(now_s, every_s, "nod")
    assert 0 <= since <= every_s[1] + 1e-6
    assert since == since_s(now_s, every_s, "nod")


def test_two_gestures_do_not_come_together() -> None:
    assert since_s(100.0, EVERY_S, "blink") != since_s(100.0, EVERY_S, "glance")


def test_movements_begin_and_end_where_they_were() -> None:
    assert bump(0.0, 1.0) == bump(1.0, 1.0) == bump(-1.0, 1.0) == 0.0
    assert bump(0.5, 1.0) == 1.0
    nods = [nod(n / 100 * NOD_S) for n in range(130)]
    assert max(nods) == 1.0
    assert nods[0] == nods[-1] == 0.0
    assert max(abs(a - b) for a, b in itertools.pairwise(nods)) < 0.1
    assert abs(breath(BREATH_S / 4) - 1) < 1e-9
