"""Copies of the sound for a demo: files of both voices, and a pipe of what the room hears."""

import errno
import json
import os
import time
from pathlib import Path

from kiosk.audio.pcm import Pcm
from kiosk.audio.port import RATE_HZ
from kiosk.audio.wav import WavWriter

SLACK_S = 0.04
"""Times of a device jitter by less; more is a gap in the sound."""
REOPEN_S = 0.1
"""How often a pipe without a reader is tried."""


class Track:
    """One recording, in which every sample stands at its time."""

    def __init__(self, path: Path, began_s: float) -> None:
        self._began_s = began_s
        self._writer = WavWriter(path, resume=True)
        self._position = 0

    def add(self, at_s: float, pcm: Pcm) -> None:
        """Put a block at its time, or straight after the last one where they nearly touch."""
        due = round((at_s - self._began_s) * RATE_HZ)
        if abs(due - self._position) > SLACK_S * RATE_HZ:
            self._position = max(0, due)
        self._writer.write(self._position, pcm)
        self._position += len(pcm)

    @property
    def samples(self) -> int:
        """Length so far."""
        return self._writer.samples

    def close(self, samples: int) -> None:
        """End with silence up to a length."""
        self._writer.close(samples)


class Recorder:
    """`speaker.wav` and `microphone.wav`, both from the same instant, which `sound.json` tells."""

    def __init__(self, folder: Path, began_s: float) -> None:
        self._began_s = began_s
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "sound.json").write_text(json.dumps({"began_s": began_s}) + "\n")
        self.speaker = Track(folder / "speaker.wav", began_s)
        self.microphone = Track(folder / "microphone.wav", began_s)

    def close(self) -> None:
        """End both at the same length."""
        now = round((time.monotonic() - self._began_s) * RATE_HZ)
        samples = max(now, self.speaker.samples, self.microphone.samples)
        self.speaker.close(samples)
        self.microphone.close(samples)


class Monitor:
    """A pipe that somebody may listen at; who does not keep up misses frames."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._pipe: int | None = None
        self._next_try_s = 0.0

    def add(self, pcm: Pcm) -> None:
        """Write one frame, if it can be done at once."""
        if self._pipe is None and not self._open():
            return
        assert self._pipe is not None
        try:
            os.write(self._pipe, pcm.tobytes())
        except BlockingIOError:
            return
        except BrokenPipeError:
            self.close()

    def close(self) -> None:
        """Let the listener see the end."""
        if self._pipe is not None:
            os.close(self._pipe)
            self._pipe = None

    def _open(self) -> bool:
        now_s = time.monotonic()
        if now_s < self._next_try_s:
            return False
        self._next_try_s = now_s + REOPEN_S
        try:
            self._pipe = os.open(self._path, os.O_WRONLY | os.O_NONBLOCK)
        except OSError as error:
            if error.errno not in (errno.ENXIO, errno.ENOENT):
                raise
            return False
        return True
