"""A booth as `kiosk run` makes it, of which a part stands still or fails as soon as that is typed.

`python -m tests.rigs.blocked_booth FILE` takes the settings of FILE, reads the words of `WAYS`, and
prints what the journal would be told.
A machine's booth is broken by the same means: `by_pipe`, which its Python calls as it starts.
"""

import asyncio
import ctypes
import os
import sys
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from types import FrameType

LONG_S = 3600


def _block_loop() -> None:
    _loop().call_soon_threadsafe(time.sleep, LONG_S)


def _fail() -> None:
    """Let a callback of the booth's own fail, as a defect would."""
    from kiosk.report.status import told  # noqa: PLC0415 - a machine's Python has nothing loaded yet

    _loop().call_soon_threadsafe(told, None)  # type: ignore[arg-type]


def _block_window() -> None:
    """As a driver does that does not come back."""
    import pygame  # noqa: PLC0415

    vars(pygame.display)["update"] = lambda _: time.sleep(LONG_S)


def _hold_the_lock() -> None:
    """As an extension does that forgets to let go of Python."""
    ctypes.PyDLL(None).sleep(LONG_S)


def _crash() -> None:
    ctypes.string_at(0)


WAYS: Mapping[str, Callable[[], None]] = {
    "loop": _block_loop,
    "window": _block_window,
    "python": _hold_the_lock,
    "part": _fail,
    "crash": _crash,
}


def _loop() -> asyncio.AbstractEventLoop:
    """The booth's event loop, found in the stack of its thread."""
    live = next(each.ident for each in threading.enumerate() if each.name == "live")
    assert live is not None
    frame: FrameType | None = sys._current_frames()[live]
    while frame is not None:
        loop = frame.f_locals.get("self")
        if isinstance(loop, asyncio.AbstractEventLoop):
            return loop
        frame = frame.f_back
    raise LookupError("no loop runs in the booth's thread")


def obey(lines: Iterable[str]) -> None:
    """Break the booth in each way that is named."""
    for line in lines:
        WAYS[line.strip()]()


PIPE_VARIABLE = "KIOSK_BREAKING_PIPE"


def by_pipe() -> None:
    """Obey what is written to the pipe that a unit names; in its main process only."""
    path = os.environ.get(PIPE_VARIABLE, "")
    if path and os.environ.get("SYSTEMD_EXEC_PID") == str(os.getpid()):
        with suppress(FileExistsError):
            os.mkfifo(path)

        def read() -> None:
            with Path(path).open() as pipe:
                obey(pipe)

        threading.Thread(target=read, daemon=True).start()


if __name__ == "__main__":
    from kiosk import log, start

    log.set_up({}, debug=True)
    threading.Thread(target=obey, args=[sys.stdin], daemon=True).start()
    sys.exit(start.main(Path(sys.argv[1])))
