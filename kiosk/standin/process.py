"""The stand-in service as a process of its own, reached like the cloud over HTTP and WebRTC."""

import os
import signal
import sys
import threading
from pathlib import Path
from types import TracebackType
from typing import Self

from kiosk import log
from kiosk.errors import CommandError
from kiosk.host.child import STOP_LIMIT_S, Child, NotReadyError

MUST_HEAR = "must-hear"
TAKES_OVER = "takes-over"


class StandinProcess:
    """`with StandinProcess(script, directory) as standin: standin.base_url`."""

    def __init__(
        self, script: str, directory: Path, *, must_hear: bool = False, takes_over: bool = False
    ) -> None:
        """With `must_hear` it does not start where it cannot recognise speech.

        With `takes_over` it says who it is when it goes on with an interview.
        """
        wishes = {MUST_HEAR: must_hear, TAKES_OVER: takes_over}
        self._arguments = [script, str(directory), *(name for name, on in wishes.items() if on)]
        self._process: Child | None = None
        self.base_url = ""

    def __enter__(self) -> Self:
        """Start it and wait until it listens; raises `CommandError` with its own words."""
        self.start()
        return self

    def start(self) -> str:
        """Start it and return where it listens; raises `CommandError` with its own words.

        `stop` may be called meanwhile, from another thread.
        """
        process = self._process = Child(__name__, self._arguments)
        try:
            self.base_url = process.until_ready()
        except NotReadyError as problem:
            raise CommandError([str(problem) or "The stand-in did not start."]) from problem
        return self.base_url

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End it."""
        self.stop()

    def stop(self, limit_s: float = STOP_LIMIT_S) -> None:
        """End it, if it runs: of itself within the limit, else by force."""
        process, self._process = self._process, None
        if process is not None:
            process.stop(limit_s)


def main(script: str, directory: Path, *, must_hear: bool, takes_over: bool) -> int:
    """Serve until standard input ends, so that the stand-in never outlives who wanted it."""
    threading.Thread(target=_end_with_our_parent, daemon=True).start()
    log.set_up(os.environ)
    from kiosk.standin import server  # noqa: PLC0415 - needed in its own process only

    options = server.StandinOptions(
        port=0,
        script=script,
        script_directory=directory,
        must_hear=must_hear,
        takes_over=takes_over,
    )
    try:
        return server.main(options)
    except CommandError as error:
        print(str(error).replace("\n", " "), flush=True)
        return error.status


def _end_with_our_parent() -> None:
    sys.stdin.read()
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    sys.exit(
        main(
            sys.argv[1],
            Path(sys.argv[2]),
            must_hear=MUST_HEAR in sys.argv[3:],
            takes_over=TAKES_OVER in sys.argv[3:],
        )
    )
