"""Turns packets of a voice, as a network delivers them, into a steady stream of sound.

Packets are pushed as they come; the sound card pulls blocks of 10 ms and is the only clock.  Order
is restored, holes are repaired or concealed, and a queue that runs dry fades out and fills up again
before it plays on.
"""

import threading
from collections import deque
from dataclasses import dataclass

import numpy as np

from kiosk.audio.opus import Decoder, OpusError
from kiosk.audio.pcm import Pcm, dbfs, silence
from kiosk.audio.port import FRAME_SAMPLES, RATE_HZ, VoicePacket

_PER_MS = RATE_HZ // 1000
_FRAME = 20 * _PER_MS


@dataclass(frozen=True, slots=True)
class Tuning:
    """How patient playout is."""

    prefetch_ms: int = 60
    """Voice that waits before a stretch of speech begins: good Wi-Fi jitters by that."""
    conceal_ms: int = 200
    """Longest stretch that is made up; after it a hole is silence."""
    limit_ms: int = 5000
    """Voice the queue holds; more means that a sender outruns real time."""
    lag_ms: int = 400
    """More than that waiting is a delay one notices; pauses are shortened until it is gone."""
    pause_ms: int = 100
    """What is left of a pause that is shortened."""
    fade_ms: int = 12
    """How fast a flush fades: too slow to click, too fast to hear."""
    idle_ms: int = 500
    """Silence longer than that is a sender that idles, not a voice that pauses."""
    idle_dbfs: float = -60.0
    """Quieter is silence, for `idle_ms`."""
    jump_packets: int = 1500
    """A sequence number further away than 30 s belongs to another stream."""
    restart_packets: int = 25
    """So many late packets in unbroken order are a sender that began again."""


@dataclass(slots=True)
class Counts:
    """What became of packets and samples since the start."""

    late: int = 0
    duplicate: int = 0
    damaged: int = 0
    overflow: int = 0
    """Packets dropped because the queue was full."""
    skipped: int = 0
    """Packets of silence dropped to catch up."""
    lost: int = 0
    """Packets that were repaired or concealed."""
    underruns: int = 0
    """Times the queue ran dry in mid-speech."""
    voice: int = 0
    """Samples pulled that are the sender's, or stand in for a lost packet of it."""
    idle: int = 0
    """Samples pulled of a sender that idles."""
    filler: int = 0
    """Samples made up because nothing had come."""
    silence: int = 0
    """Samples pulled from an empty queue."""


@dataclass(frozen=True, slots=True)
class _Waiting:
    packet: VoicePacket
    samples: int


class Playout:
    """The queue between network and loudspeaker; one thread pushes, one pulls."""

    def __init__(self, tuning: Tuning | None = None, decoder: Decoder | None = None) -> None:
        self._tuning = tuning or Tuning()
        self._lock = threading.Lock()
        self._decoder = decoder or Decoder()
        self._waiting: dict[int, _Waiting] = {}
        """By sequence number, extended beyond 16 bits."""
        self._waiting_samples = 0
        self._pcm: deque[tuple[Pcm, str]] = deque()
        """Decoded and not yet pulled, with the counter that it goes to."""
        self._ssrc: int | None = None
        self._highest = 0
        self._next: int | None = None
        """Extended number of the next packet to play."""
        self._next_timestamp: int | None = None
        self._primed = False
        self._pulls_waited = 0
        self._made_up = 0
        """Samples concealed in a row."""
        self._quiet = 0
        """Samples of silence in a row."""
        self._heard = False
        """Something was not silence; before that nothing counts as voice."""
        self._frame = _FRAME
        self._dried_up = False
        self._late_run = 0
        self._last_late = -1
        self.counts = Counts()

    @property
    def played_ms(self) -> int:
        """Voice that was pulled."""
        return self.counts.voice // _PER_MS

    @property
    def queued_ms(self) -> int:
        """Voice that waits; 0 while the sender only idles."""
        with self._lock:
            if self._idle:
                return 0
            decoded = sum(len(pcm) for pcm, kind in self._pcm if kind == "voice")
            return -(-(self._waiting_samples + decoded) // _PER_MS)

    @property
    def _idle(self) -> bool:
        return self._quiet > self._tuning.idle_ms * _PER_MS

    # --- in ---------------------------------------------------------------------------------------

    def push(self, packet: VoicePacket) -> None:
        """Take one packet; whatever it is, nothing is raised."""
        samples = self._decoder.duration(packet.payload)
        with self._lock:
            if not samples:
                self.counts.damaged += 1
            elif (place := self._place(packet)) is not None:
                self._waiting[place] = _Waiting(packet, samples)
                self._waiting_samples += samples
                self._highest = max(self._highest, place)
                self._shed()

    def _place(self, packet: VoicePacket) -> int | None:
        """Return the packet's extended number, or None where it must not be played."""
        near = (packet.sequence - self._highest + 0x8000) % 0x10000 - 0x8000
        if packet.ssrc != self._ssrc or abs(near) > self._tuning.jump_packets:
            self._begin(packet)
            return packet.sequence
        place = self._highest + near
        if place in self._waiting:
            self.counts.duplicate += 1
            return None
        if self._next is None or place >= self._next:
            self._late_run = 0
            return place
        self.counts.late += 1
        self._late_run = self._late_run + 1 if place == self._last_late + 1 else 1
        self._last_late = place
        if self._late_run < self._tuning.restart_packets:
            return None
        self._begin(packet)
        return packet.sequence

    def _begin(self, packet: VoicePacket) -> None:
        """Drop what there is for another stream."""
        self._drop()
        self._ssrc, self._highest = packet.ssrc, packet.sequence
        self._next = self._next_timestamp = None
        self._late_run = 0

    def _shed(self) -> None:
        while self._waiting_samples > self._tuning.limit_ms * _PER_MS:
            oldest = min(self._waiting)
            self._take(oldest)
            self._next = oldest + 1
            self._next_timestamp = None
            self.counts.overflow += 1

    def _take(self, place: int) -> _Waiting:
        waiting = self._waiting.pop(place)
        self._waiting_samples -= waiting.samples
        return waiting

    def flush(self) -> None:
        """Drop all voice that was not pulled yet, but for a fade that keeps it from clicking."""
        with self._lock:
            self._drop()

    def _drop(self) -> None:
        fade = self._tuning.fade_ms * _PER_MS
        sounding = self._primed and self._heard and not self._idle
        if sounding:
            while sum(len(pcm) for pcm, _ in self._pcm) < fade:
                self._pcm.append((self._decoder.conceal(_FRAME), "filler"))
        gain = np.linspace(1, 0, fade, dtype=np.float32)
        faded: deque[tuple[Pcm, str]] = deque()
        for pcm, kind in self._pcm:
            part, gain = gain[: len(pcm)], gain[len(pcm) :]
            if len(part):
                faded.append(((pcm[: len(part)] * part).astype(np.int16), kind))
        self._pcm = faded
        self._waiting.clear()
        self._waiting_samples = 0
        self._next = self._highest + 1
        self._next_timestamp = None
        self._decoder.reset()
        self._primed = self._dried_up = False
        self._pulls_waited = self._made_up = self._quiet = 0
        self._heard = False

    # --- out --------------------------------------------------------------------------------------

    def pull(self) -> Pcm:
        """Return the next 10 ms, whatever there is."""
        with self._lock:
            self._prime()
            parts: list[Pcm] = []
            missing = FRAME_SAMPLES
            while missing:
                while not self._pcm:
                    if not (self._primed and self._decode()):
                        self._pcm.append((silence(missing), "silence"))
                pcm, kind = self._pcm.popleft()
                if len(pcm) > missing:
                    self._pcm.appendleft((pcm[missing:], kind))
                    pcm = pcm[:missing]
                setattr(self.counts, kind, getattr(self.counts, kind) + len(pcm))
                parts.append(pcm)
                missing -= len(pcm)
            return np.concatenate(parts)

    def _prime(self) -> None:
        """Begin to play when enough waits, or has waited long enough."""
        if self._primed or not self._waiting:
            return
        self._pulls_waited += 1
        prefetch = self._tuning.prefetch_ms * _PER_MS
        if max(self._waiting_samples, self._pulls_waited * FRAME_SAMPLES) >= prefetch:
            self._primed = True
            self._pulls_waited = self._made_up = 0
            self._next = min(self._waiting)

    def _decode(self) -> bool:
        """Use up one packet, or stand in for it; False once there is nothing to make sound of."""
        if not self._waiting:
            return self._run_dry()
        assert self._next is not None
        if self._next not in self._waiting:
            if self._made_up < self._tuning.conceal_ms * _PER_MS:
                return self._repair()
            self._next = min(self._waiting)
        waiting = self._take(self._next)
        self._next += 1
        self._account(waiting)
        try:
            pcm = self._decoder.decode(waiting.packet.payload)
        except OpusError:
            self.counts.damaged += 1
            pcm = self._decoder.conceal(waiting.samples)
        self._made_up = 0
        self._frame = waiting.samples
        late = self._waiting_samples > self._tuning.lag_ms * _PER_MS
        if late and self._quiet >= self._tuning.pause_ms * _PER_MS and self._is_quiet(pcm):
            self.counts.skipped += 1
        else:
            self._add_voice(pcm)
        return True

    def _account(self, waiting: _Waiting) -> None:
        """Judge by the timestamp whether the sender paused before this packet, or we starved."""
        expected, stamp = self._next_timestamp, waiting.packet.timestamp
        self._next_timestamp = (stamp + waiting.samples) % 2**32
        if self._dried_up:
            self._dried_up = False
            if stamp == expected and not self._idle:
                self.counts.underruns += 1
            return
        gap = 0 if expected is None else (stamp - expected) % 2**32
        if not self._made_up and 0 < gap <= self._tuning.prefetch_ms * _PER_MS:
            self._add_voice(self._conceal(gap))

    def _repair(self) -> bool:
        """Stand in for the lost packet whose turn it is."""
        assert self._next is not None
        following = self._waiting.get(self._next + 1)
        self._next += 1
        self.counts.lost += 1
        self._made_up += self._frame
        if self._next_timestamp is not None:
            self._next_timestamp = (self._next_timestamp + self._frame) % 2**32
        self._add_voice(self._recover(following) if following else self._conceal(self._frame))
        return True

    def _recover(self, following: _Waiting) -> Pcm:
        try:
            return self._decoder.recover(following.packet.payload, self._frame)
        except OpusError:
            return self._conceal(self._frame)

    def _run_dry(self) -> bool:
        """Carry the sound on for a while, fading; then be silent and fill up again."""
        longest = self._tuning.conceal_ms * _PER_MS
        self._dried_up = True
        if self._made_up >= longest or self._idle:
            self._primed = False
            return False
        fresh = self._conceal(_FRAME)
        gain = np.linspace(
            1 - self._made_up / longest, 1 - (self._made_up + _FRAME) / longest, _FRAME
        )
        self._pcm.append(((fresh * np.clip(gain, 0, 1)).astype(np.int16), "filler"))
        self._made_up += _FRAME
        return True

    def _conceal(self, samples: int) -> Pcm:
        """Make up any number of samples; libopus makes steps of 2.5 ms."""
        step = RATE_HZ // 400
        pieces: list[Pcm] = []
        left = -(-samples // step) * step
        while left:
            pieces.append(self._decoder.conceal(min(left, _FRAME)))
            left -= len(pieces[-1])
        return np.concatenate(pieces)[:samples]

    def _is_quiet(self, pcm: Pcm) -> bool:
        return dbfs(pcm) < self._tuning.idle_dbfs

    def _add_voice(self, pcm: Pcm) -> None:
        quiet = self._is_quiet(pcm)
        self._quiet = self._quiet + len(pcm) if quiet else 0
        self._heard = self._heard or not quiet
        self._pcm.append((pcm, "voice" if self._heard and not self._idle else "idle"))
