"""A private X server, a hand at its keyboard, and an eye on its picture."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

MISSING = [name for name in ("Xvfb", "xdotool") if not shutil.which(name)]
"""Programs that the rig needs and this machine has not."""
_LIMIT_S = 20


@dataclass(frozen=True, slots=True)
class Display:
    """The server."""

    name: str
    """For `DISPLAY`."""
    pid: int
    picture: Path
    """Holds what it shows, in the format of xwd, at any moment."""

    def pixels(self) -> NDArray[np.uint8]:
        """Return what it shows: rows, columns, and red, green and blue."""
        data = self.picture.read_bytes()
        head = np.frombuffer(data, ">u4", 25)
        size, width, height, line_bytes, colours = (int(head[at]) for at in (0, 4, 5, 12, 19))
        rows = np.frombuffer(data, np.uint8, height * line_bytes, size + colours * 12)
        return rows.reshape(height, line_bytes)[:, : width * 4].reshape(height, width, 4)[
            :, :, 2::-1
        ]

    def do(self, *words: str) -> None:
        """Let `xdotool` do one thing."""
        environ = {**os.environ, "DISPLAY": self.name}
        subprocess.run(["xdotool", *words], env=environ, check=True, timeout=_LIMIT_S)


@contextmanager
def display(width: int, height: int) -> Iterator[Display]:
    """Run a server of that size; the window under the pointer, in its middle, has the keys."""
    read, write = os.pipe()
    with tempfile.TemporaryDirectory() as folder:
        size = f"{width}x{height}x24"
        server = subprocess.Popen(
            ["Xvfb", "-displayfd", str(write), "-screen", "0", size, "-fbdir", folder],
            pass_fds=[write],
            stderr=subprocess.DEVNULL,
        )
        os.close(write)
        try:
            with os.fdopen(read) as told:
                name = f":{told.readline().strip()}"
            yield Display(name, server.pid, Path(folder) / "Xvfb_screen0")
        finally:
            server.terminate()
            server.wait()
