"""The way of a call's packets inside aioice: tells of all that comes, and asks questions over it.

aiortc offers nothing for this, so these private parts are used, here and nowhere else:

- `RTCIceTransport._connection`: the `aioice.Connection` under a call;
- `Connection._nominated`: the pair of addresses in use, one for each component;
- `Connection.data_received` and `.request_received`: called with each datagram that came, before
  anything reads it; an attribute of the instance stands before the method;
- `Connection.query_consent`: begun also where a connection is closed in the moment in which it
  comes about, and then never ended;
- `Connection.build_request`, `StunProtocol.transactions` and `.send_stun`: a question as aioice's
  own checks of consent ask it, with a transaction of our own, so that theirs are not disturbed.

`libraries.prepare_libraries` refuses releases without them.
"""

import time
from collections import OrderedDict
from collections.abc import Callable

from aioice import Connection
from aioice.ice import StunProtocol
from aioice.stun import Message
from aiortc import RTCIceTransport

MOST_OPEN = 25
"""So many questions wait for their answers at most: 5 s of them, at the quickest pace."""
TAPPED = ("data_received", "request_received")


class CallPath:
    """The nominated pair of one connected ICE transport."""

    def __init__(
        self,
        transport: RTCIceTransport,
        *,
        on_heard: Callable[[], None],
        on_answer: Callable[[float], None],
    ) -> None:
        """Listen from now on, until `release`.

        `on_heard` is told of each datagram before anything reads it, `on_answer` of each answer
        with the monotonic second at which its question left.
        """
        self._connection: Connection = vars(transport)["_connection"]
        self._on_heard = on_heard
        self._on_answer = on_answer
        self._open: OrderedDict[bytes, StunProtocol] = OrderedDict()
        for name in TAPPED:
            vars(self._connection)[name] = self._tap(getattr(self._connection, name))

    def ask(self) -> bool:
        """Send one question; False where there is no way any more."""
        pairs = vars(self._connection)["_nominated"].values()
        password = self._connection.remote_password
        if not pairs or password is None:
            return False
        key = password.encode()
        for pair in pairs:
            request = self._connection.build_request(pair, nominate=False)
            request.add_message_integrity(key)
            self._open[request.transaction_id] = pair.protocol
            pair.protocol.transactions[request.transaction_id] = _Question(key, self._answered)
            pair.protocol.send_stun(request, pair.remote_addr)
        while len(self._open) > MOST_OPEN:
            self._forget(next(iter(self._open)))
        return True

    def release(self) -> None:
        """Listen no more and forget every question."""
        for name in TAPPED:
            vars(self._connection).pop(name, None)
        for transaction_id in list(self._open):
            self._forget(transaction_id)

    def _tap(self, original: Callable[..., None]) -> Callable[..., None]:
        def take(*arrived: object) -> None:
            self._on_heard()
            original(*arrived)

        return take

    def _answered(self, message: Message, asked_s: float) -> None:
        if message.transaction_id in self._open:
            self._forget(message.transaction_id)
            self._on_answer(asked_s)

    def _forget(self, transaction_id: bytes) -> None:
        self._open.pop(transaction_id).transactions.pop(transaction_id, None)


def leave(transport: RTCIceTransport) -> None:
    """Let nothing begin any more over a transport that is about to be closed."""

    async def nothing() -> None:
        """Ask nobody."""

    vars(vars(transport)["_connection"])["query_consent"] = nothing


class _Question:
    """What aioice needs of a transaction: somebody who takes the answer."""

    def __init__(self, key: bytes, answered: Callable[[Message, float], None]) -> None:
        self._key = key
        self._answered = answered
        self._asked_s = time.monotonic()

    def response_received(self, message: Message, _: tuple[str, int]) -> None:
        """Take the answer; one that is not signed by the other end is none."""
        if message.check_message_integrity(self._key):
            self._answered(message, self._asked_s)
