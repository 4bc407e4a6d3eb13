"""Packets that wait for their turn, in the order in which they were sent."""

from collections import deque
from dataclasses import dataclass
from enum import Enum, auto

from kiosk.audio.port import RATE_HZ, VoicePacket
from kiosk.audio.tape import Counts
from kiosk.audio.tuning import Tuning

_REMEMBERED = 50
"""Packets that were played and whose doubles are known: a second of them."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A packet, and how much sound it holds."""

    packet: VoicePacket
    samples: int


class Fate(Enum):
    """What became of a packet that was pushed."""

    KEPT = auto()
    BEGAN = auto()
    """Kept, and it begins another stream, for which all that waited was dropped."""
    LATE = auto()
    DUPLICATE = auto()
    STRANGE = auto()
    """From a sender that was replaced."""


class PacketQueue:
    """Restores order, refuses what must not be played, and holds only so much."""

    def __init__(self, tuning: Tuning, counts: Counts) -> None:
        self._tuning = tuning
        self._counts = counts
        self._waiting: dict[int, Waiting] = {}
        """By sequence number, extended beyond 16 bits."""
        self._ssrc: int | None = None
        self._former_ssrc: int | None = None
        self._played: deque[int] = deque(maxlen=_REMEMBERED)
        """Extended numbers of the last packets that were taken."""
        self._highest = 0
        self._late_run = 0
        self._next_late = (0, 0)
        self.samples = 0
        """Sound that waits."""
        self.turn: int | None = None
        """Extended number of the packet whose turn is next; None before a stream plays."""

    def __len__(self) -> int:
        return len(self._waiting)

    @property
    def first(self) -> int:
        """Extended number of the first packet that waits; there must be one."""
        return min(self._waiting)

    @property
    def next(self) -> Waiting:
        """The first packet that waits; there must be one."""
        return self._waiting[self.first]

    @property
    def missing(self) -> int:
        """How many packets are not there whose turn is before that of the first."""
        return 0 if self.turn is None else self.first - self.turn

    def push(self, packet: VoicePacket, samples: int) -> tuple[Fate, int]:
        """Keep a packet that holds that much sound, if it has a turn.

        Returns what became of it, and its sequence number, extended beyond 16 bits.
        """
        place = self._number(packet)
        if place is not None and (place in self._waiting or place in self._played):
            self._counts.duplicate += 1
            return Fate.DUPLICATE, place
        fate = Fate.KEPT
        if place is not None and self.turn is not None and place < self.turn:
            fate = Fate.LATE
        elif packet.ssrc == self._former_ssrc:
            fate = Fate.STRANGE
        if fate is not Fate.KEPT and not self._insists(packet):
            self._counts.late += 1
            return fate, place or 0
        if place is None or fate is not Fate.KEPT:
            fate = Fate.KEPT if self._ssrc is None else Fate.BEGAN
            place = self._begin(packet)
        self._late_run = 0
        self._waiting[place] = Waiting(packet, samples)
        self.samples += samples
        self._highest = max(self._highest, place)
        self._shed()
        return fate, place

    def _number(self, packet: VoicePacket) -> int | None:
        """Return the packet's extended number, or None where it belongs to another stream."""
        near = (packet.sequence - self._highest + 0x8000) % 0x10000 - 0x8000
        if packet.ssrc != self._ssrc or abs(near) > self._tuning.jump_packets:
            return None
        return self._highest + near

    def _insists(self, packet: VoicePacket) -> bool:
        """Late packets in unbroken order come from a sender that began again, not from a detour."""
        this = (packet.ssrc, packet.sequence)
        self._late_run = self._late_run + 1 if this == self._next_late else 1
        self._next_late = (packet.ssrc, (packet.sequence + 1) % 0x10000)
        return self._late_run >= self._tuning.restart_packets

    def _begin(self, packet: VoicePacket) -> int:
        """Drop what there is for another stream, whose packets have numbers of their own."""
        if packet.ssrc != self._ssrc:
            self._former_ssrc = self._ssrc
        self._ssrc, self._highest = packet.ssrc, packet.sequence
        self._waiting.clear()
        self._played.clear()
        self.samples = 0
        self.turn = None
        return packet.sequence

    def _shed(self) -> None:
        while self.samples > self._tuning.limit_ms * RATE_HZ // 1000:
            oldest = self.first
            self._remove(oldest)
            self.turn = oldest + 1
            self._counts.overflow += 1

    def take(self) -> Waiting:
        """Remove the packet whose turn it is; it must be there."""
        assert self.turn is not None
        self._played.append(self.turn)
        self.turn += 1
        return self._remove(self.turn - 1)

    def pass_over(self) -> Waiting | None:
        """Give up the packet whose turn it is; returns the one after it, where that waits."""
        assert self.turn is not None
        self.turn += 1
        return self._waiting.get(self.turn)

    def clear(self) -> None:
        """Drop all; what comes of it later is late."""
        self._waiting.clear()
        self.samples = 0
        if self._ssrc is not None:
            self.turn = self._highest + 1

    def _remove(self, place: int) -> Waiting:
        waiting = self._waiting.pop(place)
        self.samples -= waiting.samples
        return waiting
