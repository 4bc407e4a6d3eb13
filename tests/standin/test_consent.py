import asyncio
from types import SimpleNamespace

import pytest
from aioice.stun import TransactionTimeout
from aiortc import RTCIceGatherer, RTCIceTransport

from kiosk.standin import consent
from kiosk.standin.consent import AGAIN, FAILURES, be_patient
from kiosk.standin.venue.relay import Relay
from tests.standin.caller import Caller
from tests.standin.conftest import Open


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(consent, "INTERVAL_S", 0.01)


class Protocol:
    """Answers as it is told; `asked` has the number of repetitions of each question."""

    def __init__(self, answers: list[bool]) -> None:
        self.answers = answers
        self.asked: list[int] = []

    async def request(self, *_: object, retransmissions: int, **__: object) -> None:
        self.asked.append(retransmissions)
        if not self.answers.pop(0):
            raise TransactionTimeout


@pytest.mark.parametrize(
    "before", [[], [True], [*[False] * (FAILURES - 1), True], [False, True, False, False, True]]
)
async def test_only_so_many_questions_in_a_row_end_a_call(before: list[bool]) -> None:
    transport = RTCIceTransport(RTCIceGatherer())
    be_patient(transport)
    connection = vars(transport)["_connection"]
    connection.remote_username, connection.remote_password = "user", "password"
    protocol = Protocol([*before, *[False] * FAILURES])
    local = SimpleNamespace(component=1, type="host")
    pair = SimpleNamespace(
        protocol=protocol, component=1, remote_addr=("127.0.0.1", 9), local_candidate=local
    )
    connection._nominated = {1: pair}
    closed: list[bool] = []

    async def close() -> None:
        closed.append(protocol.answers == [])

    connection.close = close
    await connection.query_consent()
    assert closed == [True]
    assert protocol.asked == [AGAIN] * (len(before) + FAILURES)


async def test_a_booth_that_is_gone_is_let_go(
    open_standin: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(consent, "AGAIN", 0)
    monkeypatch.setattr("aioice.stun.RETRY_RTO", 0.05)
    standin = await open_standin()
    async with Relay(standin.base_url) as relay, Caller(relay.base_url) as caller:
        await caller.opened()
        assert len(standin.calls) == 1
        relay.go_dark("udp")
        async with asyncio.timeout(15):
            while standin.calls:  # noqa: ASYNC110 - nobody tells
                await asyncio.sleep(0.01)
