"""The stand-in of a soak, a process of its own that is told what goes wrong next.

Each line of its input is a JSON list of drills (`kiosk.standin.faults`), which hold for requests
and calls from then on.  Each is answered by a line with the number of calls that are open.
"""

import asyncio
import json
import os
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
from numpy.typing import NDArray

from kiosk.standin.faults import parse_faults
from kiosk.standin.server import Standin, StandinOptions
from tests.rigs.standin import KEY, write_script
from tests.standin.conftest import Murmur

PACE = 30.0
"""Times faster than speech that a response is generated."""


class Nods:
    """Ears that hear the same long answer in whatever is said."""

    async def recognise(self, samples: NDArray[np.int16]) -> str:
        """Return an answer that needs no further question."""
        del samples
        return "I learned to ask early, to write things down and to leave time for what goes wrong."


class Service:
    """`with Service(folder) as service: service.base_url`."""

    def __init__(self, folder: Path) -> None:
        write_script(folder)
        self._speaking = threading.Lock()
        self._process = subprocess.Popen(
            [sys.executable, "-m", __name__, str(folder / "interviews")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.base_url = self._line()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()

    def drill(self, faults: Sequence[str] = ()) -> int:
        """Have this go wrong from now on, and nothing else; returns how many calls are open.

        Any thread may.
        """
        assert self._process.stdin is not None
        with self._speaking:
            self._process.stdin.write(json.dumps(list(faults)) + "\n")
            self._process.stdin.flush()
            return int(self._line())

    @property
    def open_calls(self) -> int:
        """Calls that nobody has hung up; ends what goes wrong."""
        return self.drill()

    def _line(self) -> str:
        assert self._process.stdout is not None
        line = self._process.stdout.readline().strip()
        assert line, "the stand-in is gone"
        return line


async def _serve(directory: Path) -> None:
    options = StandinOptions(port=0, script="short", script_directory=directory, key=KEY, pace=PACE)
    orders = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(orders), os.fdopen(0, "rb", buffering=0)
    )
    async with Standin(options, voice=Murmur(), hearing=Nods()) as standin:
        print(standin.base_url, flush=True)
        while line := await orders.readline():
            standin.faults = parse_faults(json.loads(line))
            print(len(standin.calls), flush=True)


if __name__ == "__main__":
    asyncio.run(_serve(Path(sys.argv[1])))
