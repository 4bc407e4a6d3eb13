"""What a call needs of aiortc and aioice to stand a network that loses much; for both its ends.

- aiortc sends the first messages of SCTP again after 3 s, as RFC 4960 had it.  RFC 9260 says 1 s.
  Where a fifth is lost both ways, a channel takes more than 15 s in four calls of ten; so, in one
  of thirty.
- aioice asks every 5 s whether the other end is there, once, waits half a second for the answer,
  and ends a call after six questions without one.  Where answers take as long, every second
  question fails, and one interview in ten would end by chance.  RFC 7675 wants 30 s without any
  answer; so does this, and each question is sent again as STUN does.
"""

import asyncio
import random
from functools import partial

from aioice import Connection
from aioice.stun import TransactionError
from aiortc import RTCPeerConnection

FIRST_AGAIN_S = 1.0
INTERVAL_S = 5.0
AGAIN = 3
"""So often is a question sent again, after 0.5, 1 and 2 s; the last is waited for 4 s."""
FAILURES = 3
"""Unanswered questions in a row that end a call: 38 s, as long as aioice's own take."""


def bear_loss(peer: RTCPeerConnection) -> None:
    """Do so in a call that has its channel and its audio, and is not connected yet."""
    assert peer.sctp is not None
    vars(peer.sctp)["_rto"] = FIRST_AGAIN_S
    above = [peer.sctp.transport, *(each.sender.transport for each in peer.getTransceivers())]
    for dtls in above:
        connection: Connection = vars(dtls.transport)["_connection"]
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
