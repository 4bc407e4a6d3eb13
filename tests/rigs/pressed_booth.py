"""A booth as `kiosk run` makes it, whose button is moved by lines of standard input.

`python -m tests.rigs.pressed_booth FILE` takes the settings of FILE, reads `down` and `up`, and
prints `phase: …` whenever the phase changes,
and when a changed configuration is taken up.
"""

import os
import sys
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path

from kiosk import config, log
from kiosk.booth import Booth
from kiosk.core import effects as do
from kiosk.core import events as on
from kiosk.core.snapshot import Phase
from kiosk.core.state import State
from kiosk.extras import Extras
from kiosk.host.systemd import under_systemd
from kiosk.reading import read


class TypedButton:
    """Down and up as they are typed."""

    def __init__(self) -> None:
        self._down = False

    def start(self, on_edge: Callable[[bool], None]) -> None:
        """Begin to read."""

        def read() -> None:
            for line in sys.stdin:
                self._down = line.strip() == "down"
                on_edge(self._down)

        threading.Thread(target=read, daemon=True).start()

    def is_down(self) -> bool:
        """Return what was typed last."""
        return self._down

    def stop(self) -> None:
        """Leave the reading thread to the end of the process."""


class Told:
    """Prints each phase when it begins."""

    def __init__(self) -> None:
        self._phase: Phase | None = None

    def __call__(
        self, state: State, _: on.Event, effects: tuple[do.Effect, ...], __: float
    ) -> None:
        if state.phase is not self._phase:
            self._phase = state.phase
            print(f"phase: {state.phase.value}", flush=True)
        if do.TakeUp() in effects:
            print("takes up the changed configuration", flush=True)


def main(path: Path) -> int:
    """Be the booth."""
    service = under_systemd(os.environ)
    log.set_up(os.environ, debug=True)
    environ = config.environment(os.environ, Path.cwd(), under_systemd=service)
    extras = Extras(buttons=(TypedButton(),), observe=Told())
    reread = partial(read, path, environ)
    booth = Booth(reread(), config.api_key(environ), environ, extras, reread=reread)
    return booth.run()


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
