"""Who may be heard: half-duplex for open loudspeakers, and a watch for dead microphones."""

from kiosk.audio.pcm import Pcm

HOLD_S = 0.3
"""How long a room, and a loudspeaker's own delay, carry the voice on."""
FLOOR_DBFS = -50.0
"""Quieter is not heard as voice at arm's length from a loudspeaker at speaking level."""
DEAD_AFTER_S = 5.0
"""Even a quiet room gives a live microphone noise well before that."""


class HalfDuplex:
    """Holds the microphone back while the loudspeaker is heard, and `HOLD_S` after."""

    def __init__(self) -> None:
        self._until_s = float("-inf")

    def heard_at(self, begin_s: float, end_s: float, level_dbfs: float) -> None:
        """Note what the loudspeaker plays between two times; may lie in the future."""
        if level_dbfs > FLOOR_DBFS and end_s > begin_s:
            self._until_s = max(self._until_s, end_s + HOLD_S)

    def closed(self, at_s: float) -> bool:
        """Tell whether sound captured at that time must be held back."""
        return at_s < self._until_s


class SilenceWatch:
    """Tells a dead microphone from a quiet room: only a dead one gives nothing but zeros."""

    def __init__(self) -> None:
        self._silent_since_s: float | None = None
        self.dead = False
        """True from `DEAD_AFTER_S` of zeros until something else is captured."""

    def hear(self, block: Pcm, at_s: float) -> None:
        """Look at one captured block."""
        if block.any():
            self._silent_since_s, self.dead = None, False
        elif self._silent_since_s is None:
            self._silent_since_s = at_s
        elif at_s - self._silent_since_s > DEAD_AFTER_S:
            self.dead = True
