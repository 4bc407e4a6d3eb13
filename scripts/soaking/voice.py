"""What a candidate of a soak says: a sound that is taken for a voice."""

import numpy as np
import numpy.typing as npt

from kiosk.audio.port import RATE_HZ

LEVEL = 8000
PITCH_HZ = 220.0


def voice(seconds: float) -> npt.NDArray[np.int16]:
    """Return so much of it, at 48 kHz."""
    phase = np.arange(round(seconds * RATE_HZ)) * 2 * np.pi * PITCH_HZ / RATE_HZ
    return np.asarray(LEVEL * (np.sin(phase) + 0.5 * np.sin(3 * phase)), np.int16)
