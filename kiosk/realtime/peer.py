"""The line to the service: opens and closes calls, and notices when one is lost."""

import asyncio
import logging
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from typing import Literal, TypeVar

import httpx

from kiosk.audio.port import VoicePacket
from kiosk.core.effects import ServiceCommand
from kiosk.core.events import ServiceEvent
from kiosk.core.faults import Fault
from kiosk.core.snapshot import Connection
from kiosk.realtime.call import Call
from kiosk.realtime.errors import LineError
from kiosk.realtime.libraries import prepare_libraries
from kiosk.realtime.post import Reply, names_this_machine, post
from kiosk.realtime.protocol import Reader, build
from kiosk.realtime.token import Token, TokenSource
from kiosk.settings import RealtimeSettings

log = logging.getLogger(__name__)

Step = Literal["token", "offer", "sdp", "channel_open"]
T = TypeVar("T")

LATE: Mapping[Step, tuple[Fault, str]] = {
    "token": (Fault.UNREACHABLE, "The service gave no token in time."),
    "offer": (Fault.UNREACHABLE, "The booth's network gave no address in time."),
    "sdp": (Fault.UNREACHABLE, "The service did not take the call in time."),
    "channel_open": (Fault.VOICE_BLOCKED, "The call was taken, but no connection came about."),
}
"""What it means when the time to connect ends in a step."""

END_S = 1.0
"""Longest that `disconnect` waits for the last of a call to go."""


class WebRTCAudioManager:
    """Holds one call at a time; used on one asyncio loop, which its callbacks run on too."""

    timings: dict[Step, float]
    """How long each step of the last `connect` took, in ms."""

    reader: Reader
    """Counts what the service of the last call has sent."""

    def __init__(
        self,
        settings: RealtimeSettings,
        tokens: TokenSource,
        http: httpx.AsyncClient,
        *,
        on_event: Callable[[ServiceEvent], None],
        on_packet: Callable[[VoicePacket], None],
        on_lost: Callable[[Fault, str], None],
        on_message: Callable[[Literal["in", "out"], str], None] | None = None,
    ) -> None:
        """Events may come before `connect` returns, and none comes once `disconnect` was called.

        `on_lost` is told once when an open call ends that nobody closed here.  `on_message` sees
        the JSON of each message in both directions.
        """
        prepare_libraries()
        self.timings = {}
        self.reader = Reader()
        self._settings = settings
        self._calls_url = settings.base_url.rstrip("/") + "/v1/realtime/calls"
        self._tokens = tokens
        self._http = http
        self._on_event = on_event
        self._on_packet = on_packet
        self._on_lost = on_lost
        self._on_message = on_message
        self._opening: asyncio.Task[None] | None = None
        self._call: Call | None = None
        self._ending: set[asyncio.Task[None]] = set()
        self._step: Step = "token"

    @property
    def connection(self) -> Connection:
        """Where the line is."""
        if self._call is not None:
            return Connection.CONNECTED
        return Connection.DISCONNECTED if self._opening is None else Connection.CONNECTING

    @property
    def microphone(self) -> Counter[str]:
        """What became of the microphone's sound in the current call (`MicTrack.counts`)."""
        return self._call.mic.counts if self._call else Counter()

    @property
    def quality(self) -> dict[str, float]:
        """How the way to the service is in the current call (`Call.quality`)."""
        return self._call.quality if self._call else {}

    async def connect(self, language: str) -> None:
        """Open a call for an interview in `language`; return when commands can be sent.

        Raises LineError where that fails, also when `disconnect` is called meanwhile; nothing is
        left open then.  Raises RuntimeError when there is a call already.
        """
        if self.connection is not Connection.DISCONNECTED:
            raise RuntimeError(f"The line is {self.connection.value} already.")
        opening = asyncio.create_task(self._open(language), name="open-line")
        self._opening = opening
        try:
            await opening
        except asyncio.CancelledError:
            caller = asyncio.current_task()
            if caller is not None and caller.cancelling():
                raise
            why = "The call was closed before it was open."
            raise LineError(Fault.LINE_LOST, why) from None
        finally:
            if self._opening is opening:
                self._opening = None

    async def disconnect(self) -> None:
        """Close the call, or the attempt at one; return when nothing of it is left."""
        opening, self._opening = self._opening, None
        call, self._call = self._call, None
        if opening is not None:
            opening.cancel()
            await asyncio.wait([opening])
        if call is not None:
            await self._part(call)
        if self._ending:
            await asyncio.wait(self._ending, timeout=END_S)

    def send(self, command: ServiceCommand) -> bool:
        """Send a command; return False, with a line in the journal, where that cannot be done."""
        raw = build(command)
        trouble = self._call.send(raw) if self._call else "there is no call"
        if trouble:
            log.warning("%s was not sent: %s.", type(command).__name__, trouble)
            return False
        self._trace("out", raw)
        return True

    def hear(self, frame: bytes, captured_s: float) -> None:
        """Send one frame of the microphone, captured at that monotonic second; never blocks."""
        if self._call is not None:
            self._call.mic.hear(frame, captured_s)

    async def _open(self, language: str) -> None:
        self.timings = {}
        call = self._new_call()
        try:
            async with asyncio.timeout(self._settings.connect_timeout_s):
                offer = await self._timed("offer", call.offer())
                reply = await self._exchange(offer, language)
                call.id = reply.headers.get("location", "").rstrip("/").rpartition("/")[2]
                await call.answer(reply.body.decode("utf-8", "replace"))
                await self._timed("channel_open", call.opened())
            self._call = call
        except TimeoutError:
            fault, why = LATE[self._step]
            raise LineError(fault, why) from None
        finally:
            if self._call is not call:
                await self._part(call)
        steps = ", ".join(f"{step} {ms:.0f} ms" for step, ms in self.timings.items())
        log.info("Connecting took: %s.", steps)

    def _new_call(self) -> Call:
        reader = self.reader = Reader()

        def message(raw: str) -> None:
            self._trace("in", raw)
            event = reader.parse(raw)
            if event is not None:
                self._on_event(event)

        def end(why: str) -> None:
            if self._call is call:
                self._call = None
                self._spawn(self._part(call))
                self._on_lost(Fault.LINE_LOST, why)

        call = Call(
            on_message=message,
            on_packet=self._on_packet,
            on_end=end,
            loopback=names_this_machine(self._settings.base_url),
        )
        return call

    async def _exchange(self, offer: str, language: str) -> Reply:
        """Return the service's answer to an offer; a refused token is replaced once."""
        token = await self._timed("token", self._tokens.token(language))
        try:
            return await self._timed("sdp", self._post(offer, token))
        except LineError as refused:
            if refused.fault is not Fault.KEY_REFUSED:
                raise
        self._tokens.drop(token)
        token = await self._timed("token", self._tokens.token(language))
        return await self._timed("sdp", self._post(offer, token))

    async def _post(self, offer: str, token: Token) -> Reply:
        return await post(
            self._http,
            self._calls_url,
            what="the call",
            secret=token.value,
            headers={
                "Authorization": f"Bearer {token.value.reveal()}",
                "Content-Type": "application/sdp",
            },
            content=offer.encode(),
        )

    async def _part(self, call: Call) -> None:
        """Close a call; the service is told beside it, where somebody holds the key for that."""
        if call.id:
            self._spawn(self._tokens.hang_up(call.id))
        await call.close()

    def _spawn(self, work: Coroutine[object, object, None]) -> None:
        task = asyncio.create_task(work)
        self._ending.add(task)
        task.add_done_callback(self._ending.discard)

    async def _timed(self, step: Step, work: Awaitable[T]) -> T:
        self._step = step
        began_s = time.monotonic()
        try:
            return await work
        finally:
            took_ms = 1000 * (time.monotonic() - began_s)
            self.timings[step] = self.timings.get(step, 0.0) + took_ms

    def _trace(self, direction: Literal["in", "out"], raw: str) -> None:
        if self._on_message is not None:
            self._on_message(direction, raw)
