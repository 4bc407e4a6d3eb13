"""One attempt to open a call: a token, an offer, the service's answer, and the channel."""

import asyncio
import time
from collections.abc import Awaitable, Mapping
from contextlib import suppress
from typing import Literal, TypeVar

from kiosk.core.faults import Fault
from kiosk.realtime.call import Call
from kiosk.realtime.errors import LineError
from kiosk.realtime.place import Place
from kiosk.realtime.post import Reply, absent, post
from kiosk.realtime.token import Token

Step = Literal["token", "offer", "sdp", "channel_open"]
T = TypeVar("T")

LATE: Mapping[Step, tuple[Fault, str]] = {
    "token": (Fault.UNREACHABLE, "The service gave no token in time."),
    "offer": (Fault.UNREACHABLE, "The booth's network gave no address in time."),
    "sdp": (Fault.UNREACHABLE, "The service did not take the call in time."),
    "channel_open": (Fault.UNREACHABLE, "The call was taken, but not opened in time."),
}
"""What it means when the time to connect ends in a step."""
ANSWER_S = 8.0
"""Longest that the service may take to answer an offer."""
MEET_S = 3.0
"""Longest that both ends may take to hear each other once the call was taken; 1 s is usual, and
whoever asks has asked three times by then."""
CHANNEL_S = 5.0
"""Longest that the event channel may take to open after that."""
LOOK_S = 7.5
"""Longest that the service may take to show that it is there: TCP, TLS and an answer each have
`CONNECT_S`, since where voice is blocked the network is often slow too.  Where nothing gets through
at all, the first of them tells."""


class Dialling:
    """Opens one call, within a limit for each step and one for all."""

    timings: dict[Step, float]
    """How long each step took, in ms."""

    answer_sdp: str
    """What the service answered; empty until it has."""

    def __init__(self, place: Place, limit_s: float) -> None:
        self.timings = {}
        self._unanswered: asyncio.Task[Reply] | None = None
        """The request for a call whose answer nobody waits for: the service may yet open one."""
        self.answer_sdp = ""
        self._place = place
        self._limit_s = limit_s
        self._calls_url = place.base_url.rstrip("/") + "/v1/realtime/calls"
        self._step: Step = "token"

    async def open(self, call: Call, language: str) -> None:
        """Return when commands can be sent over `call`; raise LineError where that fails.

        Closing the call is left to the caller in any case.
        """
        try:
            async with asyncio.timeout(self._limit_s):
                offer = await self._timed("offer", call.offer())
                reply = await self._exchange(offer, language)
                call.id = call_named(reply)
                self.answer_sdp = reply.body.decode("utf-8", "replace")
                await call.answer(self.answer_sdp)
                await self._timed("channel_open", self._meet(call))
        except TimeoutError:
            fault, why = LATE[self._step]
            raise LineError(fault, why) from None

    async def end_unanswered(self) -> None:
        """Have a call hung up that the service opens though nobody waits for it any more."""
        if self._unanswered is None:
            return
        try:
            call = call_named(await self._unanswered)
        except LineError:
            return
        if call:
            await self._place.tokens.hang_up(call)

    async def _meet(self, call: Call) -> None:
        """Return when the channel is open; which fault it is else is told by what goes through."""
        with suppress(TimeoutError):
            async with asyncio.timeout(MEET_S):
                await call.met()
        if not call.has_met:
            why = "The service answers, but none of its packets for the voice arrive."
            raise await self._missed() or LineError(Fault.VOICE_BLOCKED, why)
        try:
            async with asyncio.timeout(CHANNEL_S):
                await call.opened()
        except TimeoutError:
            why = "The service took the call, but opens no channel."
            raise (await self._missed() or LineError(Fault.SERVICE_DOWN, why)) from None

    async def _missed(self) -> LineError | None:
        return await absent(self._place.http, self._calls_url, LOOK_S)

    async def _exchange(self, offer: str, language: str) -> Reply:
        """Return the service's answer to an offer; a refused token is replaced once."""
        tokens = self._place.tokens
        token = await self._timed("token", tokens.token(language))
        try:
            return await self._timed("sdp", self._post(offer, token))
        except LineError as refused:
            if refused.fault is not Fault.KEY_REFUSED:
                raise
        tokens.drop(token)
        token = await self._timed("token", tokens.token(language))
        return await self._timed("sdp", self._post(offer, token))

    async def _post(self, offer: str, token: Token) -> Reply:
        work = post(
            self._place.http,
            self._calls_url,
            what="the call",
            secret=token.value,
            headers={
                "Authorization": f"Bearer {token.value.reveal()}",
                "Content-Type": "application/sdp",
            },
            content=offer.encode(),
            limit_s=ANSWER_S,
        )
        # A task of its own, which goes on where nobody waits any more: what was asked for half
        # leaves a call at the service that nobody can hang up, or a socket that nobody closes.
        posting = asyncio.create_task(work, name="Asking for a call")
        try:
            return await asyncio.shield(posting)
        except asyncio.CancelledError:
            self._unanswered = posting
            raise

    async def _timed(self, step: Step, work: Awaitable[T]) -> T:
        self._step = step
        began_s = time.monotonic()
        try:
            return await work
        finally:
            took_ms = 1000 * (time.monotonic() - began_s)
            self.timings[step] = self.timings.get(step, 0.0) + took_ms


def call_named(reply: Reply) -> str:
    """Return the service's name for the call that it has opened; empty where it gives none."""
    location: str = reply.headers.get("location", "")
    return location.rstrip("/").rpartition("/")[2]
