"""The stand-in service as a process of its own, reached like the cloud over HTTP and WebRTC."""

import os
import subprocess
import sys
from types import TracebackType
from typing import Self

from kiosk.errors import CommandError
from kiosk.secret import without_secrets

READY = "stand-in ready at "
STOP_LIMIT_S = 3.0


class StandinProcess:
    """`with StandinProcess(script) as standin: standin.base_url`."""

    def __init__(self, script: str) -> None:
        self._arguments = ["standin", "--port", "0", "--script", script]
        self._process: subprocess.Popen[str] | None = None
        self.base_url = ""

    def __enter__(self) -> Self:
        """Start it and wait until it listens; raises `CommandError` with its own words."""
        process = subprocess.Popen(
            [sys.executable, "-m", "kiosk", *self._arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            text=True,
            env=without_secrets(os.environ),
            start_new_session=True,
        )
        self._process = process
        assert process.stdout is not None
        line = process.stdout.readline().strip()
        if not line.startswith(READY):
            self.__exit__(None, None, None)
            raise CommandError([line or "The stand-in did not start."])
        self.base_url = line.removeprefix(READY)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End it."""
        process, self._process = self._process, None
        if process is None:
            return
        process.terminate()
        try:
            process.wait(STOP_LIMIT_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        assert process.stdout is not None
        process.stdout.close()
