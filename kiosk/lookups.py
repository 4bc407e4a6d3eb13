"""Name look-ups that keep nobody waiting, and the event loop that uses them.

The system's resolver waits 5 s for each server and try, and cannot be interrupted.  A network that
comes and goes would hold up each redial so long, and the end of the process, which waits for
asyncio's own threads.  So each look-up has a thread of its own that nobody waits for, and what was
found last serves while none answers.
"""

import asyncio
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any

Found = list[Any]
"""As `socket.getaddrinfo` returns it."""
Question = tuple[Any, ...]
"""The arguments of `socket.getaddrinfo`, without the flags' names."""

SOON_S = 0.5
"""What was found before is used where nothing else is found so soon."""
LATEST_S = 2.0
"""Where nothing was, a look-up that takes longer has failed; 1 s is slow already."""


class Lookups:
    """Asks the system, one look-up for each question at a time; used on one event loop."""

    def __init__(self, ask: Callable[..., Found] = socket.getaddrinfo) -> None:
        """`ask` may block, and raises OSError where there is no such name."""
        self._ask = ask
        self._under_way: dict[Question, asyncio.Future[Found]] = {}
        self._found: dict[Question, Found] = {}

    async def find(self, *question: Any) -> Found:  # noqa: ANN401 - as `socket.getaddrinfo`
        """Return what is found, or what was; raise OSError (gaierror) where nothing ever was."""
        known = self._found.get(question)
        asked = self._under_way.get(question) or self._begin(question)
        await asyncio.wait([asked], timeout=LATEST_S if known is None else SOON_S)
        if known is not None and (not asked.done() or asked.exception() is not None):
            return known
        if not asked.done():
            raise socket.gaierror(socket.EAI_AGAIN, "The name look-up takes too long")
        return asked.result()

    def _begin(self, question: Question) -> asyncio.Future[Found]:
        loop = asyncio.get_running_loop()
        asked: asyncio.Future[Found] = loop.create_future()
        self._under_way[question] = asked

        def end(found: Found | OSError) -> None:
            del self._under_way[question]
            if isinstance(found, OSError):
                asked.set_exception(found)
                asked.exception()
            else:
                asked.set_result(found)
                self._found[question] = found

        def work() -> None:
            found: Found | OSError
            try:
                found = self._ask(*question)
            except OSError as error:
                found = error
            except (UnicodeError, ValueError, TypeError) as error:
                found = socket.gaierror(socket.EAI_NONAME, str(error))
            with suppress(RuntimeError):  # the loop has ended meanwhile
                loop.call_soon_threadsafe(end, found)

        try:
            threading.Thread(target=work, name="look-up", daemon=True).start()
        except RuntimeError as error:
            end(socket.gaierror(socket.EAI_AGAIN, str(error)))
        return asked


class LookupLoop(asyncio.SelectorEventLoop):
    """An event loop as usual, but for its name look-ups."""

    def __init__(self) -> None:
        super().__init__()
        self._lookups = Lookups()

    async def getaddrinfo(
        self,
        host: str | bytes | None,
        port: str | bytes | int | None,
        *,
        family: int = 0,
        type: int = 0,  # noqa: A002 - asyncio's own
        proto: int = 0,
        flags: int = 0,
    ) -> Found:
        """As asyncio's own; raises OSError after `LATEST_S` at most."""
        return await self._lookups.find(host, port, family, type, proto, flags)
