"""Ephemeral tokens: minted with the API key, kept ready, renewed before they expire."""

import asyncio
import json
import logging
import re
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Protocol, TypeGuard

import httpx

from kiosk.core.faults import Fault
from kiosk.life.vital import must_not_end
from kiosk.realtime.errors import LineError
from kiosk.realtime.post import Reply, http_date, post
from kiosk.secret import Secret
from kiosk.settings import RealtimeSettings

log = logging.getLogger(__name__)

SessionConfiguration = dict[str, object]
"""The `session` of a client secret: everything the service is told about an interview."""

LIFETIMES_S = (10, 7200)
"""Shortest and longest life of a token that the service grants."""
LATEST_S = 1e11
"""A later moment, in Unix seconds, is no moment."""
HANG_UP_S = 1.0
"""Longest that hanging up may take."""
USE_MARGIN_S = 10.0
"""A token with less life than this (or half of it) is not used any more."""
RETRY_S = (5.0, 10.0, 20.0, 40.0, 60.0)
"""Waits between attempts to mint in the background; the last one repeats."""
MENDING_S = (15.0, 30.0, 60.0)
"""The same after a fault that somebody has to mend: one request in a minute is no burden."""
PRESSED_S = 3.0
"""Nobody tries again sooner after a failure, however often they press."""

_TOKEN = re.compile(r"[\x21-\x7e]+")
_CALL_ID = re.compile(r"[\w-]+", re.ASCII)


@dataclass(frozen=True, slots=True)
class Token:
    """An ephemeral token: starts calls until it expires; a running call outlives it."""

    value: Secret
    expires_at: float
    """Unix seconds by the service's clock; 0 where it did not say."""
    session: Mapping[str, object] = field(repr=False)
    """The configuration inside, as the service understood it."""
    lifetime_s: float
    """How long it was still to live when it was minted."""


def is_token(value: object) -> TypeGuard[str]:
    """Tell whether a value from outside can be a token, which an HTTP header must carry."""
    return isinstance(value, str) and _TOKEN.fullmatch(value) is not None


class Mint(Protocol):
    """Whoever gets tokens from the service: with the key, or through who has it."""

    async def mint(self, session: SessionConfiguration) -> Token:
        """Return a new token that carries `session`; raise LineError."""

    async def hang_up(self, call_id: str) -> None:
        """End a call; never raises, takes a second at most."""


class TokenSource(Protocol):
    """Whoever holds the API key, in this process or in another one."""

    async def token(self, language: str) -> Token:
        """Return a token for an interview in `language`; raise LineError."""

    def drop(self, token: Token) -> None:
        """Never give out this token again: a call was refused with it."""

    async def hang_up(self, call_id: str) -> None:
        """End a call at the service, if this source can; never raises, takes a second at most."""


class Minter:
    """Asks the service for tokens with the API key."""

    def __init__(
        self,
        settings: RealtimeSettings,
        key: Secret,
        http: httpx.AsyncClient,
        *,
        lifetime_s: int = 600,
    ) -> None:
        self._base_url = settings.base_url.rstrip("/")
        self._auth = settings.auth
        self._key = Secret(key.reveal().strip())
        shortest, longest = LIFETIMES_S
        self._lifetime_s = min(max(lifetime_s, shortest), longest)
        self._http = http

    async def mint(self, session: SessionConfiguration) -> Token:
        """Return a new token that carries `session`; raise LineError."""
        expires_after = {"anchor": "created_at", "seconds": self._lifetime_s}
        content = json.dumps({"expires_after": expires_after, "session": session})
        reply = await self._post("client_secrets", "a token", content.encode())
        return self._read(reply)

    async def hang_up(self, call_id: str) -> None:
        """End a call; never raises, takes a second at most."""
        if self._http.is_closed or not _CALL_ID.fullmatch(call_id):
            return
        try:
            async with asyncio.timeout(HANG_UP_S):
                await self._post(f"calls/{call_id}/hangup", "the end of a call", b"")
        except TimeoutError:
            log.info("Hanging up took too long; the service will notice by itself.")
        except LineError as problem:
            # The service forgets a call that has ended, and the peer's own close often comes first.
            if problem.status != HTTPStatus.NOT_FOUND:
                log.info("Hanging up failed: %s", problem.why)

    async def _post(self, path: str, what: str, content: bytes) -> Reply:
        key = self._key.reveal()
        if not key:
            raise LineError(Fault.KEY_MISSING, "There is no API key.")
        if not _TOKEN.fullmatch(key):
            raise LineError(Fault.KEY_REFUSED, "The API key has characters that no key has.")
        auth = {"api-key": key} if self._auth == "api-key" else {"Authorization": f"Bearer {key}"}
        return await post(
            self._http,
            f"{self._base_url}/v1/realtime/{path}",
            what=what,
            secret=self._key,
            headers={**auth, "Content-Type": "application/json"},
            content=content,
        )

    def _read(self, reply: Reply) -> Token:
        try:
            answer = json.loads(reply.body)
        except (ValueError, RecursionError):
            answer = None
        value = answer.get("value") if isinstance(answer, dict) else None
        if not isinstance(answer, dict) or not is_token(value):
            raise LineError(Fault.PROTOCOL_UNKNOWN, "The service's answer holds no token.")
        expires_at = answer.get("expires_at")
        if not isinstance(expires_at, int | float) or not 0 < expires_at < LATEST_S:
            expires_at = 0.0
        session = answer.get("session")
        return Token(
            value=Secret(value),
            expires_at=float(expires_at),
            session=session if isinstance(session, dict) else {},
            lifetime_s=self._life_s(expires_at, reply),
        )

    def _life_s(self, expires_at: float, reply: Reply) -> float:
        """Return a token's life by the service's clock alone: the booth's own may be wrong."""
        now = http_date(reply.headers.get("date", ""))
        life_s = expires_at - now.timestamp() if now else 0.0
        return life_s if 0.0 < life_s < self._lifetime_s else float(self._lifetime_s)


@dataclass(frozen=True, slots=True)
class _Kept:
    token: Token
    configuration: SessionConfiguration
    minted_s: float
    """Monotonic seconds."""

    def age(self, now_s: float) -> float:
        return now_s - self.minted_s


class TokenKeeper:
    """A TokenSource that mints here and keeps one token ready for the next candidate."""

    def __init__(
        self,
        minter: Mint,
        session_for: Callable[[str], SessionConfiguration],
        *,
        on_kept: Callable[[LineError | None], None] | None = None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """`on_kept` is told after each attempt in the background: None where it worked."""
        self._minter = minter
        self._session_for = session_for
        self._on_kept = on_kept
        self._clock = clock
        self._sleep = sleep
        self._kept: _Kept | None = None
        self._minting = asyncio.Lock()
        self._keeping: asyncio.Task[None] | None = None
        self._failed: tuple[str, float] | None = None
        """The language and the monotonic second of the last attempt, where that failed."""
        self._closed_until_s = 0.0
        self._closed_why: LineError | None = None

    async def token(self, language: str) -> Token:
        """Return the kept token, or a new one where none fits; raise LineError."""
        configuration, kept = self._session_for(language), self._kept
        if kept and kept.configuration == configuration and _is_usable(kept, self._clock()):
            # Whoever dials does not wait for one that is just being minted to replace it.
            return kept.token
        return await self._fitting(configuration, _is_usable)

    def prepare(self, language: str) -> None:
        """Keep a token ready for `language` from now on, in the background."""
        if self._keeping is not None:
            self._keeping.cancel()
        self._keeping = asyncio.create_task(self._keep(language), name="token-keeper")
        self._keeping.add_done_callback(must_not_end)

    def look_again(self) -> None:
        """Try at once where the last attempt failed, unless that was just now."""
        if self._failed is not None and self._clock() >= self._failed[1] + PRESSED_S:
            self.prepare(self._failed[0])

    def drop(self, token: Token) -> None:
        """Forget a token that was refused."""
        if self._kept is not None and self._kept.token is token:
            self._kept = None

    async def hang_up(self, call_id: str) -> None:
        """End a call; never raises, takes a second at most."""
        await self._minter.hang_up(call_id)

    async def close(self) -> None:
        """Stop keeping and forget the token."""
        keeping, self._keeping = self._keeping, None
        if keeping is not None:
            keeping.cancel()
            await asyncio.wait([keeping])
        self._kept = None

    async def _keep(self, language: str) -> None:
        failures, said = 0, ""
        while True:
            self._failed = None
            try:
                token = await self._young(language)
            except LineError as problem:
                if problem.why != said:
                    log.warning("No token: %s", problem.why)
                said = problem.why
                self._failed = language, self._clock()
                self._tell(problem)
                wait_s = _wait_s(problem, failures)
                failures += 1
            else:
                self._tell(None)
                wait_s = _renewal_age_s(token)
                failures, said = 0, ""
            await self._sleep(wait_s)

    async def _young(self, language: str) -> Token:
        """Return a token worth keeping; raise LineError, whatever goes wrong."""
        try:
            return await self._fitting(self._session_for(language), _is_young)
        except LineError:
            raise
        except Exception as mistake:
            log.exception("Minting failed in a way that nobody expected.")
            why = f"Minting failed ({type(mistake).__name__})."
            raise LineError(Fault.SERVICE_DOWN, why) from mistake

    def _tell(self, problem: LineError | None) -> None:
        if self._on_kept is None:
            return
        try:
            self._on_kept(problem)
        except Exception:
            log.exception("What became of a token could not be told.")

    async def _fitting(
        self, configuration: SessionConfiguration, fits: Callable[[_Kept, float], bool]
    ) -> Token:
        async with self._minting:
            kept, now_s = self._kept, self._clock()
            if kept and kept.configuration == configuration and fits(kept, now_s):
                return kept.token
            self._refuse_while_asked_to_wait(now_s)
            try:
                token = await self._minter.mint(configuration)
            except LineError as problem:
                if problem.retry_after_s:
                    self._closed_until_s = self._clock() + problem.retry_after_s
                    self._closed_why = problem
                raise
            self._kept = _Kept(token, configuration, now_s)
            return token

    def _refuse_while_asked_to_wait(self, now_s: float) -> None:
        left_s = self._closed_until_s - now_s
        if self._closed_why is not None and left_s > 0:
            why = self._closed_why
            raise LineError(why.fault, why.why, retry_after_s=left_s)


def _renewal_age_s(token: Token) -> float:
    return 0.8 * token.lifetime_s


def _is_young(kept: _Kept, now_s: float) -> bool:
    return kept.age(now_s) < _renewal_age_s(kept.token)


def _is_usable(kept: _Kept, now_s: float) -> bool:
    life_s = kept.token.lifetime_s
    return kept.age(now_s) < life_s - min(USE_MARGIN_S, life_s / 2)


def _wait_s(problem: LineError, failures: int) -> float:
    if problem.retry_after_s:
        return max(problem.retry_after_s, RETRY_S[0])
    waits_s = RETRY_S if problem.retry else MENDING_S
    return waits_s[min(failures, len(waits_s) - 1)]
