"""How loud the interviewer is: the same from voice to voice, and never more than the room may get.

The level of speech is measured in the manner of ITU-T P.56, while there is speech.  One voice at a
time has one spectrum, so a weighting by frequency as in ITU-R BS.1770 would move all by the same.
"""

import math

import numpy as np

from kiosk.audio.limiter import Limiter, Wave
from kiosk.audio.pcm import Pcm
from kiosk.audio.speech import BLOCK_S, SpeechLevel

FULL_SCALE = 32768.0
SILENCE_DBFS = -60.0
"""Quieter is no speech, however quiet the voice: the pauses of a synthetic voice are below."""
SPEECH_DB = 20.0
"""Blocks so far below the loudest are pauses: they lie some 7 dB over the level of speech, and P.56
takes what is less than 15.9 dB below that level for speech."""
FORGET_DB_S = 6.0
"""So fast the loudest is forgotten, while something is heard: a voice that comes back 20 dB quieter
is taken for speech after two seconds."""
FIRST_S = 1.0
"""So much speech is listened to before the gain moves at all: a word says little of the level."""
REACH_DB = 9.0
"""The voice is moved at most so far: more would lift a fault, or what is no voice."""
SLEW_DB_S = 1.5
"""The gain moves so slowly that nobody hears it move."""
SETTLED_DB = 0.5
"""Nearer to where it belongs the gain rests: half of what a listener tells apart in speech."""

_SILENT_POWER = 10 ** (SILENCE_DBFS / 10)
_SPEECH_SHARE = 10 ** (-SPEECH_DB / 10)
_FORGET = 10 ** (-FORGET_DB_S * BLOCK_S / 10)
_STEP_DB = SLEW_DB_S * BLOCK_S


class Loudness:
    """Shapes the voice on its way to the loudspeaker, for one conversation."""

    def __init__(self, loudness_dbfs: float, ceiling_dbfs: float, volume_db: float) -> None:
        self._target_db = loudness_dbfs
        self._volume_db = volume_db
        self._limit = math.floor(FULL_SCALE * 10 ** (ceiling_dbfs / 20))
        self._limiter = Limiter(self._limit)
        self._loudest = 0.0
        self._level = SpeechLevel()
        """Before the gain."""
        self._gain_db = 0.0
        self._gain = 10 ** (volume_db / 20)

    @property
    def gain_db(self) -> float:
        """What the voice is moved by now, without the volume."""
        return self._gain_db

    def shape(self, block: Pcm) -> Pcm:
        """Return 10 ms of the voice as it leaves the booth, `limiter.LOOK_AHEAD_MS` late."""
        wave = block.astype(np.float32)
        before = self._gain
        if self._listen(float(np.dot(wave, wave)) / len(wave) / FULL_SCALE**2):
            self._move()
        if self._gain == before:
            wave *= before
        else:
            wave *= np.linspace(before, self._gain, len(wave), endpoint=False, dtype=np.float32)
        return self._whole(self._limiter(wave))

    def _listen(self, power: float) -> bool:
        """Take the power of a block into account; True for speech of a level that is known."""
        if power <= _SILENT_POWER:
            return False
        self._loudest = max(power, self._loudest * _FORGET)
        if power < self._loudest * _SPEECH_SHARE:
            return False
        self._level.add(power)
        return self._level.seconds >= FIRST_S

    def _move(self) -> None:
        wanted_db = max(-REACH_DB, min(REACH_DB, self._target_db - self._level.dbfs))
        far_db = wanted_db - self._gain_db
        if abs(far_db) > SETTLED_DB:
            self._gain_db += math.copysign(_STEP_DB, far_db)
            self._gain = 10 ** ((self._gain_db + self._volume_db) / 20)

    def _whole(self, wave: Wave) -> Pcm:
        return np.clip(np.rint(wave), -self._limit, self._limit).astype(np.int16)
