"""The relay between a booth and the stand-in: HTTP and all of a call's UDP go through it."""

import asyncio
from collections.abc import Callable, Iterable
from types import TracebackType
from typing import Self

import httpx
from aiohttp import web

from kiosk.loopback import LOOPBACK
from kiosk.standin.tasks import ended
from kiosk.standin.venue.emulator import Emulator
from kiosk.standin.venue.ports import PortPair
from kiosk.standin.venue.scenario import Direction, Scenario, Scope
from kiosk.standin.venue.sdp import led_through, udp_address

IDLE_S = 60.0
"""Nothing more comes of a call of which nothing came for so long: aiortc asks every 5 s, and
gives up after 36 s."""
_TRY_AGAIN_S = 0.3
"""A part of HTTP that was lost is sent again after that: TCP's least, without its patience."""
_HTTP_BYTES = 1500
_HEADERS_BYTES = 28
"""Of IP and UDP."""
_BODY_LIMIT = 1024 * 1024
_FOR_ONE_HOP = frozenset(
    {"connection", "content-encoding", "content-length", "host", "keep-alive", "transfer-encoding"}
)


class Relay:
    """A bad network: `async with Relay(standin.base_url, scenario) as relay: relay.base_url`.

    The stand-in must be on this machine.  HTTP is never refused by it: in an outage, requests and
    answers wait for its end, as TCP would.  The time of a scenario begins with the first call.
    """

    def __init__(self, target_base_url: str, scenario: Scenario | None = None) -> None:
        self.base_url = ""
        """Set once it listens."""
        self.emulator = Emulator(scenario or Scenario())
        self._target = target_base_url.rstrip("/")
        self._called = False
        self._began_s = 0.0
        self._pairs: list[PortPair] = []
        self._runner: web.AppRunner | None = None
        self._http: httpx.AsyncClient | None = None
        self._sweeping: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._began_s = asyncio.get_running_loop().time()
        self._http = httpx.AsyncClient(trust_env=False, timeout=httpx.Timeout(None))
        application = web.Application(client_max_size=_BODY_LIMIT)
        application.router.add_route("*", "/{path:.*}", self._pass_on)
        self._runner = web.AppRunner(
            application, access_log=None, shutdown_timeout=0.2, handler_cancellation=True
        )
        await self._runner.setup()
        await web.TCPSite(self._runner, LOOPBACK, 0).start()
        self.base_url = f"http://{LOOPBACK}:{self._runner.addresses[0][1]}"
        self._sweeping = asyncio.create_task(self._sweep(), name="sweep ports")
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._sweeping is not None:
            await ended([self._sweeping])
        if self._runner is not None:
            await self._runner.cleanup()
        if self._http is not None:
            await self._http.aclose()
        for pair in self._pairs:
            pair.close()
        self._pairs.clear()

    @property
    def calls(self) -> int:
        """Calls that have a way through it."""
        return len(self._pairs)

    def begin_outage(self, scope: Scope = "all") -> None:
        """Let nothing of that through until `end_outage`; what is under way is lost too."""
        self.emulator.begin_outage(scope)

    def end_outage(self) -> None:
        """End what `begin_outage` began; the scenario goes on."""
        self.emulator.end_outage()

    def set(self, scenario: Scenario) -> None:
        """Play another scenario from its beginning, with counts of its own; an outage lasts."""
        self._began_s = asyncio.get_running_loop().time()
        self.emulator = Emulator(scenario, self.emulator.outage)

    # --- UDP ----------------------------------------------------------------------------------

    def _forward(self, direction: Direction, size: int, arrive: Callable[[], None]) -> None:
        loop = asyncio.get_running_loop()
        sent_s = self._now_s()
        for due_s in self.emulator.schedule("udp", direction, sent_s, size + _HEADERS_BYTES):
            if due_s <= sent_s:
                self._deliver(direction, sent_s, arrive)
            else:
                loop.call_at(self._began_s + due_s, self._deliver, direction, sent_s, arrive)

    def _deliver(self, direction: Direction, sent_s: float, arrive: Callable[[], None]) -> None:
        if self.emulator.delivers("udp", direction, sent_s, self._now_s()):
            arrive()

    async def _sweep(self) -> None:
        while True:
            await asyncio.sleep(IDLE_S / 4)
            since_s = asyncio.get_running_loop().time() - IDLE_S
            for pair in [pair for pair in self._pairs if pair.heard_s < since_s]:
                pair.close()
                self._pairs.remove(pair)

    # --- HTTP ---------------------------------------------------------------------------------

    async def _pass_on(self, request: web.Request) -> web.Response:
        body = await request.read()
        pair = None
        if request.content_type == "application/sdp":
            if not self._called:
                self._called = True
                self.set(self.emulator.scenario)
            pair = await PortPair(self._forward).open()
            self._pairs.append(pair)
            offer = body.decode(errors="replace")
            pair.ports["up"].peer = udp_address(offer)
            body = led_through(offer, pair.ports["down"].address).encode()
        await self._gets_through("up")
        answer = await self._asked(request, body)
        if pair is not None and answer.content_type == "application/sdp":
            sdp = answer.text or ""
            pair.ports["down"].peer = udp_address(sdp)
            answer.text = led_through(sdp, pair.ports["up"].address)
        await self._gets_through("down")
        return answer

    async def _asked(self, request: web.Request, body: bytes) -> web.Response:
        assert self._http is not None
        try:
            reply = await self._http.request(
                request.method,
                self._target + request.raw_path,
                headers=_passed(request.headers.items()),
                content=body,
            )
        except httpx.HTTPError as problem:
            raise web.HTTPBadGateway(text="The stand-in does not answer.") from problem
        return web.Response(
            status=reply.status_code, body=reply.content, headers=_passed(reply.headers.items())
        )

    async def _gets_through(self, direction: Direction) -> None:
        """Wait as long as a part of HTTP is under way, until one of its sendings arrives."""
        while True:
            sent_s = self._now_s()
            for due_s in self.emulator.schedule("http", direction, sent_s, _HTTP_BYTES)[:1]:
                await asyncio.sleep(due_s - sent_s)
                if self.emulator.delivers("http", direction, sent_s, self._now_s()):
                    return
            await asyncio.sleep(_TRY_AGAIN_S)

    def _now_s(self) -> float:
        return asyncio.get_running_loop().time() - self._began_s


def _passed(headers: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    return [(name, value) for name, value in headers if name.lower() not in _FOR_ONE_HOP]
