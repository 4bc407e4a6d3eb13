"""A process that tells by its first line that it is ready, and stops when its input ends."""

import os
import select
import subprocess
import sys
from collections.abc import Sequence
from typing import IO

from kiosk.secret import without_secrets

START_LIMIT_S = 60.0
"""Until the first line, on a slow machine with a cold disk."""


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

    def first_line(self) -> str:
        """Wait for what it says first; empty when that is nothing, or not said in time."""
        ready, _, _ = select.select([self._said], [], [], START_LIMIT_S)
        return self._said.readline().strip() if ready else ""

    def stop(self, limit_s: float) -> None:
        """End it: of itself within `limit_s`, else by force."""
        self._end(limit_s)
        self._said.close()

    def last_words(self, limit_s: float) -> str:
        """End it as `stop` does, and return what it said after its first line.

        Waits for its children too, where they share its output.
        """
        self._end(limit_s)
        with self._said:
            return self._said.read()

    @property
    def _said(self) -> IO[str]:
        said = self._process.stdout
        assert said is not None
        return said

    def _end(self, limit_s: float) -> None:
        process = self._process
        assert process.stdin is not None
        process.stdin.close()
        try:
            process.wait(limit_s)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
