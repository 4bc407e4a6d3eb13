"""The token service: holds the API key, and gives a booth what the key is good for, not the key.

HTTP over a Unix socket.  Each connection is for one request and has so many seconds; whoever is
not expected is cut off before a byte is read.
"""

import asyncio
import logging
import socket
import struct
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict, dataclass, field

from aiohttp import web

from kiosk.core.faults import Fault
from kiosk.log import CODE_FIELD
from kiosk.realtime import token_wire as wire
from kiosk.realtime.bucket import Bucket
from kiosk.realtime.errors import LineError
from kiosk.realtime.token import Mint
from kiosk.realtime.token_memory import Minted
from kiosk.realtime.token_request import MOST_BYTES, call_of, session_of

log = logging.getLogger(__name__)

IDLE_S = 60.0
"""So long the service stays when nobody asks."""
CONNECTION_S = 20.0
"""Longest life of a connection: one request of the service itself takes 15 s at most."""
MOST_CONNECTIONS = 16
"""A booth has one or two."""
CLOSE_S = 1.0
"""How long ending waits for an answer on its way."""

Clock = Callable[[], float]
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def _buckets() -> Mapping[str, Bucket]:
    """Return how often each thing may be asked for.

    All are full again after `IDLE_S`, so that a service that ended meanwhile forgets nothing.
    """
    return {
        wire.TOKEN: Bucket(12, every_s=5.0),
        wire.HANG_UP: Bucket(20, every_s=3.0),
        wire.STATE: Bucket(20, every_s=3.0),
    }


@dataclass(slots=True)
class Office:
    """What the service works with."""

    mint: Mint
    model: str
    """What every session gets, whatever the booth asks for."""
    credential: bool
    """Whether there is a key."""
    minted: Minted | None = None
    """What the last request for a token came to."""
    on_minted: Callable[[Minted], None] = lambda _: None
    allowed: frozenset[int] = frozenset()
    """Ids of the users who may ask."""
    buckets: Mapping[str, Bucket] = field(default_factory=_buckets)
    notices: Bucket = field(default_factory=lambda: Bucket(5, every_s=60.0))
    """How often the journal is told of strangers."""


class TokenService:
    """Answers on one listening socket until nobody has asked for a while."""

    def __init__(
        self,
        office: Office,
        *,
        idle_s: float = IDLE_S,
        connection_s: float = CONNECTION_S,
        clock: Clock = time.monotonic,
    ) -> None:
        self._office = office
        self._idle_s = idle_s
        self._connection_s = connection_s
        self._clock = clock
        self._last_s = clock()
        self._stop = asyncio.Event()
        self._runner = web.AppRunner(self._application(), access_log=None, shutdown_timeout=CLOSE_S)

    async def serve(self, listener: socket.socket) -> None:
        """Answer until it is stopped, or idle.  The socket stays where it is, for the next one."""
        await self._runner.setup()
        # Not asyncio's own server for Unix sockets: from Python 3.13 that deletes the socket.
        server = await asyncio.get_running_loop().create_server(self._meet, sock=listener)
        try:
            await self._until_idle()
        finally:
            server.close()
            await self._runner.cleanup()

    def stop(self) -> None:
        """End soon; may be called on the loop only."""
        self._stop.set()

    # --- who comes --------------------------------------------------------------------------------

    def _meet(self) -> asyncio.Protocol:
        return _Porter(self._admit)

    def _admit(self, transport: asyncio.Transport) -> asyncio.Protocol | None:
        """Return who takes care of a new connection; None for one that is cut off."""
        assert self._runner.server is not None
        user = peer_user(transport)
        if user not in self._office.allowed:
            if self._office.notices.take(self._clock()) == 0.0:
                log.warning("A process of user %d asked for a token and was refused.", user)
            return None
        if len(self._runner.server.connections) >= MOST_CONNECTIONS:
            return None
        self._last_s = self._clock()
        asyncio.get_running_loop().call_later(self._connection_s, transport.abort)
        return self._runner.server()

    async def _until_idle(self) -> None:
        assert self._runner.server is not None
        while not self._stop.is_set():
            now_s = self._clock()
            if self._runner.server.connections:
                self._last_s = now_s
            left_s = self._last_s + self._idle_s - now_s
            if left_s <= 0.0:
                return
            try:
                async with asyncio.timeout(left_s):
                    await self._stop.wait()
            except TimeoutError:
                continue

    # --- what is asked ----------------------------------------------------------------------------

    def _application(self) -> web.Application:
        application = web.Application(client_max_size=MOST_BYTES, middlewares=[self._guard])
        application.router.add_post(wire.TOKEN, self._token)
        application.router.add_post(wire.HANG_UP, self._hang_up)
        application.router.add_get(wire.STATE, self._state, allow_head=False)
        return application

    @web.middleware
    async def _guard(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Turn every failure into a staff code, and end each connection after its answer."""
        try:
            self._count(request.path)
            response = await handler(request)
        except LineError as problem:
            log.warning(
                "No answer to %s: %s",
                request.path if request.path in self._office.buckets else "a request",
                problem.why,
                extra={CODE_FIELD: problem.fault.remedy.code},
            )
            response = _refusal(problem)
        except ConnectionError:
            # Nobody is there to hear an answer; the last of a slow machine's booth is such a one.
            log.info("Who asked has gone before the question was whole.")
            response = web.Response()
        except web.HTTPException as refused:
            why = f"The token service refuses the request ({refused.reason})."
            response = _refusal(LineError(Fault.REQUEST_REFUSED, why), refused.status)
        response.force_close()
        return response

    def _count(self, path: str) -> None:
        bucket = self._office.buckets.get(path)
        wait_s = bucket.take(self._clock()) if bucket is not None else 0.0
        if wait_s > 0.0:
            why = "The booth asks the token service too often."
            raise LineError(Fault.RATE_LIMITED, why, retry_after_s=wait_s)

    async def _token(self, request: web.Request) -> web.StreamResponse:
        session = session_of(await request.read(), self._office.model)
        try:
            token = await self._office.mint.mint(session)
        except LineError as problem:
            self._note(problem)
            raise
        self._note(None)
        log.info("A token was minted; it lives %.0f s.", token.lifetime_s)
        return web.json_response(wire.written_token(token))

    async def _hang_up(self, request: web.Request) -> web.StreamResponse:
        await self._office.mint.hang_up(call_of(await request.read()))
        return web.json_response({})

    async def _state(self, _: web.Request) -> web.StreamResponse:
        minted = self._office.minted
        return web.json_response(
            {
                "credential": self._office.credential,
                "model": self._office.model,
                "minted": asdict(minted) if minted is not None else None,
            }
        )

    def _note(self, problem: LineError | None) -> None:
        code, why = (problem.fault.remedy.code, problem.why) if problem is not None else ("", "")
        self._office.minted = Minted(time.time(), code, why)
        self._office.on_minted(self._office.minted)


class _Porter(asyncio.Protocol):
    """Meets each connection, and hands it over or cuts it off before anything is read."""

    def __init__(self, admit: Callable[[asyncio.Transport], asyncio.Protocol | None]) -> None:
        self._admit = admit

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        protocol = self._admit(transport)
        if protocol is None:
            transport.abort()
            return
        transport.set_protocol(protocol)
        protocol.connection_made(transport)


_CREDENTIALS = struct.Struct("iII")
"""`struct ucred`: process, user, group."""


def peer_user(transport: asyncio.BaseTransport) -> int:
    """Return the id of the user on the other end, as the kernel vouches for it."""
    end = transport.get_extra_info("socket")
    told = end.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _CREDENTIALS.size)
    user: int = _CREDENTIALS.unpack(told)[1]
    return user


def _refusal(problem: LineError, status: int = 503) -> web.Response:
    return web.json_response(wire.written_problem(problem), status=status)
