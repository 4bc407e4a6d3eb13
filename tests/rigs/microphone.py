"""A microphone that is a pipe: what is said arrives while it is said, and between is silence."""

import os
import threading
import time
from contextlib import suppress
from pathlib import Path

import numpy as np
import numpy.typing as npt

from kiosk.audio.port import FRAME_MS, FRAME_SAMPLES


class PipeMicrophone:
    """The pipe at `path`, for `[audio] input`; any thread may speak."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._away = path.with_suffix(".away")
        os.mkfifo(path)
        # Opened to read too, so that nobody has to listen; what is not heard in time is dropped.
        self._pipe = os.open(path, os.O_RDWR | os.O_NONBLOCK)
        self._open = threading.Lock()

    def play(self, samples: npt.NDArray[np.int16]) -> None:
        """Let this be heard, 48 kHz mono, at the pace of a sound card; returns when it was."""
        began_s = time.monotonic()
        for number, first in enumerate(range(0, len(samples), FRAME_SAMPLES), start=1):
            frame = samples[first : first + FRAME_SAMPLES].astype("<i2")
            with self._open, suppress(OSError):
                os.write(self._pipe, frame.tobytes())
            time.sleep(max(0.0, began_s + number * FRAME_MS / 1000 - time.monotonic()))

    def unplug(self) -> None:
        """Take it away, for who opens it next."""
        self._path.rename(self._away)

    def plug(self) -> None:
        """Put it back, if it was taken away."""
        if self._away.exists():
            self._away.rename(self._path)

    def close(self) -> None:
        """Close it; who still speaks is not heard."""
        with self._open:
            pipe, self._pipe = self._pipe, -1
            os.close(pipe)
