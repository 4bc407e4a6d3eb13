"""Tells speech, its pauses and an idle sender apart, by the level of what was decoded."""

from kiosk.audio.pcm import SILENT_DBFS, Pcm, dbfs
from kiosk.audio.port import RATE_HZ
from kiosk.audio.tuning import Tuning

_FORGET_DB_PER_S = 3.0
"""How fast the level of the voice is forgotten: a quieter speaker is known within seconds."""


class Quiet:
    """Tells quiet from sound by the voice's own level."""

    def __init__(self, floor_dbfs: float, below_db: float) -> None:
        """Quiet is what is below a floor, or so far below the voice."""
        self._floor_dbfs = floor_dbfs
        self._below_db = below_db
        self._voice_dbfs = SILENT_DBFS

    @property
    def limit_dbfs(self) -> float:
        """What is quieter than that is quiet, now."""
        return max(self._floor_dbfs, self._voice_dbfs - self._below_db)

    def hear(self, level_dbfs: float, samples: int) -> bool:
        """Take the level of the next sound, so many samples long; True where it is quiet."""
        forgotten_dbfs = self._voice_dbfs - _FORGET_DB_PER_S * samples / RATE_HZ
        self._voice_dbfs = max(level_dbfs, forgotten_dbfs)
        return level_dbfs < self.limit_dbfs


class Pauses:
    """Follows one stretch of voice."""

    def __init__(self, tuning: Tuning) -> None:
        self._tuning = tuning
        self._silent = 0
        """Samples of silence in a row."""
        self._quiet = Quiet(tuning.quiet_dbfs, tuning.quiet_below_db)
        self.heard = False
        """Something was not silence; before that nothing counts as voice."""
        self.quiet = True
        """The last sound was a pause."""

    @property
    def idle(self) -> bool:
        """Only silence has come for so long that nobody is speaking."""
        return self._silent > self._tuning.idle_ms * RATE_HZ // 1000

    @property
    def speaking(self) -> bool:
        """Somebody has begun to speak and has not long stopped."""
        return self.heard and not self.idle

    def hear(self, pcm: Pcm) -> None:
        """Take the next sound."""
        if not len(pcm):
            return
        level_dbfs = dbfs(pcm)
        silent = level_dbfs < self._tuning.idle_dbfs
        self._silent = self._silent + len(pcm) if silent else 0
        self.heard = self.heard or not silent
        self.quiet = self._quiet.hear(level_dbfs, len(pcm))

    def restart(self) -> None:
        """Nothing has been heard of the voice that follows."""
        self._silent = 0
        self.heard = False
        self.quiet = True
