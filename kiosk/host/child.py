"""A process that tells by its first line that it is ready, and stops when its input ends."""

import os
import select
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import IO

from kiosk.secret import without_secrets

START_LIMIT_S = 60.0
"""Until the first line, on a slow machine with a cold disk."""
STOP_LIMIT_S = 3.0
_READY = " ready at "


class NotReadyError(Exception):
    """A child does not come up; the text is what it said instead, empty for nothing in time."""


def ready(who: str, where: object) -> None:
    """Tell whoever started this process that `who` can be reached, and where."""
    print(f"{who}{_READY}{where}", flush=True)


class Child:
    """`python -m module arguments`, in a session of its own and without secrets."""

    def __init__(self, module: str, arguments: Sequence[str]) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", module, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=without_secrets(os.environ),
            start_new_session=True,
        )

    def until_ready(self) -> str:
        """Wait until it has told that it is `ready`; return where.

        Else it is ended; raises `NotReadyError`.
        """
        try:
            readable, _, _ = select.select([self._said], [], [], START_LIMIT_S)
            line = self._said.readline().strip() if readable else ""
        except BaseException:
            self.stop()
            raise
        _, told, where = line.partition(_READY)
        if not told:
            self.stop()
            raise NotReadyError(line)
        return where

    def tell(self, line: str) -> None:
        """Write one line to its input."""
        told = self._told
        told.write(f"{line}\n")
        told.flush()

    def lines(self) -> Iterator[str]:
        """Yield what it says from now on, until it ends."""
        with self._said as said:
            for line in said:
                yield line.rstrip("\n")

    def stop(self, limit_s: float = STOP_LIMIT_S) -> None:
        """End it: of itself within `limit_s`, else by force."""
        self.end(limit_s)
        self._said.close()

    def last_words(self, limit_s: float = STOP_LIMIT_S) -> str:
        """End it as `stop` does, and return what it said after its first line.

        Waits for its children too, where they share its output.
        """
        self.end(limit_s)
        with self._said as said:
            return said.read()

    def end(self, limit_s: float = STOP_LIMIT_S) -> None:
        """End it as `stop` does; what it has said can still be read."""
        process = self._process
        with suppress(BrokenPipeError):
            self._told.close()
        try:
            process.wait(limit_s)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    @property
    def _told(self) -> IO[str]:
        told = self._process.stdin
        assert told is not None
        return told

    @property
    def _said(self) -> IO[str]:
        said = self._process.stdout
        assert said is not None
        return said
