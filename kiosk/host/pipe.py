"""A button that any program may press: a named pipe that takes `down` and `up`, a word a line."""

import asyncio
import os
import stat
from collections.abc import Callable
from pathlib import Path

_LEVELS = {b"down": True, b"up": False}
_LONGEST_BYTES = 64
"""No line that means anything is longer."""


class PipeError(Exception):
    """There is no usable pipe; the text says why in one sentence."""


class PipeButton:
    """The pipe at `path`.  Lines that are neither `down` nor `up` are ignored."""

    def __init__(self, path: Path) -> None:
        """Take the pipe, or make one for the booth's own user only; raises `PipeError`."""
        try:
            if not path.exists():
                os.mkfifo(path, 0o600)
            # Opened to write too, so that it does not end whenever a program has written.
            self._pipe = os.open(path, os.O_RDWR | os.O_NONBLOCK)
        except OSError as error:
            raise PipeError(f"The pipe {path} cannot be used: {error.strerror}.") from error
        if not stat.S_ISFIFO(os.fstat(self._pipe).st_mode):
            os.close(self._pipe)
            raise PipeError(f"{path} is not a pipe.")
        self._loop: asyncio.AbstractEventLoop | None = None
        self._begun = b""
        self._down = False

    def start(self, on_edge: Callable[[bool], None]) -> None:
        """Tell each edge, on the running loop."""
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(self._pipe, self._read, on_edge)

    def is_down(self) -> bool:
        """Return what the last line said."""
        return self._down

    def stop(self) -> None:
        """Close the pipe; what is written later is lost."""
        if self._loop is not None:
            self._loop.remove_reader(self._pipe)
        os.close(self._pipe)

    def _read(self, on_edge: Callable[[bool], None]) -> None:
        try:
            heard = os.read(self._pipe, 4096)
        except BlockingIOError:
            return
        *lines, rest = (self._begun + heard).split(b"\n")
        self._begun = rest[: _LONGEST_BYTES + 1]
        for line in lines:
            level = _LEVELS.get(line.strip())
            if level is not None:
                self._down = level
                on_edge(level)
