"""Sound levels for the picture: the latest wins."""

from dataclasses import dataclass

SILENCE_DBFS = -100.0


@dataclass(frozen=True, slots=True)
class Mouth:
    """How a mouth stands."""

    opening: float
    """0 closed … 1 wide open."""
    width: float
    """0 narrow and round (o, u) … 1 wide (i, s)."""


REST = Mouth(0.0, 0.5)
"""Of a mouth that says nothing."""


@dataclass(slots=True)
class Meters:
    """Levels of the last few milliseconds, written by another thread and read each frame."""

    played_dbfs: float = SILENCE_DBFS
    """What leaves the loudspeaker now."""
    heard_dbfs: float = SILENCE_DBFS
    """What the microphone hears now; stays at silence while it is closed."""


class Follower:
    """Turns a level into a movement from 0 to 1 that rises at once and falls gently."""

    def __init__(
        self, *, quiet_dbfs: float, loud_dbfs: float, attack_s: float, release_s: float
    ) -> None:
        """`attack_s` and `release_s`: the time for nine tenths of a step up or down."""
        self._quiet_dbfs = quiet_dbfs
        self._span_db = loud_dbfs - quiet_dbfs
        self._attack_s = attack_s
        self._release_s = release_s
        self._at_s: float | None = None
        self.value = 0.0
        """Where the movement is now."""

    def follow(self, level_dbfs: float, now_s: float) -> float:
        """Move towards `level_dbfs` for the time since the last call; returns `value`."""
        target = min(1.0, max(0.0, (level_dbfs - self._quiet_dbfs) / self._span_db))
        passed_s = 0.0 if self._at_s is None else max(0.0, now_s - self._at_s)
        self._at_s = now_s
        time_s = self._attack_s if target > self.value else self._release_s
        self.value += (target - self.value) * (1 - 0.1 ** (passed_s / time_s))
        return self.value


def mouth_follower() -> Follower:
    """How far the mouth opens for a level at the loudspeaker."""
    return Follower(quiet_dbfs=-48.0, loud_dbfs=-14.0, attack_s=0.035, release_s=0.2)


def candidate_follower() -> Follower:
    """How high the candidate's bars stand for a level at the microphone."""
    return Follower(quiet_dbfs=-58.0, loud_dbfs=-16.0, attack_s=0.05, release_s=0.25)
