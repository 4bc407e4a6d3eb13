"""The stand-in of this machine as a place to call: begun when it is wanted, and ended after.

It heard what the candidate said, so its process ends with the interview.
"""

import asyncio
import logging
from collections.abc import Callable
from contextlib import AsyncExitStack

from kiosk.core.faults import Fault
from kiosk.errors import CommandError
from kiosk.realtime.errors import LineError
from kiosk.realtime.place import Place
from kiosk.realtime.post import http_client
from kiosk.realtime.token import Minter, SessionConfiguration, Token
from kiosk.secret import Secret
from kiosk.settings import RealtimeSettings
from kiosk.standin.process import StandinProcess

log = logging.getLogger(__name__)

FAILURES = (CommandError, OSError, ValueError)
"""What starting a process can end in."""
END_S = 0.5
"""So long it may end by itself: it has nothing to keep, and the next candidate waits."""
AGAIN_S = 0.05
"""Pause between tries to end a stand-in that is still being started."""
KEY = Secret("sk-for-the-stand-in")
"""What the stand-in takes is no secret."""


class StandinPlace:
    """Begins the stand-in beside the loop; used on the asyncio thread only."""

    def __init__(
        self,
        start: Callable[[], StandinProcess],
        session: Callable[[str], SessionConfiguration],
    ) -> None:
        """`start` makes a stand-in that is not begun yet; `session` is as for the service."""
        self._start = start
        self._session = session
        self._process: StandinProcess | None = None
        self._place: Place | None = None
        """Known once it can be called."""
        self._beginning: asyncio.Task[str] | None = None
        self._open = AsyncExitStack()

    def prepare(self) -> None:
        """Begin it, if that is not done yet; nobody waits."""
        if self._beginning is None:
            self._process = process = self._start()
            self._beginning = asyncio.create_task(
                asyncio.to_thread(process.start), name="begin the stand-in"
            )
            self._beginning.add_done_callback(_look_at)

    async def reach(self) -> Place:
        """Return it once it can be called; raise LineError."""
        if self._place is not None:
            return self._place
        self.prepare()
        assert self._beginning is not None
        try:
            base_url = await asyncio.shield(self._beginning)
        except FAILURES as error:
            self._beginning = None
            raise LineError(Fault.LINE_LOST, f"The stand-in does not start: {error}") from error
        settings = RealtimeSettings(base_url=base_url)
        http = await self._open.enter_async_context(http_client(base_url))
        self._place = Place(base_url, _Tokens(Minter(settings, KEY, http), self._session), http)
        return self._place

    async def end(self) -> None:
        """End it; returns when it is gone."""
        process, beginning = self._process, self._beginning
        self._place = None
        await self._open.aclose()
        if process is None or beginning is None:
            return
        while not beginning.done():
            # Its thread may not have come to start it yet.
            await asyncio.to_thread(process.stop, END_S)
            await asyncio.wait([beginning], timeout=AGAIN_S)
        await asyncio.to_thread(process.stop, END_S)
        self._process = self._beginning = None


class _Tokens:
    """A token for each call; one costs nothing here."""

    def __init__(self, minter: Minter, session: Callable[[str], SessionConfiguration]) -> None:
        self._minter = minter
        self._session = session

    async def token(self, language: str) -> Token:
        """Return a token for an interview in `language`; raise LineError."""
        return await self._minter.mint(self._session(language))

    def drop(self, token: Token) -> None:
        """Nothing is kept."""

    async def hang_up(self, call_id: str) -> None:
        """End a call; never raises, takes a second at most."""
        await self._minter.hang_up(call_id)


def _look_at(beginning: "asyncio.Task[str]") -> None:
    if not beginning.cancelled() and (error := beginning.exception()) is not None:
        log.warning("the stand-in does not start: %s", error)
