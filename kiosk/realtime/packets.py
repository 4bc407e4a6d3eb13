"""What the microphone's packets hold and when they leave; told the time, reads no clock.

Sound sets the pace where there is any: a packet is due as soon as its two frames are there, so the
clock of the sound card is the sender's, whatever its drift.  Where sound stays away, silence keeps
the beat of the monotonic clock.  Timestamps are one timeline for both, 20 ms a packet: time that
was captured by nobody is passed over in it.
"""

from collections import Counter, deque
from dataclasses import dataclass, replace

from kiosk.audio.port import FRAME_BYTES, FRAME_MS
from kiosk.opus_out import PACKET_MS, PACKET_SAMPLES

PACKET_FRAMES = PACKET_MS // FRAME_MS
PACKET_BYTES = PACKET_FRAMES * FRAME_BYTES
PACKET_S = PACKET_MS / 1000
FRAME_S = FRAME_MS / 1000

SPACING_S = 0.01
"""Packets leave at most so fast, twice the pace of speech: sound that waits after a stall and goes
out in a burst would look to the receiver like a much worse network."""
PATIENCE_S = 0.1
"""So much later than its time sound may come before silence stands in; what comes later still has
no place any more."""
BACKLOG_FRAMES = round((PATIENCE_S + PACKET_S) / FRAME_S)
"""Frames that may wait: all that comes at once after a stall that was borne with."""
LEAST_HOLE_S = FRAME_S / 2
"""More time than that between one frame's end and the next one's begin: frames were lost."""
SLEW_S = 1100e-6 * PACKET_S
"""How fast the timeline follows the sound card's clock, each packet: crystals are within 200 ppm,
and a clock made of a USB bus's may be 1000 off.  It keeps the whole timeline that close
to the monotonic clock."""
EARLY_S = 0.06
"""No packet leaves so much before its time: a source that is too fast is held to its pace."""

SILENCE = bytes(PACKET_BYTES)
_ROUNDING = 1e-6
_SILENT_FRAME = bytes(FRAME_BYTES)


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One packet, before it is encoded."""

    pcm: bytes
    """`PACKET_BYTES` of it."""
    timestamp: int
    """Samples since the first packet; a multiple of `PACKET_SAMPLES`."""
    captured_s: float | None
    """Monotonic second of the first sample of its sound, None where silence stands in."""


@dataclass(frozen=True, slots=True)
class _Frame:
    number: int
    """Its place on the timeline, in frames since the first packet."""
    pcm: bytes
    captured_s: float


class MicPackets:
    """Makes packets of the microphone's frames; never ends, and holds `BACKLOG_FRAMES` at most."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        """Packets made (`sent`), of which without any sound to send (`silent`); packets' time
        passed over (`skipped`); frames thrown away because they came too late or too fast
        (`dropped`)."""
        self._frames: deque[_Frame] = deque()
        self._flowing = False
        """The last packet held sound."""
        self._packet = -1
        """The number of the last packet on the timeline."""
        self._place_s: float | None = None
        """When the last packet was due by the timeline."""
        self._left_s = 0.0
        """When it was really taken."""
        self._expected_s = 0.0
        """When the next frame's first sample is captured, by the last one's."""
        self._number = 0
        """The next frame's, if none is lost before it."""

    def hear(self, pcm: bytes, captured_s: float, now_s: float) -> None:
        """Take one frame of sound (`FRAME_BYTES`)."""
        hole_s = captured_s - self._expected_s
        self._expected_s = captured_s + FRAME_S
        if self._flowing:
            if hole_s > LEAST_HOLE_S:
                # Time that silence has stood in for must not be passed over once more; sound may
                # come a frame before silence would.
                late_s = now_s - self._due_by_timeline_s(self._number) + FRAME_S
                self._number += max(0, round(min(hole_s, late_s) / FRAME_S))
        elif hole_s > LEAST_HOLE_S:
            self._keep(0)
        self._frames.append(_Frame(self._number, pcm, captured_s))
        self._number += 1
        self._keep(BACKLOG_FRAMES if self._flowing else PACKET_FRAMES)

    def drop(self) -> None:
        """Let go of all that has not left yet."""
        self._frames.clear()

    @property
    def ready(self) -> bool:
        """Whether the sound of a packet is complete."""
        if not self._flowing:
            return len(self._frames) == PACKET_FRAMES
        return bool(self._frames) and self._frames[-1].number >= self._last_of_next()

    @property
    def waiting(self) -> int:
        """Frames that have not left yet."""
        return len(self._frames)

    def due_s(self) -> float:
        """Return the monotonic second at which to `take` the next packet; it may be in the past."""
        if self._place_s is None:
            return self._left_s
        if not self._flowing:
            return max(self._left_s + SPACING_S, self._place_s + PACKET_S)
        if not self.ready:
            return self._left_s + PACKET_S + PATIENCE_S
        place_s = self._due_by_timeline_s(self._last_of_next())
        return max(self._left_s + SPACING_S, place_s - EARLY_S)

    def take(self, now_s: float) -> Outgoing:
        """Return the next packet, of sound if that is complete."""
        if self._place_s is None:
            self._place_s = now_s - PACKET_S
        sound = self.ready
        if sound and self._flowing:
            passed = self._frames[0].number // PACKET_FRAMES - self._packet
        else:
            passed = max(1, int((now_s - self._place_s) / PACKET_S + _ROUNDING))
        self.counts["sent"] += 1
        self.counts["skipped"] += passed - 1
        self._packet += passed
        self._place_s += passed * PACKET_S
        self._left_s = now_s
        pcm, captured_s = SILENCE, None
        if sound:
            if not self._flowing:
                self._renumber()
            captured_s = self._frames[0].captured_s
            pcm = self._pop()
            self._place_s += min(SLEW_S, max(-SLEW_S, now_s - self._place_s))
        else:
            self.counts["silent"] += 1
        self._flowing = sound
        return Outgoing(pcm, self._packet * PACKET_SAMPLES, captured_s)

    def _last_of_next(self) -> int:
        """Return the number of the last frame of the packet that the first one waiting is in."""
        return (self._frames[0].number // PACKET_FRAMES + 1) * PACKET_FRAMES - 1

    def _due_by_timeline_s(self, number: int) -> float:
        """Return when the timeline has a frame complete."""
        assert self._place_s is not None
        return self._place_s + FRAME_S * (number - (self._packet + 1) * PACKET_FRAMES + 1)

    def _renumber(self) -> None:
        """Give the frames that wait the place of the packet that is made now."""
        self._place(list(self._frames), self._packet * PACKET_FRAMES)

    def _place(self, frames: list[_Frame], first: int) -> None:
        """Let these wait, numbered from the first on."""
        self._frames = deque(
            replace(frame, number=first + place) for place, frame in enumerate(frames)
        )
        self._number = first + len(frames)

    def _pop(self) -> bytes:
        """Take the sound of one packet, with silence for a frame that is lost."""
        wanted = range(self._packet * PACKET_FRAMES, (self._packet + 1) * PACKET_FRAMES)
        there = {}
        while self._frames and self._frames[0].number in wanted:
            frame = self._frames.popleft()
            there[frame.number] = frame.pcm
        return b"".join(there.get(number, _SILENT_FRAME) for number in wanted)

    def _keep(self, count: int) -> None:
        """Drop the oldest frames beyond so many; those after them take their place."""
        dropped = max(0, len(self._frames) - count)
        if not dropped:
            return
        first = self._frames[0].number
        self.counts["dropped"] += dropped
        kept = list(self._frames)[dropped:]
        self._place(kept, first)
