"""Turns packets of a voice, as a network delivers them, into a steady stream of sound.

Packets are pushed as they come; the sound card pulls blocks of 10 ms and is the only clock.  Order
is restored, holes are repaired or concealed, and a queue that runs dry fades out and fills up again
before it plays on.  How long voice waits follows the line; the way there, and the difference of the
two clocks, is made up by stretching the voice by periods of its pitch, in its pauses if possible.
"""

import threading

import numpy as np

from kiosk.audio.arrivals import Arrivals
from kiosk.audio.lag import Lag, Losses
from kiosk.audio.opus import Decoder, OpusError
from kiosk.audio.packets import Fate, PacketQueue, Waiting
from kiosk.audio.pauses import Pauses
from kiosk.audio.pcm import Pcm, silence
from kiosk.audio.port import FRAME_MS, FRAME_SAMPLES, RATE_HZ, VoicePacket
from kiosk.audio.stretch import SHORTEST, Stretched, lengthen, shorten
from kiosk.audio.tape import Counts, Kind, Tape
from kiosk.audio.tuning import Tuning

_PER_MS = RATE_HZ // 1000
_FRAME = 20 * _PER_MS
_STEP = RATE_HZ // 400
"""libopus conceals in steps of 2.5 ms."""


class Playout:
    """The queue between network and loudspeaker; one thread pushes, one pulls."""

    def __init__(self, tuning: Tuning | None = None, decoder: Decoder | None = None) -> None:
        self._tuning = tuning or Tuning()
        self._lock = threading.Lock()
        self._decoder = decoder or Decoder()
        self.counts = Counts()
        self._queue = PacketQueue(self._tuning, self.counts)
        self._tape = Tape(self.counts)
        self._arrivals = Arrivals(self._tuning)
        self._pauses = Pauses(self._tuning)
        self._lag = Lag(self._tuning)
        self._losses = Losses(self._tuning)
        self._next_timestamp: int | None = None
        """Where the sender's time goes on, once all that was decoded is played."""
        self._primed = False
        self._stopped = False
        """The queue was dry for so long that it was given up."""
        self._pulls_waited = 0
        self._gain = 0.0
        """Of the last sample that was added to the tape."""
        self._frame = _FRAME
        """Samples of the last packet, and so presumably of a lost one."""
        self._filled = 0
        """Samples made up since the queue ran dry."""
        self._made_up = 0
        """Samples that stand in for lost packets, in a row."""
        self._since_stretch = 0
        """Packets since the last change of length."""

    @property
    def played_ms(self) -> int:
        """Voice that was pulled, in the sender's time (see `Counts.voice`)."""
        return self.counts.voice // _PER_MS

    @property
    def queued_ms(self) -> int:
        """Voice that waits; 0 while the sender only idles."""
        with self._lock:
            if self._pauses.idle:
                return 0
            return -(-(self._queue.samples + self._tape.voice) // _PER_MS)

    @property
    def target_ms(self) -> int:
        """How much voice should be left when the fastest packets come, on this line."""
        repair_ms = self._frame // _PER_MS if self._losses.repairable else 0
        return self._arrivals.target_ms + repair_ms

    @property
    def delay_ms(self) -> float:
        """How much voice was left when the last packets came, had they been the fastest."""
        return self._lag.held_ms

    # --- in ---------------------------------------------------------------------------------------

    def push(self, packet: VoicePacket) -> None:
        """Take one packet; whatever it is, nothing is raised."""
        samples = self._decoder.duration(packet.payload)
        with self._lock:
            if not samples:
                self.counts.damaged += 1
                return
            fate, place = self._queue.push(packet, samples)
            if fate is Fate.BEGAN:
                self._silence()
                self._arrivals.restart()
            if fate in {Fate.KEPT, Fate.BEGAN, Fate.LATE}:
                self._learn(packet, place)

    def _learn(self, packet: VoicePacket, place: int) -> None:
        """Let a packet tell about the line, and about how far playout is behind it."""
        late_ms = self._arrivals.observe(packet.arrival_s, packet.timestamp)
        ahead_ms = self._ahead(packet.timestamp, place)
        if ahead_ms is None:
            self._arrivals.learn(late_ms)
            return
        if self._filled and ahead_ms <= FRAME_MS:
            late_ms = max(late_ms, self._lag.held_ms + self._filled / _PER_MS)
        self._arrivals.learn(late_ms)
        self._lag.observe(ahead_ms + late_ms)

    def _ahead(self, timestamp: int, place: int) -> float | None:
        """Return how long after now a packet's turn will be, in ms; None while nothing plays."""
        if not self._primed or self._queue.turn is None:
            return None
        expected = (place - self._queue.turn) * self._frame
        gap = self._gap(timestamp, expected)
        if not -_FRAME <= gap - expected <= self._tuning.conceal_ms * _PER_MS:
            gap = expected
        return (len(self._tape) + (max(0, gap - self._filled) if gap > 0 else gap)) / _PER_MS

    def _gap(self, timestamp: int, otherwise: int = 0) -> int:
        """Return how many samples of the sender's time lie between what was decoded and this."""
        if self._next_timestamp is None:
            return otherwise
        return (timestamp - self._next_timestamp + 2**31) % 2**32 - 2**31

    def flush(self) -> None:
        """Drop all voice that was not pulled yet, but for a fade that keeps it from clicking."""
        with self._lock:
            self._queue.clear()
            self._silence()

    def _silence(self) -> None:
        """Fade what sounds and forget the stream it was of."""
        fade = self._tuning.fade_ms * _PER_MS
        if self._primed and self._pauses.speaking:
            while len(self._tape) < fade:
                self._tape.add(self._scaled(self._decoder.conceal(_FRAME), self._gain), "filler")
        self._tape.fade_out(fade)
        self._decoder.reset()
        self._pauses.restart()
        self._lag.restart()
        self._primed = self._stopped = False
        self._next_timestamp = None
        self._pulls_waited = self._filled = self._made_up = 0
        self._gain = 0.0

    # --- out --------------------------------------------------------------------------------------

    def pull(self) -> Pcm:
        """Return the next 10 ms, whatever there is."""
        with self._lock:
            self._prime()
            while len(self._tape) < FRAME_SAMPLES:
                if not (self._primed and self._decode()):
                    self._tape.add(silence(FRAME_SAMPLES - len(self._tape)), "silence")
            return self._tape.take(FRAME_SAMPLES)

    def _prime(self) -> None:
        """Begin to play when enough waits, or has waited long enough."""
        if self._primed or not self._queue:
            return
        target = self.target_ms * _PER_MS
        waited = self._pulls_waited * FRAME_SAMPLES + FRAME_SAMPLES // 2
        self._pulls_waited += 1
        first = self._queue.first
        if max(self._queue.samples - self._frame, waited) >= target:
            self._primed = True
            self._pulls_waited = 0
            self._lag.restart()
            if self._queue.turn is None:
                self._queue.turn = first
            self._skip_to(first)

    def _decode(self) -> bool:
        """Use up one packet, or stand in for it; False once there is nothing to make sound of."""
        if not self._queue:
            return self._run_dry()
        assert self._queue.turn is not None
        if self._missing():
            if self._filled >= self._frame:
                self._filled -= self._frame
                self._skip_to(self._queue.turn + 1)
                return True
            if self._made_up < self._tuning.conceal_ms * _PER_MS:
                self._stand_in(self._queue.get(self._queue.turn + 1))
                return True
        self._skip_to(self._queue.first)
        self._play(self._queue.take())
        return True

    def _missing(self) -> int:
        """Return how many samples are lost before the first packet that waits."""
        assert self._queue.turn is not None
        first = self._queue.first
        lost = (first - self._queue.turn) * self._frame
        waiting = self._queue.get(first)
        assert waiting is not None
        return min(lost, self._gap(waiting.packet.timestamp, lost)) if lost else 0

    def _skip_to(self, place: int) -> None:
        """Give up packets that are missing: the sender's time goes on over them."""
        assert self._queue.turn is not None
        if place == self._queue.turn:
            return
        missing = self._missing()
        lost = min(missing, (place - self._queue.turn) * self._frame)
        if lost > 0:
            self.counts.lost += lost // self._frame
            self._losses.note_lost()
            self._pass(lost)
            if self._pauses.speaking:
                self.counts.voice += lost
        self._queue.turn = place

    def _play(self, waiting: Waiting) -> None:
        gap = self._gap(waiting.packet.timestamp)
        behind = gap < (self._frame if self._stopped else self._filled)
        if (self._filled or self._stopped) and behind and self._pauses.speaking:
            self.counts.underruns += 1
        pause = 0 if self._stopped or self._made_up else gap - self._filled
        self._next_timestamp = (waiting.packet.timestamp + waiting.samples) % 2**32
        self._frame = waiting.samples
        self._filled = self._made_up = 0
        self._stopped = False
        self._pause(pause)
        self._losses.note_played(
            carries_repair=self._decoder.carries_repair(waiting.packet.payload)
        )
        try:
            self._add(self._decoder.decode(waiting.packet.payload), "spoken")
        except OpusError:
            self.counts.damaged += 1
            self._add(self._conceal(waiting.samples), "concealed")

    def _pause(self, samples: int) -> None:
        """Wait as the sender did, less what playout is behind."""
        behind = max(0, round(self._lag.beyond(self.target_ms) * _PER_MS))
        samples = min(samples - behind, self._tuning.conceal_ms * _PER_MS)
        if samples > 0:
            self._tape.add(self._scaled(self._conceal(samples), self._gain), "filler")
            self._lag.shift(0)

    def _stand_in(self, following: Waiting | None) -> None:
        """Make up for the lost packet whose turn it is."""
        assert self._queue.turn is not None
        self._queue.turn += 1
        self.counts.lost += 1
        self._losses.note_lost()
        self._made_up += self._frame
        self._pass(self._frame)
        if following is None:
            self._add(self._conceal(self._frame), "concealed")
            return
        try:
            repaired = self._decoder.recover(following.packet.payload, self._frame)
        except OpusError:
            repaired = self._conceal(self._frame)
        self._add(repaired, "repaired")

    def _pass(self, samples: int) -> None:
        if self._next_timestamp is not None:
            self._next_timestamp = (self._next_timestamp + samples) % 2**32

    def _run_dry(self) -> bool:
        """Carry the sound on for a while, fading; then be silent and fill up again."""
        if self._filled >= self._tuning.conceal_ms * _PER_MS or not self._pauses.speaking:
            self._primed = False
            self._stopped = True
            self._gain = 0.0
            return False
        self._filled += FRAME_SAMPLES
        hold, longest = self._tuning.hold_ms * _PER_MS, self._tuning.conceal_ms * _PER_MS
        gain = min(self._gain, max(0.0, 1 - (self._filled - hold) / (longest - hold)), 1.0)
        self._tape.add(self._scaled(self._conceal(FRAME_SAMPLES), gain), "filler")
        return True

    def _conceal(self, samples: int) -> Pcm:
        """Make up any number of samples; libopus makes steps of 2.5 ms."""
        pieces = [silence(0)]
        left = -(-samples // _STEP) * _STEP
        while left:
            pieces.append(self._decoder.conceal(min(left, _FRAME)))
            left -= len(pieces[-1])
        return np.concatenate(pieces)[:samples]

    def _scaled(self, pcm: Pcm, gain: float) -> Pcm:
        """Lead the level from what it was to `gain`, the end of these samples."""
        before, self._gain = self._gain, gain
        if before == gain == 1.0:
            return pcm
        return (pcm * np.linspace(before, gain, len(pcm), dtype=np.float32)).astype(np.int16)

    def _add(self, pcm: Pcm, kind: Kind) -> None:
        """Put sound of the sender on the tape, longer or shorter where it is time for that."""
        self._pauses.hear(pcm)
        if self._gain < 1.0:
            rise = min(len(pcm), self._tuning.resume_ms * _PER_MS)
            pcm = np.concatenate([self._scaled(pcm[:rise], 1.0), pcm[rise:]])
        stretched = self._stretched(pcm) if kind == "spoken" else None
        change = stretched.change if stretched else 0
        sound = stretched.pcm if stretched else pcm
        if not self._pauses.speaking:
            self._tape.add(sound, "idle")
            return
        repeated = max(0, change)
        self.counts.cut += max(0, -change)
        if repeated:
            self._tape.add(sound[:repeated], "repeated")
        self._tape.add(sound[repeated:], kind, voice=len(pcm))

    def _stretched(self, pcm: Pcm) -> Stretched | None:
        """Come nearer to the target by one period, if it is worth it and would not be heard."""
        tuning = self._tuning
        self._since_stretch += 1
        beyond_ms = self._lag.beyond(self.target_ms)
        urgent = abs(beyond_ms) > tuning.slack_urgent_ms
        if self._pauses.quiet:
            slack_ms, pace, alike = tuning.slack_quiet_ms, 1, -1.0
        elif urgent:
            slack_ms, pace, alike = (
                tuning.slack_urgent_ms,
                tuning.pace_urgent_frames,
                tuning.alike_urgent,
            )
        else:
            slack_ms, pace, alike = tuning.slack_speech_ms, tuning.pace_frames, tuning.alike
        if abs(beyond_ms) < slack_ms or self._since_stretch < pace:
            return None
        change = shorten if beyond_ms > 0 else lengthen
        most = max(SHORTEST, round(abs(beyond_ms) * _PER_MS))
        stretched = change(self._tape.past, pcm, most=most, alike=alike)
        if stretched:
            self._since_stretch = 0
            self._lag.shift(stretched.change / _PER_MS)
        return stretched
