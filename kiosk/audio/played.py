"""What has left the loudspeaker, told from what was handed to the sound card."""

from collections import deque
from dataclasses import dataclass

from kiosk.audio.port import FRAME_MS, FRAME_SAMPLES, RATE_HZ
from kiosk.audio.rhythm import RhythmWatch
from kiosk.core.rhythm import Rhythm

AUDIBLE_DBFS = -50.0
"""Above it a voice is heard."""
RELEASE_S = 0.2
"""Shorter gaps, as between words, are still audible speech."""


@dataclass(frozen=True, slots=True)
class Played:
    """What the loudspeaker is doing at one time."""

    voice_ms: int
    """Voice that has left it."""
    in_card_ms: int
    """Voice that was handed over and has not left it."""
    audible: bool
    rhythm: Rhythm


@dataclass(frozen=True, slots=True)
class _Block:
    leaves_s: float
    voice: int
    level_dbfs: float
    rhythm: Rhythm
    """Up to the end of this block."""


class PlayedClock:
    """Remembers the blocks on their way through the sound card; one thread adds, one asks."""

    def __init__(self) -> None:
        self._blocks: deque[_Block] = deque()
        self._voice = 0
        self._heard_s = float("-inf")
        self._watch = RhythmWatch()
        self._rhythm = Rhythm()

    def add(self, leaves_s: float, voice: int, level_dbfs: float) -> None:
        """Note one block: when it begins to leave, how many samples of it are voice, its level."""
        rhythm = self._watch.hear(level_dbfs, FRAME_SAMPLES, voice)
        self._blocks.append(_Block(leaves_s, voice, level_dbfs, rhythm))

    def at(self, now_s: float) -> Played:
        """Tell the state at `now_s`, which never goes back."""
        block_s = FRAME_MS / 1000
        while self._blocks and self._blocks[0].leaves_s <= now_s - block_s:
            block = self._blocks.popleft()
            self._voice += block.voice
            self._note(block)
        partial = 0
        waiting = 0
        for block in tuple(self._blocks):
            share = min(1.0, max(0.0, (now_s - block.leaves_s) / block_s))
            if share > 0:
                self._note(block)
            partial += int(block.voice * share)
            waiting += block.voice
        return Played(
            voice_ms=(self._voice + partial) * 1000 // RATE_HZ,
            in_card_ms=-(-(waiting - partial) * 1000 // RATE_HZ),
            audible=now_s - self._heard_s <= RELEASE_S,
            rhythm=self._rhythm,
        )

    def _note(self, block: _Block) -> None:
        self._rhythm = block.rhythm
        if block.level_dbfs > AUDIBLE_DBFS:
            self._heard_s = block.leaves_s + FRAME_MS / 1000
