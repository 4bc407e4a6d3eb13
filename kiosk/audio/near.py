"""Who speaks at the booth, told from who speaks somewhere else, by level (pure).

While the voice plays, a sound interrupts it only if it is about as loud as the candidates of this
microphone are.  A neighbouring booth, a passer-by and what is left of an echo are not.
"""

from collections import deque

import numpy as np

from kiosk.audio.pcm import SILENT_DBFS, Pcm, dbfs, silence
from kiosk.audio.port import FRAME_MS

LOUD_SHARE = 0.05
"""Share of the time without the voice in which a candidate is loud, at the least."""
BELOW_DB = 7.0
"""So far below their loud moments candidates are still taken for near; a neighbour's loud moments
are 15 dB below them."""
MEMORY_S = 60.0
"""How long levels count: a candidate comes nearer, or leans back."""
KNOWN_S = 5.0
"""Before so much was heard only what the last candidate taught is known, if anything."""
DOUBT_DB = 4.0
"""So much quieter than the last candidate the next one may be."""
SMOOTH_BLOCKS = 4
"""Blocks over which a level is taken: one glottal pulse or click does not count."""
OPEN_S = 0.5
"""How long it stays open after a near sound: the gaps within speech."""
VOICE_HOLD_S = 1.0
"""The voice counts as playing so long after it was heard: through its pauses, and through what a
hall sends back of it."""

_LOWEST_DBFS = round(SILENT_DBFS)


class NearGate:
    """Silences what is not near while the voice plays; learns in the time between.

    One for each candidate: the next one may be quieter.
    """

    def __init__(self, before_dbfs: float = SILENT_DBFS) -> None:
        """`before_dbfs` is the threshold that was right for the last candidate, if any."""
        self._before_dbfs = max(SILENT_DBFS, before_dbfs - DOUBT_DB)
        self._levels = np.zeros(-_LOWEST_DBFS + 1)
        """How often each level was heard without the voice, in whole dB below 0 dBFS, fading."""
        self._powers: deque[float] = deque(maxlen=SMOOTH_BLOCKS)
        self._since_voice = round(VOICE_HOLD_S * 1000 / FRAME_MS)
        """In blocks."""
        self._open_blocks = 0
        self._gain = 1.0

    @property
    def open(self) -> bool:
        """The last block was let through."""
        return self._open_blocks > 0

    @property
    def threshold_dbfs(self) -> float:
        """Quieter is not near."""
        total = float(self._levels.sum())
        if total < KNOWN_S * 1000 / FRAME_MS:
            return self._before_dbfs
        loud = -int(np.argmax(np.cumsum(self._levels) >= LOUD_SHARE * total))
        return max(SILENT_DBFS, loud - BELOW_DB)

    def hear(self, block: Pcm, *, voice: bool) -> Pcm:
        """Return 10 ms of the microphone; `voice` tells whether the booth is heard meanwhile."""
        self._powers.append(10 ** (dbfs(block) / 10))
        level = 10 * float(np.log10(sum(self._powers) / len(self._powers)))
        self._since_voice = 0 if voice else self._since_voice + 1
        playing = self._since_voice * FRAME_MS < VOICE_HOLD_S * 1000
        if not playing:
            self._levels *= 1 - FRAME_MS / 1000 / MEMORY_S
            self._levels[-max(_LOWEST_DBFS, round(level))] += 1
        if not playing or level > self.threshold_dbfs:
            self._open_blocks = round(OPEN_S * 1000 / FRAME_MS)
        elif self._open_blocks > 0:
            self._open_blocks -= 1
        gain, self._gain = self._gain, float(self.open)
        if gain == self._gain:
            return block if gain else silence()
        return np.asarray(block * np.linspace(gain, self._gain, len(block)), np.int16)
