"""Turns packets of a voice, as a network delivers them, into a steady stream of sound.

Packets are pushed as they come; the sound card pulls blocks of 10 ms and is the only clock.  Order
is restored, holes are repaired or concealed, and a queue that runs dry fades out and fills up again
before it plays on.  How long voice waits follows the line; the way there, and the difference of the
two clocks, is made up by stretching the voice by periods of its pitch, in its pauses if possible.
"""

import threading

from kiosk.audio.arrivals import Arrivals
from kiosk.audio.lag import Lag, Losses
from kiosk.audio.opus import Decoder
from kiosk.audio.packets import Fate, PacketQueue, Waiting
from kiosk.audio.pcm import Pcm
from kiosk.audio.port import FRAME_MS, FRAME_SAMPLES, RATE_HZ, VoicePacket
from kiosk.audio.tape import Counts
from kiosk.audio.tuning import Tuning
from kiosk.audio.voice import Voice

_PER_MS = RATE_HZ // 1000
_FRAME = 20 * _PER_MS


class Playout:
    """The queue between network and loudspeaker; one thread pushes, one pulls."""

    def __init__(self, tuning: Tuning | None = None, decoder: Decoder | None = None) -> None:
        self._tuning = tuning or Tuning()
        self._decoder = decoder or Decoder()
        self._lock = threading.Lock()
        self.counts = Counts()
        self._queue = PacketQueue(self._tuning, self.counts)
        self._voice = Voice(self._tuning, self.counts, self._decoder)
        self._arrivals = Arrivals(self._tuning)
        self._lag = Lag(self._tuning)
        self._losses = Losses(self._tuning)
        self._next_timestamp: int | None = None
        """Where the sender's time goes on once all that was decoded is played."""
        self._frame = _FRAME
        """Samples of the last packet, and so presumably of a lost one."""
        self._primed = False
        self._pulls_waited = 0
        self._stopped = False
        """The queue was dry for so long that it was given up."""
        self._filled = 0
        """Samples made up since the queue ran dry."""
        self._made_up = 0
        """Samples of lost packets in a row."""

    @property
    def played_ms(self) -> int:
        """Voice that was pulled, in the sender's time (see `Counts.voice`)."""
        return self.counts.voice // _PER_MS

    @property
    def queued_ms(self) -> int:
        """Voice that waits; 0 while the sender only idles."""
        with self._lock:
            if self._voice.idle:
                return 0
            return -(-(self._queue.samples + self._voice.tape.voice) // _PER_MS)

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
                self._drop()
                self._arrivals.restart()
            if fate in {Fate.KEPT, Fate.BEGAN, Fate.LATE}:
                self._learn(packet, place)

    def flush(self) -> None:
        """Drop all voice that was not pulled yet, but for a fade that keeps it from clicking."""
        with self._lock:
            self._queue.clear()
            self._drop()

    def _drop(self) -> None:
        self._voice.fade_away()
        self._lag.restart()
        self._next_timestamp = None
        self._primed = self._stopped = False
        self._pulls_waited = self._filled = self._made_up = 0

    def _learn(self, packet: VoicePacket, place: int) -> None:
        """Let a packet tell about the line, and about how far playout is behind it."""
        late_ms = self._arrivals.observe(packet.arrival_s, packet.timestamp)
        if self._primed and self._queue.turn is not None:
            ahead_ms = self._ahead(packet.timestamp, place - self._queue.turn) / _PER_MS
            if self._filled and ahead_ms <= FRAME_MS:
                late_ms = max(late_ms, self._lag.held_ms + self._filled / _PER_MS)
                self._lag.jump(ahead_ms + late_ms)
            else:
                self._lag.observe(ahead_ms + late_ms)
        self._arrivals.learn(late_ms)

    def _ahead(self, timestamp: int, packets: int) -> int:
        """Return how many samples from now a packet's turn will be, some packets from this one."""
        expected = packets * self._frame
        gap = self._gap(timestamp, expected)
        if not -_FRAME <= gap - expected <= self._tuning.conceal_ms * _PER_MS:
            gap = expected
        tape = len(self._voice.tape)
        if gap <= 0 or not self._queue:
            return tape + gap
        first = min(gap, max(0, self._gap(self._queue.next.packet.timestamp, gap)))
        return tape + max(0, first - self._filled) + gap - first

    def _gap(self, timestamp: int, otherwise: int = 0) -> int:
        """Return how many samples of the sender's time lie between what was decoded and this."""
        if self._next_timestamp is None:
            return otherwise
        return (timestamp - self._next_timestamp + 2**31) % 2**32 - 2**31

    # --- out --------------------------------------------------------------------------------------

    def pull(self) -> Pcm:
        """Return the next 10 ms, whatever there is."""
        with self._lock:
            self._prime()
            tape = self._voice.tape
            while (missing := FRAME_SAMPLES - len(tape)) > 0:
                if not (self._primed and self._decode()):
                    self._voice.be_silent(missing)
            return tape.take(FRAME_SAMPLES)

    def _prime(self) -> None:
        """Begin to play when enough waits, or has waited long enough."""
        if self._primed or not self._queue:
            return
        waited = self._pulls_waited * FRAME_SAMPLES + FRAME_SAMPLES // 2
        self._pulls_waited += 1
        target, ahead = self.target_ms * _PER_MS, self._queue.samples - self._frame
        if max(ahead, waited) < target:
            return
        self._primed = True
        self._pulls_waited = 0
        self._lag.restart(ahead / _PER_MS if ahead > target else None)
        if self._queue.turn is None:
            self._queue.turn = self._queue.first
        self._skip_to_first()

    def _decode(self) -> bool:
        """Use up one packet, or stand in for it; False once there is nothing to make sound of."""
        if not self._queue:
            return self._run_dry()
        if self._lost_samples() and self._made_up < self._tuning.conceal_ms * _PER_MS:
            self._stand_in()
        else:
            self._skip_to_first()
            self._play(self._queue.take())
        return True

    def _lost_samples(self) -> int:
        """Return how much is lost before the first packet that waits.

        A sender may skip numbers without having said anything in between: its time tells.
        """
        packets = self._queue.missing
        lost = packets * self._frame
        return min(lost, max(0, self._gap(self._queue.next.packet.timestamp, lost)))

    def _skip_to_first(self) -> None:
        """Give up packets that are missing; the sender's time goes on over them."""
        if lost := self._lost_samples():
            self.counts.lost += self._queue.missing
            self._losses.note_lost()
            self._voice.skip(lost)
            self._pass(lost)
        self._queue.turn = self._queue.first

    def _stand_in(self) -> None:
        """Make up for the lost packet whose turn it is, as far as that was not done already."""
        following = self._queue.pass_over()
        self.counts.lost += 1
        self._losses.note_lost()
        self._made_up += self._frame
        self._pass(self._frame)
        if following and self._decoder.carries_repair(following.packet.payload):
            self._voice.repair(following.packet.payload, self._frame)
            return
        done = min(self._filled, self._frame)
        self._filled -= done
        self._voice.conceal(self._frame - done, self._frame)

    def _play(self, waiting: Waiting) -> None:
        payload, timestamp = waiting.packet.payload, waiting.packet.timestamp
        gap = self._gap(timestamp)
        dried_up = self._stopped or (self._filled and not self._made_up)
        late = gap < (self._frame if self._stopped else self._filled)
        if dried_up and late and self._voice.speaking:
            self.counts.underruns += 1
        if not (self._stopped or self._made_up):
            self._pause(gap - self._filled)
        self._next_timestamp = (timestamp + waiting.samples) % 2**32
        self._frame = waiting.samples
        self._filled = self._made_up = 0
        self._stopped = False
        self._losses.note_played(carries_repair=self._decoder.carries_repair(payload))
        change = self._voice.say(payload, waiting.samples, self._lag.beyond(self.target_ms))
        self._lag.shift(change / _PER_MS)

    def _pause(self, samples: int) -> None:
        """Pause as the sender did, less what playout is behind."""
        behind = max(0, round(self._lag.beyond(self.target_ms) * _PER_MS))
        samples = min(samples - behind, self._tuning.conceal_ms * _PER_MS)
        if samples > 0:
            self._voice.wait(samples)

    def _pass(self, samples: int) -> None:
        if self._next_timestamp is not None:
            self._next_timestamp = (self._next_timestamp + samples) % 2**32

    def _run_dry(self) -> bool:
        """Carry the sound on for a while, fading; then be silent and fill up again."""
        if self._filled >= self._tuning.conceal_ms * _PER_MS:
            self._primed = False
            self._stopped = True
            return False
        self._filled += FRAME_SAMPLES
        self._voice.carry_on(self._filled)
        return True
