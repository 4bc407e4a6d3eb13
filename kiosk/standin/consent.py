"""How long the stand-in takes a silent booth for one that is still there.

aioice asks every 5 s, once, waits half a second for the answer, and ends a call after six questions
without one.  On a network that loses a fifth both ways and delays by 200 ms, nearly every second
question fails so, and one interview in ten would end by chance.  The hosted service holds to RFC
7675, which wants 30 s without any answer; so does this, with each question sent again as STUN does.
"""

import asyncio
import random
from functools import partial

from aioice import Connection
from aioice.stun import TransactionError
from aiortc import RTCIceTransport

INTERVAL_S = 5.0
AGAIN = 3
"""So often is a question sent again, after 0.5, 1 and 2 s; the last is waited for 4 s."""
FAILURES = 3
"""Unanswered questions in a row that end a call: 38 s, as long as aioice's own take."""


def be_patient(transport: RTCIceTransport) -> None:
    """Ask so over a transport that is not connected yet, in aioice's stead."""
    connection: Connection = vars(transport)["_connection"]
    vars(connection)["query_consent"] = partial(_query_consent, connection)


async def _query_consent(connection: Connection) -> None:
    assert connection.remote_password is not None
    key = connection.remote_password.encode()
    failures = 0
    while failures < FAILURES:
        await asyncio.sleep(INTERVAL_S * random.uniform(0.8, 1.2))
        for pair in tuple(vars(connection)["_nominated"].values()):
            request = connection.build_request(pair, nominate=False)
            try:
                await pair.protocol.request(
                    request, pair.remote_addr, integrity_key=key, retransmissions=AGAIN
                )
                failures = 0
            except TransactionError:
                failures += 1
    vars(connection)["_query_consent_task"] = None
    await connection.close()
