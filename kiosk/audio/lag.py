"""How far playout is behind the line, and what losses ask of it."""

from kiosk.audio.tuning import Tuning

_KNOWN = 5
"""Packets after which a lag is worth acting on."""


class Lag:
    """How much voice is left when a packet comes, had it come as fast as the fastest.

    Told packet by packet, so that neither jitter nor the rhythm of pulls and pushes moves it: the
    mean counts less its mean deviation, which is what an uneven rhythm takes away.
    """

    def __init__(self, tuning: Tuning) -> None:
        self._tuning = tuning
        self._mean_ms = 0.0
        self._deviation_ms = 0.0
        self._seen = 0

    @property
    def held_ms(self) -> float:
        """The lag over the last packets."""
        return self._mean_ms - self._deviation_ms

    def beyond(self, target_ms: float) -> float:
        """Return by how many ms the lag is above a target, below where negative."""
        return self.held_ms - target_ms if self._seen >= _KNOWN else 0.0

    def observe(self, lag_ms: float) -> None:
        """Take what one packet showed."""
        self._seen += 1
        weight = max(1 - self._tuning.memory, 1 / self._seen)
        off_ms = lag_ms - self._mean_ms
        self._mean_ms += weight * off_ms
        if self._seen > 1:
            self._deviation_ms += weight * (abs(off_ms) - self._deviation_ms)

    def jump(self, lag_ms: float) -> None:
        """Take what the packet showed that ended a wait: the lag is another one from here."""
        self._mean_ms = lag_ms

    def shift(self, change_ms: float) -> None:
        """The voice was made longer or shorter by that."""
        self._mean_ms += change_ms

    def restart(self, lag_ms: float | None = None) -> None:
        """Playing begins anew, with a lag that is known or still to be seen."""
        self._mean_ms, self._deviation_ms = lag_ms or 0.0, 0.0
        self._seen = 0 if lag_ms is None else _KNOWN


class Losses:
    """Whether packets are lost, and the ones that come carry repair for those."""

    def __init__(self, tuning: Tuning) -> None:
        self._tuning = tuning
        self._lost = 0.0
        self._repair = 0.0

    @property
    def repairable(self) -> bool:
        """It pays to have the packet after a lost one when its turn comes."""
        return self._lost > self._tuning.lossy and self._repair > self._tuning.repairing

    def note_lost(self) -> None:
        """A packet was not there."""
        self._lost += (1 - self._lost) * (1 - self._tuning.loss_memory)

    def note_played(self, *, carries_repair: bool) -> None:
        """A packet was there."""
        self._lost *= self._tuning.loss_memory
        self._repair += (carries_repair - self._repair) * (1 - self._tuning.loss_memory)
