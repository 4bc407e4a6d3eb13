"""What becomes of each datagram on a bad network: by a scenario, a seed and the time it is told.

Bursts follow the Gilbert-Elliott model in continuous time, the rate a token bucket with a finite
queue before it.
"""

import math
from collections import Counter
from collections.abc import Callable, Mapping
from random import Random

from kiosk.standin.venue.scenario import WAYS, Kind, Path, Reach, Scenario, Way

KINDS: tuple[Kind, ...] = ("udp", "http")
DOUBLE_S = 0.03
"""The second of two comes up to so much later."""
APART_S = 1e-6
"""No two that keep their order arrive at the same time: a loop's timers would mix them up."""
LATE_S = 0.15
"""Under way for longer counts as late: ITU-T G.114 wants speech there within 150 ms."""


class Weather:
    """Decides over datagrams; every moment is given in seconds since the scenario began."""

    def __init__(self, scenario: Scenario, forced: Reach | None = None) -> None:
        self.scenario = scenario
        self.forced = forced
        """What `go_dark` keeps dark."""
        self.counts: Mapping[tuple[Kind, Way], Counter[str]] = {
            (kind, way): Counter() for kind in KINDS for way in WAYS
        }
        """What became of how many: `sent`, `arrived` (of these `doubled`, `late`), and lost by
        chance (`lost`), in the `dark`, or to a full queue (`overflowed`)."""
        self._roads = {
            (kind, way): _Road(Random(f"{scenario.seed} {kind} {way}"))
            for kind in KINDS
            for way in WAYS
        }

    def go_dark(self, reach: Reach) -> None:
        """Let nothing of that through, whatever the scenario says, until `clear`."""
        self.forced = reach

    def clear(self) -> None:
        """End what `go_dark` began."""
        self.forced = None

    def is_dark(self, kind: Kind, way: Way, at_s: float) -> bool:
        """Whether nothing passes at that moment."""
        return self.forced in ("all", kind) or self.scenario.ends_s("dark", kind, way, at_s) > at_s

    def cross(self, kind: Kind, way: Way, at_s: float, size: int) -> tuple[float, ...]:
        """Return when a datagram of `size` bytes that is sent at `at_s` should arrive.

        Nothing where it is lost, two moments where it is doubled.  `at_s` must not go back.
        """
        counts = self.counts[kind, way]
        counts["sent"] += 1
        if self.is_dark(kind, way, at_s):
            counts["dark"] += 1
            return ()
        path = self.scenario.path(kind, way, at_s)
        road = self._roads[kind, way]
        if road.loses(path, at_s):
            counts["lost"] += 1
            return ()
        gone_s = road.passes(path, at_s, size)
        if gone_s is None:
            counts["overflowed"] += 1
            return ()

        def held(due_s: float) -> float:
            while (end_s := self.scenario.ends_s("stall", kind, way, due_s)) > due_s:
                due_s = end_s
            return due_s

        arrivals = tuple(held(due_s) for due_s in road.arrivals(path, gone_s, held))
        if len(arrivals) > 1:
            counts["doubled"] += 1
        return arrivals

    def lands(self, kind: Kind, way: Way, sent_s: float, at_s: float) -> bool:
        """Whether a datagram that should arrive at `at_s` does: none arrives in the dark."""
        counts = self.counts[kind, way]
        if self.is_dark(kind, way, at_s):
            counts["dark"] += 1
            return False
        counts["arrived"] += 1
        if at_s - sent_s > LATE_S:
            counts["late"] += 1
        return True


class _Road:
    """One kind of traffic in one direction: its chance, its burst, its queue and its order."""

    def __init__(self, chance: Random) -> None:
        self._chance = chance
        self._in_burst = False
        self._asked_s = 0.0
        self._spent_s = -math.inf
        """Until when the rate is spent."""
        self._last_s = -math.inf
        """When the last that keeps its place arrives."""

    def loses(self, path: Path, at_s: float) -> bool:
        bad = path.burst_loss / path.loss_in_burst if path.burst_loss else 0.0
        # The chance of a two-state Markov chain to be bad, a while after its state was known.
        fades = math.exp(-(at_s - self._asked_s) * 1000 / (path.burst_ms * (1 - bad)))
        self._in_burst = self._chance.random() < bad + (self._in_burst - bad) * fades
        self._asked_s = at_s
        return self._chance.random() < (path.loss_in_burst if self._in_burst else path.loss)

    def passes(self, path: Path, at_s: float, size: int) -> float | None:
        if not path.rate_kbps:
            return at_s
        gone_s = max(at_s, self._spent_s - path.bucket_ms / 1000)
        if gone_s - at_s > path.queue_ms / 1000:
            return None
        self._spent_s = max(self._spent_s, at_s) + size * 8 / (path.rate_kbps * 1000)
        return gone_s

    def arrivals(
        self, path: Path, gone_s: float, held: Callable[[float], float]
    ) -> tuple[float, ...]:
        chance = self._chance
        due_s = held(gone_s + (path.delay_ms + chance.uniform(0, path.jitter_ms)) / 1000)
        if path.keeps_order:
            due_s = self._last_s = max(due_s, self._last_s + APART_S)
        if chance.random() < path.reordered:
            due_s += path.detour_ms / 1000
        again_s = due_s + chance.uniform(0, DOUBLE_S)
        return (due_s, again_s) if chance.random() < path.doubled else (due_s,)
