"""The way of a call's packets, on two ends that speak nothing but ICE."""

import asyncio
from collections.abc import AsyncIterator
from types import SimpleNamespace
from typing import Any

import pytest
from aioice import Connection
from aioice.ice import StunProtocol

from kiosk.loopback import loopback_only
from kiosk.realtime.path import MOST_OPEN, CallPath, leave


class Ends:
    """Two connected ends, the first with a path over it."""

    def __init__(self) -> None:
        self.booth = Connection(ice_controlling=True)
        self.service = Connection(ice_controlling=False)
        self.heard = 0
        self.answers: asyncio.Queue[float] = asyncio.Queue()
        self.path: CallPath

    async def connect(self) -> None:
        with loopback_only():
            await asyncio.gather(self.booth.gather_candidates(), self.service.gather_candidates())
        for one, other in ((self.booth, self.service), (self.service, self.booth)):
            one.remote_username, one.remote_password = other.local_username, other.local_password
            for candidate in other.local_candidates:
                await one.add_remote_candidate(candidate)
            await one.add_remote_candidate(None)
        await asyncio.gather(self.booth.connect(), self.service.connect())

        def hear() -> None:
            self.heard += 1

        transport: Any = SimpleNamespace(_connection=self.booth)
        self.path = CallPath(transport, on_heard=hear, on_answer=self.answers.put_nowait)

    async def close(self) -> None:
        await self.booth.close()
        await self.service.close()

    @property
    def protocol(self) -> StunProtocol:
        (pair,) = vars(self.booth)["_nominated"].values()
        protocol: StunProtocol = pair.protocol
        return protocol


@pytest.fixture
async def ends() -> AsyncIterator[Ends]:
    ends = Ends()
    await ends.connect()
    yield ends
    await ends.close()


async def test_a_question_is_answered_by_an_end_that_speaks_nothing_but_stun(ends: Ends) -> None:
    before_s = asyncio.get_running_loop().time()
    for _ in range(3):
        assert ends.path.ask()
        asked_s = await ends.answers.get()
        assert before_s <= asked_s <= asyncio.get_running_loop().time()
    assert ends.protocol.transactions == {}
    assert ends.answers.empty()


async def test_whatever_comes_is_told_before_it_is_read(ends: Ends) -> None:
    reading = asyncio.create_task(ends.booth.recv())
    await ends.service.send(b"\x80 a voice")
    assert await reading == b"\x80 a voice"
    assert ends.heard == 1


async def test_the_other_end_s_own_checks_count(ends: Ends) -> None:
    (pair,) = vars(ends.service)["_nominated"].values()
    request = ends.service.build_request(pair, nominate=False)
    key = (ends.service.remote_password or "").encode()
    await pair.protocol.request(request, pair.remote_addr, integrity_key=key)
    assert ends.heard == 1


async def test_an_answer_that_the_other_end_has_not_signed_is_none(ends: Ends) -> None:
    (pair,) = vars(ends.service)["_nominated"].values()
    sent, forged = pair.protocol.send_stun, asyncio.Event()

    def forge(message: Any, address: tuple[str, int]) -> None:
        message.attributes["MESSAGE-INTEGRITY"] = bytes(20)
        message.add_fingerprint()
        sent(message, address)
        forged.set()

    pair.protocol.send_stun = forge
    assert ends.path.ask()
    await forged.wait()
    await ends.service.send(b"\x80")
    await ends.booth.recv()
    assert ends.answers.empty()
    assert len(ends.protocol.transactions) == 1


async def test_questions_that_nobody_answers_are_forgotten(ends: Ends) -> None:
    await ends.service.close()
    for _ in range(MOST_OPEN + 5):
        assert ends.path.ask()
    assert len(ends.protocol.transactions) == MOST_OPEN
    ends.path.release()
    assert ends.protocol.transactions == {}
    assert "data_received" not in vars(ends.booth)


async def test_there_is_no_way_over_a_closed_connection(ends: Ends) -> None:
    await ends.booth.close()
    assert not ends.path.ask()


async def test_nothing_begins_over_a_connection_that_was_left() -> None:
    ends = Ends()
    transport: Any = SimpleNamespace(_connection=ends.booth)
    leave(transport)
    await ends.connect()
    async with asyncio.timeout(5):
        await vars(ends.booth)["_query_consent_task"]
    await ends.close()
