"""The network of a venue in a thread of its own, for booths and stand-ins of any thread."""

import asyncio
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from kiosk.standin.venue.relay import Relay
from kiosk.standin.venue.scenario import Direction, Scenario, Scope


class Venue:
    """What a test does to the network; every method may be called from any thread."""

    def __init__(self, relay: Relay, loop: asyncio.AbstractEventLoop) -> None:
        self._relay = relay
        self._loop = loop

    @property
    def base_url(self) -> str:
        """Where the booth is to find the service."""
        return self._relay.base_url

    def counts(self, direction: Direction) -> Counter[str]:
        """What became of the datagrams in that direction, as `Emulator.counts`."""
        return Counter(self._relay.emulator.counts["udp", direction])

    def begin_outage(self, scope: Scope = "all") -> None:
        """Let nothing through from when this returns."""
        self._do(lambda: self._relay.begin_outage(scope))

    def end_outage(self) -> None:
        """Let it through again."""
        self._do(self._relay.end_outage)

    def set(self, scenario: Scenario) -> None:
        """Play another network from its beginning."""
        self._do(lambda: self._relay.set(scenario))

    def _do(self, act: Callable[[], None]) -> None:
        done = threading.Event()

        def do() -> None:
            act()
            done.set()

        self._loop.call_soon_threadsafe(do)
        assert done.wait(30), "the relay does not answer"


@contextmanager
def venue(target_base_url: str, scenario: Scenario | None = None) -> Iterator[Venue]:
    """Run a relay before a stand-in."""
    relay = Relay(target_base_url, scenario)
    loop = asyncio.new_event_loop()
    began, end = threading.Event(), asyncio.Event()

    async def serve() -> None:
        async with relay:
            began.set()
            await end.wait()

    thread = threading.Thread(target=lambda: loop.run_until_complete(serve()), name="relay")
    thread.start()
    try:
        assert began.wait(30), "the relay did not start"
        yield Venue(relay, loop)
    finally:
        loop.call_soon_threadsafe(end.set)
        thread.join()
        loop.close()
