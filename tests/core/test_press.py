from dataclasses import dataclass, field
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from kiosk.core import press
from kiosk.core.press import BOUNCE_S, FREE_S, STORM_EDGES, STUCK_DOWN_S, Gesture, Press

HOLD_S = 1.5
CLEAN_S = 0.1


@dataclass
class Finger:
    """A button, its clock, and what was understood."""

    press: Press = field(default_factory=lambda: Press(hold_s=HOLD_S))
    now: float = 100.0
    meant: list[tuple[float, Gesture]] = field(default_factory=list)

    def edge(self, *, down: bool) -> tuple[Gesture, ...]:
        self.press, gestures = press.edge(self.press, self.now, down=down)
        self.meant += [(self.now, gesture) for gesture in gestures]
        return gestures

    def wait(self, seconds: float) -> tuple[Gesture, ...]:
        until, seen = self.now + seconds, len(self.meant)
        while (at := press.due(self.press)) is not None and at <= until:
            self.now = max(at, self.now)
            self.press, gestures = press.elapse(self.press, self.now)
            assert gestures, "a time that was announced must mean something"
            self.meant += [(self.now, gesture) for gesture in gestures]
        self.now = until
        return tuple(gesture for _, gesture in self.meant[seen:])

    @property
    def gestures(self) -> list[Gesture]:
        return [gesture for _, gesture in self.meant]


EDGES = st.lists(
    st.tuples(st.booleans(), st.sampled_from([0.001, 0.01, 0.05, 0.2, 1.0, 2.0, 40.0])),
    max_size=150,
)


@given(EDGES)
def test_no_press_comes_twice_without_a_release_or_a_stuck_line_between(
    edges: list[tuple[bool, float]],
) -> None:
    finger = Finger()
    for down, pause_s in edges:
        finger.edge(down=down)
        finger.wait(pause_s)
    ups_and_downs = [g for g in finger.gestures if g not in ("held", "freed")]
    for first, second in pairwise(ups_and_downs):
        assert not first == second == "pressed"
        assert not {first, second} <= {"tapped", "released"}


@given(EDGES)
def test_a_hold_comes_once_in_a_press_and_after_its_time(edges: list[tuple[bool, float]]) -> None:
    finger = Finger()
    for down, pause_s in edges:
        finger.edge(down=down)
        finger.wait(pause_s)
    pressed_s: float | None = None
    for at_s, gesture in finger.meant:
        if gesture == "held":
            assert pressed_s is not None
            assert at_s >= pressed_s + HOLD_S - 1e-9
            pressed_s = None
        elif gesture in ("pressed", "tapped", "released", "stuck"):
            pressed_s = at_s if gesture == "pressed" else None


@given(EDGES)
def test_stuck_and_freed_take_turns_and_a_stuck_line_means_nothing(
    edges: list[tuple[bool, float]],
) -> None:
    finger = Finger()
    for down, pause_s in edges:
        finger.edge(down=down)
        finger.wait(pause_s)
    stuck = False
    for gesture in finger.gestures:
        if stuck:
            assert gesture == "freed"
            stuck = False
        else:
            assert gesture != "freed"
            stuck = gesture == "stuck"
    assert finger.press.stuck is stuck


@given(bounces=st.lists(st.floats(0.0001, BOUNCE_S / 10), max_size=9))
def test_bounce_after_the_first_edge_is_ignored(bounces: list[float]) -> None:
    finger = Finger()
    assert finger.edge(down=True) == ("pressed",)
    down = True
    for pause_s in bounces:
        down = not down
        finger.wait(pause_s)
        assert finger.edge(down=down) == ()
    finger.wait(CLEAN_S)
    finger.edge(down=True)
    finger.wait(CLEAN_S)
    finger.edge(down=False)
    assert finger.gestures == ["pressed", "tapped"]


def test_the_first_edge_counts_at_once() -> None:
    finger = Finger(now=0.0)
    assert finger.edge(down=True) == ("pressed",)


def test_a_release_lost_in_the_bounce_is_seen_when_the_level_is_read_again() -> None:
    finger = Finger()
    finger.edge(down=True)
    finger.wait(0.01)
    assert finger.edge(down=False) == ()
    finger.wait(0.2)
    assert finger.edge(down=False) == ("tapped",)


def test_the_same_level_again_means_nothing() -> None:
    finger = Finger()
    finger.edge(down=True)
    finger.wait(0.2)
    assert finger.edge(down=True) == ()


def test_a_hold_comes_exactly_at_its_time_and_once() -> None:
    finger = Finger()
    finger.edge(down=True)
    assert finger.wait(HOLD_S - 0.001) == ()
    assert finger.wait(0.001) == ("held",)
    assert finger.wait(10) == ()
    assert finger.edge(down=False) == ("released",)


def test_a_spent_press_is_no_hold() -> None:
    finger = Finger()
    finger.edge(down=True)
    finger.press = press.spend(finger.press)
    assert finger.wait(10) == ()


def test_a_button_that_stays_down_is_stuck_and_free_again_after_a_rest() -> None:
    finger = Finger()
    finger.edge(down=True)
    assert finger.wait(STUCK_DOWN_S) == ("held", "stuck")
    assert finger.edge(down=False) == ()
    assert finger.wait(FREE_S - 0.01) == ()
    finger.edge(down=True)
    finger.wait(CLEAN_S)
    finger.edge(down=False)
    assert finger.wait(FREE_S - 0.01) == ()
    assert finger.wait(0.01) == ("freed",)
    assert finger.edge(down=True) == ("pressed",)


def test_a_storm_of_edges_is_a_broken_wire() -> None:
    finger = Finger()
    for number in range(STORM_EDGES):
        finger.edge(down=number % 2 == 0)
        finger.wait(0.05)
    assert finger.gestures[-1] == "stuck"
    assert finger.wait(FREE_S) == ("freed",)


def test_somebody_who_presses_fast_is_no_storm() -> None:
    finger = Finger()
    for number in range(2 * STORM_EDGES):
        finger.edge(down=number % 2 == 0)
        finger.wait(0.125)
    assert "stuck" not in finger.gestures
