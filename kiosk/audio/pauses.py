"""Tells speech, its pauses and an idle sender apart, by the level of what was decoded."""

from kiosk.audio.pcm import SILENT_DBFS, Pcm, dbfs
from kiosk.audio.port import RATE_HZ
from kiosk.audio.tuning import Tuning

_FORGET_DB_PER_S = 3.0
"""How fast the level of the voice is forgotten: a quieter speaker is known within seconds."""


class Pauses:
    """Follows one stretch of voice."""

    def __init__(self, tuning: Tuning) -> None:
        self._tuning = tuning
        self._silent = 0
        """Samples of silence in a row."""
        self._voice_dbfs = SILENT_DBFS
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
        forgotten_dbfs = self._voice_dbfs - _FORGET_DB_PER_S * len(pcm) / RATE_HZ
        self._voice_dbfs = max(level_dbfs, forgotten_dbfs)
        silent = level_dbfs < self._tuning.idle_dbfs
        self._silent = self._silent + len(pcm) if silent else 0
        self.heard = self.heard or not silent
        self.quiet = level_dbfs < max(
            self._tuning.quiet_dbfs, self._voice_dbfs - self._tuning.quiet_below_db
        )

    def restart(self) -> None:
        """Nothing has been heard of the voice that follows."""
        self._silent = 0
        self.heard = False
        self.quiet = True
