"""The two pipes between a virtual candidate and the booth: raw mono s16 at 48 kHz."""

import contextlib
import errno
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from kiosk.audio.pcm import Pcm
from kiosk.audio.port import FRAME_BYTES

HELD_BYTES = 8192
"""How much a pipe to a busy booth may hold (85 ms); more would only make the candidate late."""
READ_BYTES = 65_536


class HearingPipe:
    """Reads what the loudspeaker plays."""

    def __init__(self, path: Path) -> None:
        self._pipe = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
        self._rest = b""

    def frames(self) -> Iterator[Pcm]:
        """Yield the whole frames that have come since."""
        with contextlib.suppress(BlockingIOError):
            self._rest += os.read(self._pipe, READ_BYTES)
        whole = len(self._rest) // FRAME_BYTES * FRAME_BYTES
        taken, self._rest = self._rest[:whole], self._rest[whole:]
        for start in range(0, whole, FRAME_BYTES):
            yield np.frombuffer(taken[start : start + FRAME_BYTES], "<i2")

    def close(self) -> None:
        """Stop listening."""
        os.close(self._pipe)


class SpeakingPipe:
    """Writes to the booth's microphone, as long as it is open."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._pipe: int | None = None
        self.dropped = 0
        """Frames the booth did not take in time."""

    @property
    def open(self) -> bool:
        """The booth listens; looks anew where it did not."""
        if self._pipe is None:
            try:
                self._pipe = os.open(self._path, os.O_WRONLY | os.O_NONBLOCK)
            except OSError as error:
                if error.errno not in (errno.ENXIO, errno.ENOENT):
                    raise
                return False
            fcntl.fcntl(self._pipe, fcntl.F_SETPIPE_SZ, HELD_BYTES)
        return True

    def write(self, frame: Pcm) -> bool:
        """Write one frame, or drop it where the pipe is full; False once the booth has closed."""
        if self._pipe is None:
            return False
        try:
            os.write(self._pipe, frame.tobytes())
        except BlockingIOError:
            self.dropped += 1
        except BrokenPipeError:
            self.close()
            return False
        return True

    def close(self) -> None:
        """Let go of the microphone."""
        if self._pipe is not None:
            os.close(self._pipe)
            self._pipe = None
