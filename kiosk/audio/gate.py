"""Who may be heard: what holds the microphone back, and a watch for dead ones (pure)."""

from collections import deque

from kiosk.audio.pcm import Pcm
from kiosk.audio.port import FRAME_MS

HOLD_S = 0.3
"""How long a room, and a loudspeaker's own delay, carry the voice on."""
FLOOR_DBFS = -50.0
"""Quieter is not heard as voice at arm's length from a loudspeaker at speaking level."""
LEARNED_DB = 10.0
"""A canceller that takes out so much has learned the room."""
LEARNED_OF = (95, 100)
"""So many of the last so many blocks in which the voice could come back must be without it.  AEC3
takes out everything in its first half second, and lets through more again while it adapts."""
NO_ECHO_BLOCKS = 100
"""Voice without any echo after which there is none: the longest delay is half of it."""
UNSETTLED_BLOCKS = 300
"""Voice after which a canceller counts as settled in any case: AEC3 takes 1 to 3 s, and who talks
all the while hides what it does."""
DEAD_AFTER_S = 2.0
"""Even a quiet room gives a live microphone noise well before that; some take 1 s to begin."""
GAP_S = 0.3
"""Zeros of that length between sounds are the noise gate of a microphone that has one; what a
machine drops now and then is shorter."""
GATED_DEAD_AFTER_S = (5.0, 10.0, 20.0, 30.0)
"""The same as `DEAD_AFTER_S` after one gap, after two, and so on; the last one repeats.  A loose
plug makes few gaps and is still told soon, a gate makes one with every phrase."""


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


class Settling:
    """Follows an echo canceller until it has learned; told of every block of 10 ms."""

    def __init__(self) -> None:
        self.settled = False
        """It has learned; what it leaves may be heard."""
        self._recent: deque[bool] = deque(maxlen=LEARNED_OF[1])
        self._voiced = 0
        self._carries = 0

    def disturb(self) -> None:
        """What was learned no longer holds."""
        self.settled = False
        self._recent.clear()
        self._voiced = 0

    def hear(self, played_dbfs: float, captured_dbfs: float, left_dbfs: float) -> None:
        """Look at a block: what is played by now, what was captured, what was left of it."""
        if self.settled:
            return
        if played_dbfs > FLOOR_DBFS:
            self._carries = round(HOLD_S * 100)
        elif self._carries == 0:
            return
        self._carries -= 1
        self._voiced += 1
        if captured_dbfs > FLOOR_DBFS:
            self._recent.append(left_dbfs < FLOOR_DBFS or captured_dbfs - left_dbfs > LEARNED_DB)
        enough = UNSETTLED_BLOCKS if self._recent else NO_ECHO_BLOCKS
        self.settled = sum(self._recent) >= LEARNED_OF[0] or self._voiced >= enough


class SilenceWatch:
    """Tells a dead microphone from a quiet room: only a dead one gives nothing but zeros.

    One with a noise gate gives zeros wherever nobody speaks, so each gap that it came back from
    makes the watch more patient.
    """

    def __init__(self) -> None:
        self._silent_blocks = 0
        self._began = False
        self._gaps = 0

    @property
    def dead(self) -> bool:
        """True from so many seconds of zeros until something else is captured."""
        return self._silent_blocks * FRAME_MS > self._dead_after_s * 1000

    def hear(self, block: Pcm) -> None:
        """Look at one captured block of 10 ms."""
        if not block.any():
            self._silent_blocks += 1
            return
        shortest_s = GAP_S if self._began else DEAD_AFTER_S
        self._gaps += self._silent_blocks * FRAME_MS > shortest_s * 1000
        self._began = True
        self._silent_blocks = 0

    @property
    def _dead_after_s(self) -> float:
        if not self._gaps:
            return DEAD_AFTER_S
        return GATED_DEAD_AFTER_S[min(self._gaps, len(GATED_DEAD_AFTER_S)) - 1]
