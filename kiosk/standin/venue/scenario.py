"""What a network is like, and what happens to it in the course of time (pure)."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

Direction = Literal["up", "down"]
"""Uplink is from the booth to the service, downlink from the service to the booth."""
Traffic = Literal["udp", "http"]
"""UDP is all of the call: voice, channel, ICE.  HTTP is the tokens and the offers."""
Scope = Literal["all", "udp", "http"]
EpisodeKind = Literal["outage", "stall", "change"]
"""Outage: nothing arrives.  Stall: what should arrive comes at its end, all at once.  Change: the
network is another meanwhile."""
DIRECTIONS: tuple[Direction, ...] = ("up", "down")
TRAFFIC: tuple[Traffic, ...] = ("udp", "http")

_GOLDEN = 0.618_033_988_749_895
"""Multiples of it, without their whole part, are spread evenly and never in step."""


@dataclass(frozen=True, slots=True)
class Impairments:
    """What one direction of a network does to datagrams."""

    loss: float = 0.0
    """Share of datagrams lost, each by itself."""
    burst_loss: float = 0.0
    """Share of datagrams lost in bursts, over a long time (Gilbert-Elliott)."""
    burst_ms: float = 100.0
    """How long a burst lasts in the mean."""
    loss_in_burst: float = 1.0
    """Share of the datagrams that a burst takes."""
    delay_ms: float = 0.0
    """Least time under way."""
    jitter_ms: float = 0.0
    """Each datagram is under way for up to so much longer, uniformly."""
    keeps_order: bool = True
    """Whether one that is late holds up those behind it, as a queue does."""
    reordered: float = 0.0
    """Share of datagrams that are held back and overtaken."""
    reorder_ms: float = 40.0
    """How much longer they take."""
    duplicated: float = 0.0
    """Share of datagrams that come twice, soon one after the other."""
    rate_kbps: float = 0.0
    """Most that passes, in 1000 bits a second; 0 is no limit."""
    bucket_ms: float = 20.0
    """Unused rate of so long may be made up for at once (token bucket)."""
    queue_ms: float = 200.0
    """Datagrams that would wait longer for the rate are lost (tail drop)."""


@dataclass(frozen=True, slots=True)
class Episode:
    """Something that happens to the network for a while."""

    from_s: float = 0.0
    """When it begins; the time of a scenario begins with the relay."""
    for_s: float = 0.0
    """How long it lasts; 0 is until the end."""
    every_s: float = 0.0
    """Time from one beginning to the next; 0 is only once."""
    spread_s: float = 0.0
    """Each begins up to so much later, unevenly."""
    directions: tuple[Direction, ...] = DIRECTIONS
    traffic: Scope = "all"
    kind: EpisodeKind = "outage"
    changes: Mapping[str, Any] = field(default_factory=dict)
    """Of a change: fields of `Impairments` and their values while it lasts."""

    def affects(self, traffic: Traffic, direction: Direction) -> bool:
        """Whether it concerns that traffic."""
        return direction in self.directions and self.traffic in ("all", traffic)

    def end_s(self, at_s: float) -> float | None:
        """When the episode that is on at `at_s` is over, `inf` for never; None where none is on."""
        if at_s < self.from_s:
            return None
        if not self.for_s:
            return float("inf")
        turn = int((at_s - self.from_s) // self.every_s) if self.every_s else 0
        begin_s = self.from_s + turn * self.every_s + self.spread_s * (turn * _GOLDEN % 1)
        return begin_s + self.for_s if begin_s <= at_s < begin_s + self.for_s else None


@dataclass(frozen=True, slots=True)
class Scenario:
    """A network with its own name; the default is a perfect one."""

    name: str = "fair"
    about: str = ""
    """What it is like, in a sentence."""
    source: str = ""
    """Where its numbers come from."""
    seed: int = 1
    up: Impairments = field(default_factory=Impairments)
    down: Impairments = field(default_factory=Impairments)
    episodes: tuple[Episode, ...] = ()

    def usual(self, direction: Direction) -> Impairments:
        """What the network is like in that direction as long as no episode changes it."""
        return self.up if direction == "up" else self.down

    def impairments(self, traffic: Traffic, direction: Direction, at_s: float) -> Impairments:
        """What the network is like at that moment; of two episodes the later in the file wins."""
        now = self.usual(direction)
        for episode in self.episodes:
            affected = episode.changes and episode.affects(traffic, direction)
            if affected and episode.end_s(at_s) is not None:
                now = replace(now, **episode.changes)
        return now

    def ends_s(
        self, kind: EpisodeKind, traffic: Traffic, direction: Direction, at_s: float
    ) -> float:
        """When the last episode of that kind is over, `at_s` where none is on."""
        ends = (
            episode.end_s(at_s)
            for episode in self.episodes
            if episode.kind == kind and episode.affects(traffic, direction)
        )
        return max((end for end in ends if end is not None), default=at_s)
