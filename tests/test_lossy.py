from collections.abc import AsyncIterator
from types import SimpleNamespace
from typing import Any

import pytest
from aioice.stun import TransactionTimeout
from aiortc import RTCPeerConnection
from aiortc.rtcsctptransport import SCTP_RTO_INITIAL

from kiosk import lossy
from kiosk.lossy import AGAIN, FAILURES, FIRST_AGAIN_S, bear_loss


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lossy, "INTERVAL_S", 0.01)


class Protocol:
    """Answers as it is told; `asked` has the number of repetitions of each question."""

    def __init__(self, answers: list[bool]) -> None:
        self.answers = answers
        self.asked: list[int] = []

    async def request(self, *_: object, retransmissions: int, **__: object) -> None:
        self.asked.append(retransmissions)
        if not self.answers.pop(0):
            raise TransactionTimeout


@pytest.fixture
async def peer() -> AsyncIterator[Any]:
    peer = RTCPeerConnection()
    peer.addTransceiver("audio")
    peer.createDataChannel("oai-events")
    yield peer
    await peer.close()


async def test_the_first_messages_are_sent_again_sooner(peer: Any) -> None:
    bear_loss(peer)
    assert peer.sctp._rto == FIRST_AGAIN_S < SCTP_RTO_INITIAL


@pytest.mark.parametrize(
    "before", [[], [True], [*[False] * (FAILURES - 1), True], [False, True, False, False, True]]
)
async def test_only_so_many_questions_in_a_row_end_a_call(peer: Any, before: list[bool]) -> None:
    bear_loss(peer)
    connection = vars(peer.sctp.transport.transport)["_connection"]
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
