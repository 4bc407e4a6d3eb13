"""A microphone that is a pipe: what is said arrives while it is said, and between is silence."""

import os
import time
from contextlib import suppress
from pathlib import Path

import numpy as np

from kiosk.audio.port import FRAME_MS, RATE_HZ

LEVEL = 8000
PITCH_HZ = 220.0


class Microphone:
    """The pipe at `path`, which can be taken away and put back."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._away = path.with_suffix(".away")
        os.mkfifo(path)
        # Opened to read too, so that nobody has to listen; what is not heard in time is dropped.
        self._pipe = os.open(path, os.O_RDWR | os.O_NONBLOCK)

    def say(self, seconds: float) -> None:
        """Make a sound that is taken for a voice; returns when it is over."""
        began_s = time.monotonic()
        for number in range(round(1000 * seconds / FRAME_MS)):
            first = number * RATE_HZ * FRAME_MS // 1000
            phase = (first + np.arange(RATE_HZ * FRAME_MS // 1000)) * 2 * np.pi * PITCH_HZ / RATE_HZ
            pcm = LEVEL * (np.sin(phase) + 0.5 * np.sin(3 * phase))
            with suppress(BlockingIOError):
                os.write(self._pipe, pcm.astype("<i2").tobytes())
            time.sleep(max(0.0, began_s + (number + 1) * FRAME_MS / 1000 - time.monotonic()))

    def unplug(self) -> None:
        """Take it away, for who opens it next."""
        self._path.rename(self._away)

    def plug(self) -> None:
        """Put it back."""
        self._away.rename(self._path)

    def close(self) -> None:
        """Let go of it."""
        os.close(self._pipe)
