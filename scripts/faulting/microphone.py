"""A candidate's mouth: a microphone that is a pipe, or a sink of a sound server."""

import os
import threading
import time
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Protocol

import numpy as np

from faulting.sounds import Samples
from kiosk.audio.port import FRAME_MS, RATE_HZ
from tests.rigs.pulse import Pulse

_ROOM, _ROOM_S = 6, 240.0
_FRAME = RATE_HZ * FRAME_MS // 1000


class Microphone(Protocol):
    """What a candidate speaks into."""

    def play(self, samples: Samples) -> None:
        """Let this be heard; returns when it was."""

    def be_there(self) -> None:
        """It was plugged in again."""

    def close(self) -> None:
        """Let go of it."""


class Pipe:
    """The pipe at `path`: what is said arrives while it is said, and between is silence."""

    def __init__(self, path: Path) -> None:
        os.mkfifo(path)
        # Opened to read too, so that nobody has to listen; what is not heard in time is dropped.
        self._pipe = os.open(path, os.O_RDWR | os.O_NONBLOCK)
        self._open = threading.Lock()

    def play(self, samples: Samples) -> None:
        """Write it as a sound card would."""
        began_s = time.monotonic()
        for number, first in enumerate(range(0, len(samples), _FRAME), start=1):
            with self._open, suppress(BlockingIOError, OSError):
                os.write(self._pipe, samples[first : first + _FRAME].tobytes())
            time.sleep(max(0.0, began_s + number * FRAME_MS / 1000 - time.monotonic()))

    def be_there(self) -> None:
        """A pipe stays where it is."""

    def close(self) -> None:
        """Close it; who still speaks is not heard."""
        with self._open:
            pipe, self._pipe = self._pipe, -1
            os.close(pipe)


class Sink:
    """The sink of a server whose monitor is the booth's microphone."""

    def __init__(self, server: Pulse) -> None:
        self._server = server
        self._room = ExitStack()
        self.be_there()

    def be_there(self) -> None:
        """Let the room be heard a little: zeros are what a dead microphone gives."""
        self._room.close()
        noise = np.random.default_rng(1).integers(-_ROOM, _ROOM + 1, round(_ROOM_S * RATE_HZ))
        self._room.enter_context(self._server.speak(noise.astype(np.int16)))

    def play(self, samples: Samples) -> None:
        """Play it there."""
        with self._server.speak(samples):
            time.sleep(len(samples) / RATE_HZ + 0.3)

    def close(self) -> None:
        """Let the room be still."""
        self._room.close()
