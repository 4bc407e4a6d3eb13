"""What becomes of each datagram on a bad network: by a scenario, a seed and the time it is told.

The rate is a token bucket with a finite queue before it; `burst_loss` has the loss.
"""

import math
from collections import Counter
from collections.abc import Callable, Mapping
from random import Random

from kiosk.standin.venue.burst_loss import BurstLoss
from kiosk.standin.venue.scenario import (
    DIRECTIONS,
    TRAFFIC,
    Direction,
    Impairments,
    Scenario,
    Scope,
    Traffic,
)

DUPLICATE_S = 0.03
"""The second of two comes up to so much later."""
APART_S = 1e-6
"""No two that keep their order arrive at the same time: a loop's timers would mix them up."""
LATE_S = 0.15
"""Under way for longer counts as late: ITU-T G.114 wants speech there within 150 ms."""


class Emulator:
    """Decides over datagrams; every moment is given in seconds since the scenario began."""

    def __init__(self, scenario: Scenario, outage: Scope | None = None) -> None:
        self.scenario = scenario
        self.outage = outage
        """What `begin_outage` lets nothing through of."""
        flows = [(traffic, direction) for traffic in TRAFFIC for direction in DIRECTIONS]
        self.counts: Mapping[tuple[Traffic, Direction], Counter[str]] = {
            flow: Counter() for flow in flows
        }
        """What became of how many: `sent`, `arrived` (of these `duplicated`, `late`), and lost by
        chance (`lost`), to an `outage`, or to a full queue (`overflowed`)."""
        self._flows = {
            (traffic, direction): _Flow(Random(f"{scenario.seed} {traffic} {direction}"))
            for traffic, direction in flows
        }

    def begin_outage(self, scope: Scope) -> None:
        """Let nothing of that through, whatever the scenario says, until `end_outage`."""
        self.outage = scope

    def end_outage(self) -> None:
        """End what `begin_outage` began."""
        self.outage = None

    def is_out(self, traffic: Traffic, direction: Direction, at_s: float) -> bool:
        """Whether nothing passes at that moment."""
        return (
            self.outage in ("all", traffic)
            or self.scenario.ends_s("outage", traffic, direction, at_s) > at_s
        )

    def schedule(
        self, traffic: Traffic, direction: Direction, at_s: float, size: int
    ) -> tuple[float, ...]:
        """Return when a datagram of `size` bytes that is sent at `at_s` should arrive.

        Nothing where it is lost, two moments where it is duplicated.  `at_s` must not go back.
        """
        counts = self.counts[traffic, direction]
        counts["sent"] += 1
        if self.is_out(traffic, direction, at_s):
            counts["outage"] += 1
            return ()
        impairments = self.scenario.impairments(traffic, direction, at_s)
        flow = self._flows[traffic, direction]
        if flow.loses(impairments, at_s):
            counts["lost"] += 1
            return ()
        gone_s = flow.passes(impairments, at_s, size)
        if gone_s is None:
            counts["overflowed"] += 1
            return ()

        def held(due_s: float) -> float:
            while (end_s := self.scenario.ends_s("stall", traffic, direction, due_s)) > due_s:
                due_s = end_s
            return due_s

        arrivals = tuple(held(due_s) for due_s in flow.arrivals(impairments, gone_s, held))
        if len(arrivals) > 1:
            counts["duplicated"] += 1
        return arrivals

    def delivers(self, traffic: Traffic, direction: Direction, sent_s: float, at_s: float) -> bool:
        """Whether a datagram that should arrive at `at_s` does: none arrives in an outage."""
        counts = self.counts[traffic, direction]
        if self.is_out(traffic, direction, at_s):
            counts["outage"] += 1
            return False
        counts["arrived"] += 1
        if at_s - sent_s > LATE_S:
            counts["late"] += 1
        return True


class _Flow:
    """One kind of traffic in one direction: its loss, its queue and its order."""

    def __init__(self, chance: Random) -> None:
        self._chance = chance
        self.loses = BurstLoss(chance).loses
        self._spent_s = -math.inf
        """Until when the rate is spent."""
        self._last_s = -math.inf
        """When the last that keeps its place arrives."""

    def passes(self, impairments: Impairments, at_s: float, size: int) -> float | None:
        if not impairments.rate_kbps:
            return at_s
        gone_s = max(at_s, self._spent_s - impairments.bucket_ms / 1000)
        if gone_s - at_s > impairments.queue_ms / 1000:
            return None
        self._spent_s = max(self._spent_s, at_s) + size * 8 / (impairments.rate_kbps * 1000)
        return gone_s

    def arrivals(
        self, impairments: Impairments, gone_s: float, held: Callable[[float], float]
    ) -> tuple[float, ...]:
        chance = self._chance
        delay_ms = impairments.delay_ms + chance.uniform(0, impairments.jitter_ms)
        due_s = held(gone_s + delay_ms / 1000)
        if impairments.keeps_order:
            due_s = self._last_s = max(due_s, self._last_s + APART_S)
        if chance.random() < impairments.reordered:
            due_s += impairments.reorder_ms / 1000
        again_s = due_s + chance.uniform(0, DUPLICATE_S)
        return (due_s, again_s) if chance.random() < impairments.duplicated else (due_s,)
