"""Finds pauses and syllables in the voice, by its level in blocks of 10 ms.

A syllable is a peak of the smoothed level with a dip on both sides (as in de Jong and Wempe, 2009,
who also ask for voicing).  It is counted so often wrongly, and pauses are so seldom, that the
subtitles trust a pause for place and the syllables for speed only.
"""

from collections import deque

from kiosk.audio.pauses import Quiet
from kiosk.audio.pcm import SILENT_DBFS
from kiosk.audio.port import RATE_HZ
from kiosk.audio.tuning import Tuning
from kiosk.core.rhythm import Rhythm

PAUSE_MS = 150
"""Shorter silences are those within words: a plosive is closed for up to 120 ms."""
DIP_DB = 1.5
"""Two peaks of the level with less of a dip between them are one."""
_SMOOTH = (0.037, 0.125, 0.213, 0.25, 0.213, 0.125, 0.037)
"""Weights of seven blocks: what is shorter than a sound of speech is no peak."""


class RhythmWatch:
    """Follows one opening of the loudspeaker."""

    def __init__(self) -> None:
        tuning = Tuning()
        self._quiet = Quiet(tuning.quiet_dbfs, tuning.quiet_below_db)
        self._levels_dbfs = deque([SILENT_DBFS] * len(_SMOOTH), len(_SMOOTH))
        self._spoken = 0
        """Samples."""
        self._withheld = 0
        """Samples of a silence that may be no pause."""
        self._silent = 0
        """Samples in a row, of voice or not."""
        self._turn_dbfs = SILENT_DBFS
        """The last peak where the level falls, the last dip where it rises."""
        self._rising = False
        self._rhythm = Rhythm()

    def hear(self, level_dbfs: float, samples: int, voice: int) -> Rhythm:
        """Take a block with its level, length and how many samples of it are voice."""
        if self._quiet.hear(level_dbfs, samples):
            self._silent += samples
            self._withheld += voice
        else:
            if not self._rhythm.pausing:
                self._spoken += self._withheld
            self._spoken += voice
            self._silent = self._withheld = 0
        self._rhythm = Rhythm(
            spoken_ms=self._spoken * 1000 // RATE_HZ,
            syllables=self._rhythm.syllables + self._passes_peak(level_dbfs),
            pausing=self._silent >= PAUSE_MS * RATE_HZ // 1000
            or (self._rhythm.pausing and self._silent > 0),
        )
        return self._rhythm

    def _passes_peak(self, level_dbfs: float) -> bool:
        """Take the next level; True once one of the last blocks is known to have been a peak."""
        self._levels_dbfs.append(max(level_dbfs, self._quiet.limit_dbfs))
        smooth = sum(w * level for w, level in zip(_SMOOTH, self._levels_dbfs, strict=True))
        if self._rising:
            self._turn_dbfs = max(self._turn_dbfs, smooth)
            if smooth >= self._turn_dbfs - DIP_DB:
                return False
        else:
            self._turn_dbfs = min(self._turn_dbfs, smooth)
            if smooth <= self._turn_dbfs + DIP_DB:
                return False
        self._rising = not self._rising
        self._turn_dbfs = smooth
        return not self._rising
