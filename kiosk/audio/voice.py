"""Makes sound of packets, of lost ones and of none, and joins it so that no seam is heard."""

import numpy as np

from kiosk.audio.opus import Decoder, OpusError
from kiosk.audio.pauses import Pauses
from kiosk.audio.pcm import Pcm, silence
from kiosk.audio.port import FRAME_SAMPLES, RATE_HZ
from kiosk.audio.stretch import SHORTEST, Stretched, lengthen, shorten
from kiosk.audio.tape import Counts, Kind, Tape
from kiosk.audio.tuning import Tuning

_PER_MS = RATE_HZ // 1000
_LONGEST_STEP = 20 * _PER_MS
_STEP = RATE_HZ // 400
"""libopus conceals in steps of 2.5 ms."""


class Voice:
    """One stream of sound, put on `tape` piece by piece."""

    def __init__(self, tuning: Tuning, counts: Counts, decoder: Decoder) -> None:
        self._tuning = tuning
        self._counts = counts
        self._decoder = decoder
        self._pauses = Pauses(tuning)
        self._gain = 0.0
        """Of the last sample that was put on the tape."""
        self._since_stretch = 0
        """Packets since the last change of length."""
        self.tape = Tape(counts)

    @property
    def idle(self) -> bool:
        """The sender sends silence."""
        return self._pauses.idle

    @property
    def speaking(self) -> bool:
        """Somebody has begun to speak and has not long stopped."""
        return self._pauses.speaking

    def say(self, payload: bytes, samples: int, beyond_ms: float) -> int:
        """Add a packet, which holds that many samples.

        `beyond_ms` is how much too much voice waits, too little where negative; it is made longer
        or shorter by a period where it is time for that.  Returns by how many samples.
        """
        try:
            return self._add(self._decoder.decode(payload), "spoken", samples, beyond_ms)
        except OpusError:
            self._counts.damaged += 1
            return self._add(self._conceal(samples), "concealed", samples)

    def repair(self, following: bytes, samples: int) -> None:
        """Add what the packet after a lost one tells of it."""
        try:
            pcm = self._decoder.recover(following, samples)
        except OpusError:
            pcm = self._conceal(samples)
        self._add(pcm, "repaired", samples)

    def conceal(self, samples: int, voice: int) -> None:
        """Make up that many samples, for so many of the sender's that are lost."""
        self._add(self._conceal(samples), "concealed", voice)

    def carry_on(self, filled: int) -> None:
        """Make up 10 ms while nothing comes, the last of `filled` samples in a row: fades."""
        hold, longest = self._tuning.hold_ms * _PER_MS, self._tuning.conceal_ms * _PER_MS
        left = min(1.0, max(0.0, (longest - filled) / (longest - hold)))
        self.tape.add(self._scaled(self._conceal(FRAME_SAMPLES), min(self._gain, left)), "filler")

    def wait(self, samples: int) -> None:
        """Make up a pause of the sender."""
        self.tape.add(self._scaled(self._conceal(samples), self._gain), "filler")

    def be_silent(self, samples: int) -> None:
        """Add silence."""
        self.tape.add(silence(samples), "silence")
        self._gain = 0.0

    def skip(self, samples: int) -> None:
        """Let so much of the sender's time pass without any sound."""
        if self.speaking:
            self._counts.voice += samples

    def fade_away(self) -> None:
        """Fade to silence within `fade_ms`, drop what is beyond, and forget the stream."""
        fade = self._tuning.fade_ms * _PER_MS
        if self.speaking and len(self.tape) < fade:
            self.wait(fade - len(self.tape))
        self.tape.fade_out(fade)
        self._decoder.reset()
        self._pauses.restart()
        self._gain = 0.0

    def _add(self, pcm: Pcm, kind: Kind, voice: int, beyond_ms: float = 0.0) -> int:
        self._pauses.hear(pcm)
        if self._gain < 1.0 and len(pcm):
            rise = min(len(pcm), self._tuning.resume_ms * _PER_MS)
            pcm = np.concatenate([self._scaled(pcm[:rise], 1.0), pcm[rise:]])
        stretched = self._stretched(pcm, beyond_ms)
        change, sound = (stretched.change, stretched.pcm) if stretched else (0, pcm)
        if not self.speaking:
            self.tape.add(sound, "idle")
            return change
        repeated = max(0, change)
        self._counts.cut += max(0, -change)
        self.tape.add(sound[:repeated], "repeated")
        self.tape.add(sound[repeated:], kind, voice)
        return change

    def _stretched(self, pcm: Pcm, beyond_ms: float) -> Stretched | None:
        """Change the length by one period, if it is worth it and would not be heard."""
        tuning = self._tuning
        self._since_stretch += 1
        slack_ms, alike, pace = tuning.slack_speech_ms, tuning.alike, tuning.pace_frames
        if self._pauses.quiet:
            slack_ms, alike, pace = tuning.slack_quiet_ms, -1.0, 1
        elif abs(beyond_ms) > tuning.slack_urgent_ms:
            alike, pace = tuning.alike_urgent, tuning.pace_urgent_frames
        if abs(beyond_ms) < slack_ms or self._since_stretch < pace:
            return None
        change = shorten if beyond_ms > 0 else lengthen
        most = max(SHORTEST, round(abs(beyond_ms) * _PER_MS))
        stretched = change(self.tape.past, pcm, most=most, alike=alike)
        if stretched:
            self._since_stretch = 0
        return stretched

    def _conceal(self, samples: int) -> Pcm:
        pieces = [silence(0)]
        left = -(-samples // _STEP) * _STEP
        while left:
            pieces.append(self._decoder.conceal(min(left, _LONGEST_STEP)))
            left -= len(pieces[-1])
        return np.concatenate(pieces)[:samples]

    def _scaled(self, pcm: Pcm, gain: float) -> Pcm:
        """Lead the level from what it was to `gain` at the end of these samples."""
        before, self._gain = self._gain, gain
        if before == gain == 1.0:
            return pcm
        return (pcm * np.linspace(before, gain, len(pcm), dtype=np.float32)).astype(np.int16)
