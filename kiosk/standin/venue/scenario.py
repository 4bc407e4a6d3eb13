"""What a network is like, and what happens to it in the course of time (pure)."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

Way = Literal["up", "down"]
"""Up is from the booth to the service."""
Kind = Literal["udp", "http"]
"""UDP is all of the call: voice, channel, ICE.  HTTP is the tokens and the offers."""
Reach = Literal["all", "udp", "http"]
Sort = Literal["dark", "stall", "change"]
"""Dark: nothing arrives.  Stall: what should arrive comes at its end, all at once.  Change: the
network is another meanwhile."""
WAYS: tuple[Way, ...] = ("up", "down")

_GOLDEN = 0.618_033_988_749_895
"""Multiples of it, without their whole part, are spread evenly and never in step."""


@dataclass(frozen=True, slots=True)
class Path:
    """One direction of a network."""

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
    """Share of datagrams that take a detour and are overtaken."""
    detour_ms: float = 40.0
    """How much longer the detour is."""
    doubled: float = 0.0
    """Share of datagrams that come twice, up to `DOUBLE_S` apart."""
    rate_kbps: float = 0.0
    """Most that passes, in 1000 bits a second; 0 is no limit."""
    bucket_ms: float = 20.0
    """Unused rate of so long may be made up for at once (token bucket)."""
    queue_ms: float = 200.0
    """Datagrams that would wait longer for the rate are lost (tail drop)."""


@dataclass(frozen=True, slots=True)
class Spell:
    """Something that befalls the network for a while."""

    from_s: float = 0.0
    """When it begins; the time of a scenario begins with the relay."""
    for_s: float = 0.0
    """How long it lasts; 0 is until the end."""
    every_s: float = 0.0
    """Time from one beginning to the next; 0 is only once."""
    spread_s: float = 0.0
    """Each begins up to so much later, unevenly."""
    ways: tuple[Way, ...] = WAYS
    reach: Reach = "all"
    what: Sort = "dark"
    changes: Mapping[str, Any] = field(default_factory=dict)
    """Of a change: fields of `Path` and their values while it lasts."""

    def befalls(self, kind: Kind, way: Way) -> bool:
        """Whether it concerns that traffic."""
        return way in self.ways and self.reach in ("all", kind)

    def end_s(self, at_s: float) -> float | None:
        """When the spell that is on at `at_s` is over, `inf` for never; None where none is on."""
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
    up: Path = field(default_factory=Path)
    down: Path = field(default_factory=Path)
    spells: tuple[Spell, ...] = ()

    def path_of(self, way: Way) -> Path:
        """What the network is like in that direction as long as no spell changes it."""
        return self.up if way == "up" else self.down

    def path(self, kind: Kind, way: Way, at_s: float) -> Path:
        """What the network is like at that moment; of two spells the later in the file wins."""
        path = self.path_of(way)
        for spell in self.spells:
            if spell.changes and spell.befalls(kind, way) and spell.end_s(at_s) is not None:
                path = replace(path, **spell.changes)
        return path

    def ends_s(self, what: Sort, kind: Kind, way: Way, at_s: float) -> float:
        """When the last spell of that sort is over, `at_s` where none is on."""
        ends = (
            spell.end_s(at_s)
            for spell in self.spells
            if spell.what == what and spell.befalls(kind, way)
        )
        return max((end for end in ends if end is not None), default=at_s)
