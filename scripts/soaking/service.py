"""The stand-in of a soak, a process of its own that is told what goes wrong next.

Each line of its input is a JSON list of drills (`kiosk.standin.faults`), which hold for requests
and calls from then on.  Each is answered by a line with the number of calls that are open.
"""

import asyncio
import json
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
from numpy.typing import NDArray

from kiosk.host.child import Child, ready
from kiosk.standin.faults import parse_faults
from kiosk.standin.server import Standin, StandinOptions
from tests.rigs.orders import orders
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
        self._child = Child(__name__, [str(folder / "interviews")])
        self.base_url = self._child.until_ready()
        self._answers = self._child.lines()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._child.stop()

    def drill(self, faults: Sequence[str] = ()) -> int:
        """Have this go wrong from now on, and nothing else; returns how many calls are open.

        Any thread may.
        """
        with self._speaking:
            self._child.tell(json.dumps(list(faults)))
            return int(next(self._answers))

    @property
    def open_calls(self) -> int:
        """Calls that nobody has hung up; ends what goes wrong."""
        return self.drill()


async def _serve(directory: Path) -> None:
    options = StandinOptions(port=0, script="short", script_directory=directory, key=KEY, pace=PACE)
    async with Standin(options, voice=Murmur(), hearing=Nods()) as standin:
        ready("stand-in", standin.base_url)
        async for drills in orders():
            standin.faults = parse_faults(drills)
            print(len(standin.calls), flush=True)


if __name__ == "__main__":
    asyncio.run(_serve(Path(sys.argv[1])))
