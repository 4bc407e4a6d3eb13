"""Voice activity: is somebody speaking in this frame, over whatever the room does (pure).

The level of each 20 ms frame is compared with a noise floor that follows the quietest tenth of the
last seconds, so a fan, a hall or a louder hour of the fair are learned and speech is not.
"""

from collections import deque

import numpy as np
from numpy.typing import NDArray

RATE_HZ = 16_000
FRAME_MS = 20
FRAME = RATE_HZ * FRAME_MS // 1000

_SILENT_DB = -75.0
"""Below this a microphone is muted and says nothing about the room."""
_GATE_DB = -52.0
"""Quieter than this is not speech, however quiet the room is."""
_FLOOR_DB = (-70.0, -30.0)
_HISTORY = 3000 // FRAME_MS
_LEARN = 1000 // FRAME_MS
_PLAIN_DB = -40.0
"""Before the room is known only what is louder than this is taken for speech."""
_ONSET = (5, 8)
"""So many of the last so many frames must be loud: clicks and taps are shorter."""
_HYSTERESIS_DB = 4.0

_WINDOW = np.hanning(FRAME) / 32768.0
_WINDOW_ENERGY = float(FRAME * np.sum(np.hanning(FRAME) ** 2))
_VOICE_BAND = slice(200 * FRAME // RATE_HZ, 3400 * FRAME // RATE_HZ + 1)


def level_db(frame: NDArray[np.int16]) -> float:
    """Level of one frame in dBFS between 200 and 3400 Hz, where voices are and rumble is not."""
    spectrum = np.fft.rfft(frame * _WINDOW)[_VOICE_BAND]
    power = 2.0 * float(np.sum(np.abs(spectrum) ** 2)) / _WINDOW_ENERGY
    return 10.0 * float(np.log10(power + 1e-12))


class VoiceActivity:
    """Follows one microphone, frame by frame."""

    def __init__(self, threshold: float = 0.5) -> None:
        self._margin_db = 5.0 + 10.0 * threshold
        self._levels: deque[float] = deque(maxlen=_HISTORY)
        self._loud: deque[bool] = deque(maxlen=_ONSET[1])
        self._heard = 0
        self.speaking = False

    @property
    def floor_db(self) -> float:
        """Noise floor in dBFS."""
        if not self._levels:
            return _FLOOR_DB[0]
        quiet = float(np.quantile(self._levels, 0.1))
        return min(max(quiet, _FLOOR_DB[0]), _FLOOR_DB[1])

    def feed(self, frame: NDArray[np.int16]) -> bool:
        """Take `FRAME` samples (mono, 16 kHz); returns whether somebody is speaking now."""
        level = level_db(frame)
        if level > _SILENT_DB:
            self._levels.append(level)
            self._heard += 1
        self._loud.append(level > self._threshold_db())
        if self.speaking:
            self.speaking = any(self._loud)
        else:
            self.speaking = sum(self._loud) >= _ONSET[0]
        return self.speaking

    def _threshold_db(self) -> float:
        if self._heard < _LEARN:
            return _PLAIN_DB
        threshold = max(self.floor_db + self._margin_db, _GATE_DB)
        return threshold - _HYSTERESIS_DB if self.speaking else threshold
