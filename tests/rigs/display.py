"""A private X server, and a hand at its keyboard."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

MISSING = [name for name in ("Xvfb", "xdotool") if not shutil.which(name)]
"""Programs that the rig needs and this machine has not."""
_LIMIT_S = 20


@dataclass(frozen=True, slots=True)
class Display:
    """The server."""

    name: str
    """For `DISPLAY`."""
    pid: int

    def do(self, *words: str) -> None:
        """Let `xdotool` do one thing."""
        environ = {**os.environ, "DISPLAY": self.name}
        subprocess.run(["xdotool", *words], env=environ, check=True, timeout=_LIMIT_S)


@contextmanager
def display(width: int, height: int) -> Iterator[Display]:
    """Run a server of that size; the window under the pointer, in its middle, has the keys."""
    read, write = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(write), "-screen", "0", f"{width}x{height}x24"],
        pass_fds=[write],
        stderr=subprocess.DEVNULL,
    )
    os.close(write)
    try:
        with os.fdopen(read) as told:
            screen = Display(f":{told.readline().strip()}", server.pid)
        yield screen
    finally:
        server.terminate()
        server.wait()
