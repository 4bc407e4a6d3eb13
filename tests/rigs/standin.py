"""The stand-in service in a thread of its own, for booths that keep the main thread."""

import asyncio
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from kiosk.standin.call import Direction
from kiosk.standin.ears import DeafEars, Hearing
from kiosk.standin.faults import Faults
from kiosk.standin.server import Standin, StandinOptions
from kiosk.standin.wire import Event
from tests.openai_oracle import check_client_event, check_server_event
from tests.standin.conftest import SCRIPT, Murmur

_JUDGES: Mapping[Direction, Callable[[Event], None]] = {
    "sent": check_server_event,
    "received": check_client_event,
}
_SPEAKS = {
    "session.created": False,
    "response.created": True,
    "output_audio_buffer.stopped": False,
    "output_audio_buffer.cleared": False,
}
KEY = "sk-right-0123456789abcdef"


class Service:
    """What a test sees of the service; every method may be called from any thread."""

    def __init__(self, standin: Standin, loop: asyncio.AbstractEventLoop) -> None:
        self._standin = standin
        self._loop = loop
        self.calls: set[str] = set()
        """Every call that said anything."""
        self.wrong: list[str] = []
        """What was said, by either side, that the service's own types do not know."""
        self.speaks = False
        """The interviewer has the word: from a response's beginning to the end of its voice."""

    @property
    def base_url(self) -> str:
        """Where it listens."""
        return self._standin.base_url

    def set_faults(self, faults: Faults) -> None:
        """What goes wrong from the next request or call on."""
        self._standin.faults = faults

    def cut_off(self) -> None:
        """Hang up every call, as a service does that is restarted."""
        for call in tuple(self._standin.calls.values()):
            self._loop.call_soon_threadsafe(call.hang_up)

    @property
    def open_calls(self) -> tuple[str, ...]:
        """Calls that nobody has hung up."""
        return tuple(self._standin.calls)


def write_script(folder: Path) -> None:
    """Put a short interview beside the configuration in `folder`."""
    (folder / "interviews").mkdir(exist_ok=True)
    (folder / "interviews" / "short.toml").write_text(SCRIPT)


@contextmanager
def service(folder: Path, hearing: Hearing | None = None, **options: Any) -> Iterator[Service]:
    """Run a stand-in that wants `KEY`, murmurs, and follows the short script in `folder`.

    It recognises nothing without a `hearing`.
    """
    write_script(folder)
    chosen = StandinOptions(
        port=0, script="short", script_directory=folder / "interviews", key=KEY, pace=30.0
    )
    told: list[Service] = []

    def observe(call_id: str, direction: Direction, event: Event) -> None:
        told[0].calls.add(call_id)
        told[0].speaks = _SPEAKS.get(event["type"], told[0].speaks)
        try:
            _JUDGES[direction](event)
        except AssertionError as wrong:
            told[0].wrong.append(f"{direction}: {wrong}")

    standin = Standin(
        replace(chosen, **options),
        observe=observe,
        voice=Murmur(),
        hearing=hearing or DeafEars(),
    )
    loop = asyncio.new_event_loop()
    told.append(Service(standin, loop))
    began, end = threading.Event(), asyncio.Event()

    async def serve() -> None:
        async with standin:
            began.set()
            await end.wait()

    thread = threading.Thread(target=lambda: loop.run_until_complete(serve()), name="stand-in")
    thread.start()
    try:
        assert began.wait(30), "the stand-in did not start"
        yield told[0]
    finally:
        loop.call_soon_threadsafe(end.set)
        thread.join()
        loop.close()
    assert told[0].wrong == []
