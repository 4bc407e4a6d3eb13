"""The booth's way to the token service: tokens without ever having seen the key."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import httpx

from kiosk.realtime import token_wire as wire
from kiosk.realtime.errors import LineError
from kiosk.realtime.token import HANG_UP_S, Mint, Minter, SessionConfiguration, Token
from kiosk.secret import Secret
from kiosk.settings import Settings

log = logging.getLogger(__name__)

ANSWER_S = 25.0
"""Longest that minting may take: a start of the service, and its own longest request."""
STATE_S = 10.0
"""Longest that it may take to say how it is."""


@asynccontextmanager
async def mint_of(settings: Settings, key: Secret, http: httpx.AsyncClient) -> AsyncIterator[Mint]:
    """Give who mints as `[token] source` says; `key` and `http` are for minting here."""
    if settings.token.source == "direct":
        yield Minter(settings.realtime, key, http, lifetime_s=settings.token.lifetime_s)
        return
    service = ServiceMinter(settings.token.socket)
    try:
        yield service
    finally:
        await service.close()


class ServiceMinter:
    """Asks the token service for what `Minter` does with the key itself."""

    def __init__(self, socket: Path) -> None:
        transport = httpx.AsyncHTTPTransport(uds=str(socket))
        self._http = httpx.AsyncClient(transport=transport, base_url=_BASE, timeout=ANSWER_S)

    async def mint(self, session: SessionConfiguration) -> Token:
        """Return a new token that carries `session`; raise LineError, KEY4 without the service."""
        status, body = await self._ask(wire.TOKEN, {"session": session}, ANSWER_S)
        if status != httpx.codes.OK:
            raise wire.read_problem(body)
        return wire.read_token(body)

    async def hang_up(self, call_id: str) -> None:
        """End a call; never raises, takes a second at most."""
        if self._http.is_closed:
            return
        try:
            status, body = await self._ask(wire.HANG_UP, {"call_id": call_id}, HANG_UP_S)
        except LineError as problem:
            log.info("Hanging up failed: %s", problem.why)
        else:
            if status != httpx.codes.OK:
                log.info("Hanging up failed: %s", wire.read_problem(body).why)

    async def close(self) -> None:
        """Let go of the service."""
        await self._http.aclose()

    async def _ask(
        self, path: str, question: Mapping[str, object], limit_s: float
    ) -> tuple[int, bytes]:
        content, answer = json.dumps(question).encode(), bytearray()
        try:
            async with (
                asyncio.timeout(limit_s),
                self._http.stream("POST", path, content=content) as response,
            ):
                async for chunk in response.aiter_bytes():
                    answer += chunk
                    if len(answer) > wire.MOST_BYTES:
                        raise wire.unanswered("its answer does not end")
        except (httpx.HTTPError, OSError) as problem:  # a TimeoutError is an OSError
            failure = wire.unanswered(_reason(problem))
        else:
            return response.status_code, bytes(answer)
        raise failure


_BASE = "http://token-service"


def read_state(socket: Path) -> Mapping[str, object]:
    """Return what the service says of itself, as `TokenService` writes it; raise LineError (KEY4).

    For programs that look in from outside, as `kiosk doctor` does.
    """
    transport = httpx.HTTPTransport(uds=str(socket))
    try:
        with httpx.Client(transport=transport, base_url=_BASE, timeout=STATE_S) as http:
            response = http.get(wire.STATE)
            state = response.json() if response.is_success else None
    except (httpx.HTTPError, OSError, ValueError, RecursionError) as problem:
        failure = wire.unanswered(_reason(problem))
    else:
        if isinstance(state, dict):
            return state
        failure = wire.read_problem(response.content)
    raise failure


def _reason(problem: Exception) -> str:
    for kind, reason in _REASONS:
        if isinstance(problem, kind):
            return reason
    return "it cannot be understood"


_REASONS: tuple[tuple[type[Exception], str], ...] = (
    (httpx.ConnectError, "nobody listens at its socket"),
    (httpx.TimeoutException, "it takes too long"),
    (TimeoutError, "it takes too long"),
    (httpx.NetworkError, "it hangs up"),
    (httpx.RemoteProtocolError, "it hangs up"),
)
"""First match wins."""
