"""The booth's own ear: whether somebody close speaks while the booth speaks.

It learns, band by band, how loud the room and the rest of the booth's own voice are while the booth
speaks.  Somebody speaks when many bands are louder than that at once, for a few blocks: a talker at
arm's length reaches from the pitch of the voice to its hiss, while what comes from afar has lost
both ends to air, corners and other people's coats.  No model of speech is needed, nothing waits for
a word, and a noise that keeps coming back becomes part of the room.
"""

from collections import deque

import numpy as np
import numpy.typing as npt

from kiosk.audio.gate import FLOOR_DBFS
from kiosk.audio.pcm import Pcm, silence
from kiosk.audio.port import FRAME_SAMPLES, RATE_HZ

Levels = npt.NDArray[np.float32]
"""One level for each band, in dBFS."""

WINDOW = 2 * FRAME_SAMPLES
"""20 ms: two periods of the deepest voice, half a block of delay."""
EDGES_HZ = (100, 200, 400, 700, 1000, 1500, 2000, 3000, 4000, 6000, 8000)
"""Ten bands, about as wide as the ear's where speech is."""
USUAL = 0.98
"""The share of the time in which a band is as quiet as the room: coughs of 0.3 s are forgiven."""
MEMORY_S = 15.0
"""How much of the booth's own speaking time the room is judged by."""
KEPT_BLOCKS = 3
"""One block of so many is kept."""
DOUBT_S = 1.0
"""What is newer may yet turn out to be a candidate and is not learned from."""
AFTER_S = 0.3
"""How long the booth's voice goes on in the room."""
LEARNED_S = 1.0
"""Less is not enough to know a room."""
QUIET_DBFS = -60.0
"""No band of a voice at arm's length is quieter where it matters: the least that counts as loud."""
LOUDEST_DB = 20.0
"""More in one band says no more."""
EXCESS_DB = 2.75
"""Mean over the bands that somebody exceeds the room by.  `scripts/bench sound duck` shows what
more and less cost."""
LOUD_BLOCKS, OF_BLOCKS = 3, 4
"""A clap is over sooner."""
AGAIN_BLOCKS = 10
"""How often the room is judged anew."""


class VoiceDetector:
    """Hears a candidate within 40 to 80 ms; fed by one thread, blocks of 10 ms at 48 kHz."""

    def __init__(self, excess_db: float = EXCESS_DB) -> None:
        self._enough_db = excess_db
        self._before = silence()
        self._window = np.hanning(WINDOW + 1)[:WINDOW].astype(np.float32)
        self._scale = float(np.sum(self._window**2)) * WINDOW / 2 * 32768.0**2
        self._bins = np.array([hz * WINDOW // RATE_HZ for hz in EDGES_HZ])
        self._room = np.zeros((round(MEMORY_S * 100 / KEPT_BLOCKS), len(EDGES_HZ) - 1), np.float32)
        self._kept = 0
        """Rows of `_room` ever written."""
        self._doubtful: deque[Levels] = deque()
        self._usual = np.zeros(0, np.float32)
        """The level that each band seldom exceeds; empty until the room is known."""
        self._block = 0
        self._played_block = -(10**9)
        self.excess_db = 0.0
        """By how much the last block exceeds the room, as a mean over the bands."""
        self._loud: deque[bool] = deque(maxlen=OF_BLOCKS)
        self._candidate_spoke = False

    @property
    def knows_room(self) -> bool:
        """It has heard enough of the booth's own speaking to tell a candidate."""
        return bool(len(self._usual))

    def hear(self, block: Pcm, *, played_dbfs: float) -> bool:
        """Tell whether somebody speaks in 10 ms of the microphone without echo.

        `played_dbfs` is the level at the loudspeaker; the room is learned while it
        is audible.  Feed nothing before the canceller has settled.
        """
        levels = self._levels(block)
        self._block += 1
        if self._candidate_spoke:
            self._candidate_spoke = False
            self._doubtful.clear()
            self._played_block = -(10**9)
        if played_dbfs > FLOOR_DBFS:
            self._played_block = self._block
        if self._block - self._played_block <= 100 * AFTER_S:
            self._learn(levels)
        if not self.knows_room:
            return False
        self.excess_db = float(np.clip(levels - self._usual, 0.0, LOUDEST_DB).mean())
        self._loud.append(self.excess_db > self._enough_db)
        return sum(self._loud) >= LOUD_BLOCKS

    def confirmed(self) -> None:
        """Take note, from any thread, that what was heard was a candidate; the voice is flushed."""
        self._candidate_spoke = True

    def _levels(self, block: Pcm) -> Levels:
        heard = np.concatenate([self._before, block]) * self._window
        self._before = block
        power = np.abs(np.fft.rfft(heard)[: self._bins[-1]]) ** 2
        bands = np.add.reduceat(power, self._bins[:-1]) / self._scale
        return np.asarray(10 * np.log10(bands + 1e-12), np.float32)

    def _learn(self, levels: Levels) -> None:
        if self._block % KEPT_BLOCKS == 0:
            self._doubtful.append(levels)
            if len(self._doubtful) > DOUBT_S * 100 / KEPT_BLOCKS:
                self._room[self._kept % len(self._room)] = self._doubtful.popleft()
                self._kept += 1
        if self._block % AGAIN_BLOCKS == 0 and self._kept >= LEARNED_S * 100 / KEPT_BLOCKS:
            known = self._room[: self._kept]
            rank = min(len(known) - 1, int(USUAL * len(known)))
            usual = np.partition(known, rank, axis=0)[rank]
            self._usual = np.maximum(usual, QUIET_DBFS)
