"""What a candidate speaks into: `tests/rigs/microphone.py`, or a sink of a sound server."""

import time
from contextlib import ExitStack
from typing import Protocol

import numpy as np

from faulting.sounds import Samples
from kiosk.audio.port import RATE_HZ
from tests.rigs.pulse import Pulse

_ROOM, _ROOM_S = 6, 240.0


class Microphone(Protocol):
    """What a candidate speaks into."""

    def play(self, samples: Samples) -> None:
        """Let this be heard; returns when it was."""

    def plug(self) -> None:
        """It was plugged in again."""

    def close(self) -> None:
        """Let go of it."""


class Sink:
    """The sink of a server whose monitor is the booth's microphone."""

    def __init__(self, server: Pulse) -> None:
        self._server = server
        self._room = ExitStack()
        self.plug()

    def plug(self) -> None:
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
