"""The network of a venue as a process of its own, so that it takes no time from the booth's."""

import asyncio
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

from kiosk.errors import CommandError
from kiosk.host.child import Child, NotReadyError, ready
from kiosk.standin.venue.relay import Relay
from kiosk.standin.venue.scenario import DIRECTIONS, Direction, Scenario
from kiosk.standin.venue.scenario_file import load_scenario

Tally = Mapping[Direction, Mapping[str, int]]
"""What became of the datagrams of calls in each direction, as `Emulator.counts`."""


class VenueProcess:
    """`with VenueProcess(standin.base_url, path) as venue: venue.base_url`."""

    def __init__(self, target_base_url: str, path: Path) -> None:
        """`path` is a file that `load_scenario` has taken."""
        self._arguments = [target_base_url, str(path)]
        self._process: Child | None = None
        self._tally: Tally = {direction: {} for direction in DIRECTIONS}
        self.base_url = ""

    def __enter__(self) -> Self:
        """Start it and wait until it listens; raises `CommandError`."""
        process = Child(__name__, self._arguments)
        try:
            self.base_url = process.until_ready()
        except NotReadyError as problem:
            text = "The network between booth and stand-in did not start."
            raise CommandError([text]) from problem
        self._process = process
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End it."""
        self.stop()

    def stop(self) -> Tally:
        """End it, if it runs; return what it did, nothing where it had to be killed."""
        process, self._process = self._process, None
        if process is not None and (said := process.last_words()):
            self._tally = json.loads(said)
        return self._tally


def main(target_base_url: str, scenario: Scenario) -> None:
    """Relay until standard input ends, then print a `Tally` as one line of JSON."""
    asyncio.run(_relay(target_base_url, scenario))


async def _relay(target_base_url: str, scenario: Scenario) -> None:
    async with Relay(target_base_url, scenario) as relay:
        ready("network", relay.base_url)
        await asyncio.to_thread(sys.stdin.read)
        print(
            json.dumps(
                {direction: relay.emulator.counts["udp", direction] for direction in DIRECTIONS}
            ),
            flush=True,
        )


if __name__ == "__main__":
    main(sys.argv[1], load_scenario(sys.argv[2], ()))
