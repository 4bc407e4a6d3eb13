"""Look-ups that hang, fail and come back, with a resolver that does as a test says."""

import asyncio
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest

from kiosk import lookups
from kiosk.lookups import LookupLoop, Lookups

FOUND = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("192.0.2.1", 443))]
MOVED = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("192.0.2.2", 443))]
QUESTION = ("api.example", 443, 0, 0, 0, 0)


class Resolver:
    """Answers at once, or not before it is let go."""

    def __init__(self) -> None:
        self.asked: list[tuple[Any, ...]] = []
        self.answer: list[Any] | OSError = FOUND
        self.goes_on = threading.Event()
        self.goes_on.set()

    def __call__(self, *question: Any) -> list[Any]:
        self.asked.append(question)
        assert self.goes_on.wait(30)
        if isinstance(self.answer, OSError):
            raise self.answer
        return self.answer

    @contextmanager
    def hanging(self) -> Iterator[None]:
        self.goes_on.clear()
        try:
            yield
        finally:
            self.goes_on.set()


@pytest.fixture
def resolver(monkeypatch: pytest.MonkeyPatch) -> Resolver:
    monkeypatch.setattr(lookups, "SOON_S", 0.05)
    monkeypatch.setattr(lookups, "LATEST_S", 0.1)
    return Resolver()


async def found_later(finding: Lookups, wanted: list[Any]) -> None:
    """Ask until the system's own answer is the new one."""
    async with asyncio.timeout(5):
        while await finding.find(*QUESTION) != wanted:
            pass


async def test_asks_the_system_each_time(resolver: Resolver) -> None:
    finding = Lookups(resolver)
    assert await finding.find(*QUESTION) == FOUND
    resolver.answer = MOVED
    assert await finding.find(*QUESTION) == MOVED
    assert resolver.asked == [QUESTION, QUESTION]


async def test_what_was_found_serves_while_the_system_hangs_or_fails(resolver: Resolver) -> None:
    finding = Lookups(resolver)
    await finding.find(*QUESTION)
    with resolver.hanging():
        assert await finding.find(*QUESTION) == FOUND
        assert await finding.find(*QUESTION) == FOUND
        resolver.answer = MOVED
    await found_later(finding, MOVED)
    assert len(resolver.asked) >= 2
    resolver.answer = socket.gaierror(socket.EAI_NONAME, "no such name")
    assert await finding.find(*QUESTION) == MOVED


async def test_only_one_look_up_hangs_at_a_time(resolver: Resolver) -> None:
    finding = Lookups(resolver)
    with resolver.hanging():
        for _ in range(3):
            with pytest.raises(socket.gaierror, match="too long"):
                await finding.find(*QUESTION)
        assert resolver.asked == [QUESTION]
        with pytest.raises(socket.gaierror):
            await finding.find("other.example", *QUESTION[1:])
        assert len(resolver.asked) == 2
    await found_later(finding, FOUND)


@pytest.mark.parametrize(
    "error",
    [socket.gaierror(socket.EAI_NONAME, "no such name"), OSError("no memory")],
)
async def test_what_was_never_found_is_an_error(resolver: Resolver, error: OSError) -> None:
    resolver.answer = error
    with pytest.raises(type(error), match=str(error.args[-1])):
        await Lookups(resolver).find(*QUESTION)


async def test_a_name_that_cannot_be_one_is_not_found() -> None:
    with pytest.raises(socket.gaierror):
        await Lookups().find("a..b", *QUESTION[1:])


async def test_a_caller_that_gives_up_leaves_the_look_up_to_others(resolver: Resolver) -> None:
    finding = Lookups(resolver)
    with resolver.hanging():
        first = asyncio.create_task(finding.find(*QUESTION))
        await asyncio.sleep(0)
        first.cancel()
        second = asyncio.create_task(finding.find(*QUESTION))
        await asyncio.sleep(0)
    assert await second == FOUND
    assert resolver.asked == [QUESTION]


def test_the_loop_reaches_whom_it_has_found(resolver: Resolver) -> None:
    async def serve_and_ask() -> bytes:
        async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.readuntil(b"\r\n\r\n")
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi")
            writer.close()

        async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
            address = server.sockets[0].getsockname()
            resolver.answer = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", address)]
            loop = asyncio.get_running_loop()
            vars(loop)["_lookups"] = Lookups(resolver)
            async with httpx.AsyncClient(trust_env=False) as http:
                for _ in range(2):
                    reply = await http.get(f"http://booth.example:{address[1]}/")
                    resolver.goes_on.clear()
            return reply.content

    with asyncio.Runner(loop_factory=LookupLoop) as runner:
        assert runner.run(serve_and_ask()) == b"hi"
    resolver.goes_on.set()
    assert {question[0] for question in resolver.asked} == {b"booth.example"}


HANGS = """
import asyncio, socket, threading
from contextlib import suppress
from kiosk import lookups

def hang(*question):
    threading.Event().wait()

async def ask():
    with suppress(OSError):
        await asyncio.get_running_loop().getaddrinfo("api.example", 443)

lookups.LATEST_S = 0.01
with asyncio.Runner(loop_factory=lookups.LookupLoop) as runner:
    loop = runner.get_loop()
    vars(loop)["_lookups"] = lookups.Lookups(hang)
    runner.run(ask())
"""


def test_a_look_up_that_hangs_keeps_no_process() -> None:
    ended = subprocess.run([sys.executable, "-c", HANGS], timeout=60, check=False)
    assert ended.returncode == 0
