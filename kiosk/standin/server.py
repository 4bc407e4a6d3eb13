"""The stand-in's HTTP side, and the whole of it as one object or one command."""

import asyncio
import json
import logging
import signal
import sys
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

from aiohttp import web

from kiosk.errors import CommandError, ExitStatus
from kiosk.host.child import ready
from kiosk.hosts import is_loopback
from kiosk.interview.script import ScriptError, load_script, spoken_lines
from kiosk.places import ASSETS, SCRIPTS
from kiosk.standin.call import Call, Direction, Observer
from kiosk.standin.client_secrets import DEFAULT_LIFETIME_S, ClientSecret, ClientSecrets
from kiosk.standin.configuration import check_secret_request, default_session, updated
from kiosk.standin.ears import DeafEars, Ears, EarsError, Hearing
from kiosk.standin.faults import HTTP_FAULTS, Faults
from kiosk.standin.interviewer import TAKES_OVER, Interviewer
from kiosk.standin.session import Session
from kiosk.standin.tasks import ended
from kiosk.standin.voice import Voice, VoiceError, open_voice
from kiosk.standin.wire import Event, RefusedError, new_id

_log = logging.getLogger(__name__)

_PREFIXES = ("/v1/realtime", "/openai/v1/realtime")
"""OpenAI's paths and Azure's."""
_BODY_LIMIT = 256 * 1024


@dataclass(frozen=True, slots=True)
class StandinOptions:
    """How the stand-in is set up."""

    host: str = "127.0.0.1"
    port: int = 8700
    """0 takes any free port."""
    script: str = "early-career"
    """A file in `script_directory` without `.toml`, or a path."""
    script_directory: Path = SCRIPTS
    assets: Path = ASSETS
    """Where `voice/<language>/manifest.json` lies."""
    voice_path: Path | None = None
    """A Piper voice (`.onnx`) for lines that are not recorded; None takes espeak-ng."""
    key: str = field(default="", repr=False)
    """The standard key it wants; empty takes any."""
    faults: Faults = field(default_factory=Faults)
    pace: float = 4.0
    """How many times faster than speech the words of a response are generated."""
    send_silence: bool = True
    """Whether RTP goes on while the model is silent."""
    session_limit_s: float = 3600.0
    """Longest call."""
    must_hear: bool = False
    """The command ends where speech cannot be recognised; else it only says so."""
    takes_over: bool = False
    """It goes on with interviews that the service has begun, and says so."""


class Standin:
    """The service while it runs: `async with Standin(options) as standin: standin.base_url`."""

    def __init__(
        self,
        options: StandinOptions,
        *,
        observe: Observer | None = None,
        voice: Voice | None = None,
        hearing: Hearing | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Raises ScriptError and VoiceError; `observe` is told every event of every call."""
        self.options = options
        self.faults = options.faults
        """What goes wrong from the next request or call on; may be replaced at any time."""
        self.script = load_script(options.script, options.script_directory)
        language = self.script.languages[0]
        self.voice = voice or open_voice(options.assets, language, options.voice_path)
        self.base_url = ""
        """Set once it listens."""
        self.calls: dict[str, Call] = {}
        """Calls that are open, by id."""
        introduces = options.takes_over and not self.voice.mute_on((TAKES_OVER,))
        self._interviewer = Interviewer(self.script, TAKES_OVER if introduces else "")
        self._own_ears = Ears(language) if hearing is None else None
        self._hearing: Hearing = hearing or self._own_ears or DeafEars()
        self._observe = observe or _look_away
        self._clock = clock
        self._secrets = ClientSecrets(clock)
        self._runner: web.AppRunner | None = None
        self._warming: asyncio.Task[None] | None = None
        self._preparing: asyncio.Task[None] | None = None
        self.ears_fault = ""
        """Why speech cannot be recognised, once that is known."""

    async def __aenter__(self) -> Self:
        application = web.Application(client_max_size=_BODY_LIMIT, middlewares=[self._guard])
        for prefix in _PREFIXES:
            application.router.add_post(f"{prefix}/client_secrets", self._mint)
            application.router.add_post(f"{prefix}/calls", self._call)
            application.router.add_post(f"{prefix}/calls/{{call_id}}/hangup", self._hang_up)
        self._runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.2)
        await self._runner.setup()
        await web.TCPSite(self._runner, self.options.host, self.options.port).start()
        port = self._runner.addresses[0][1]
        host = f"[{self.options.host}]" if ":" in self.options.host else self.options.host
        self.base_url = f"http://{host}:{port}"
        self._preparing = asyncio.create_task(self._prepare(), name="prepare voice")
        if self._own_ears is not None:
            self._warming = asyncio.create_task(self._warm_up(self._own_ears), name="warm up ears")
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await asyncio.gather(*(call.hang_up() for call in list(self.calls.values())))
        if self._runner is not None:
            await self._runner.cleanup()
        if self._preparing is not None:
            await ended([self._preparing])
        if self._warming is not None:
            await self._warming
        if self._own_ears is not None:
            await asyncio.to_thread(self._own_ears.close)

    def mute_lines(self) -> tuple[str, ...]:
        """Return the lines of the script that cannot be said here."""
        return self.voice.mute_on(spoken_lines(self.script))

    async def warmed_up(self) -> None:
        """Wait until the ears are ready, or `ears_fault` says why they never will be."""
        if self._warming is not None:
            await self._warming

    async def _prepare(self) -> None:
        try:
            lines = (TAKES_OVER,) if self.options.takes_over else ()
            await self.voice.prepare((*lines, *spoken_lines(self.script)))
        except VoiceError as error:
            _log.warning("a line of the script cannot be said: %s", error)

    async def _warm_up(self, ears: Ears) -> None:
        try:
            await ears.warm_up()
        except EarsError as error:
            self.ears_fault = str(error)

    # --- HTTP ---------------------------------------------------------------------------------

    @web.middleware
    async def _guard(
        self,
        request: web.Request,
        handler: Callable[[web.Request], Awaitable[web.StreamResponse]],
    ) -> web.StreamResponse:
        if self.faults.delay:
            await asyncio.sleep(self.faults.delay)
        try:
            return await handler(request)
        except RefusedError as refused:
            return _error(refused.status, refused.error())
        except web.HTTPException as refused:
            code = {404: "unknown_url", 405: "method_not_supported"}.get(refused.status)
            return _error(
                refused.status,
                {
                    "message": f"{refused.reason}: {request.method} {request.path}",
                    "type": "invalid_request_error",
                    "param": None,
                    "code": code,
                },
            )

    async def _mint(self, request: web.Request) -> web.StreamResponse:
        if drill := self.faults.mint:
            return _drill(drill)
        self._want_key(request)
        body = await _json_body(request)
        check_secret_request(body, "")
        session = updated(default_session(), body.get("session", {"type": "realtime"}))
        lifetime_s = body.get("expires_after", {}).get("seconds", DEFAULT_LIFETIME_S)
        secret = self._secrets.mint(session, lifetime_s)
        described = {
            **secret.session,
            "object": "realtime.session",
            "id": new_id("sess"),
            "expires_at": 0,
        }
        return web.json_response(
            {"value": secret.value, "expires_at": secret.expires_at, "session": described}
        )

    async def _call(self, request: web.Request) -> web.StreamResponse:
        if drill := self.faults.calls:
            return _drill(drill)
        secret = self._secrets.redeem(_bearer(request))
        if request.content_type != "application/sdp":
            raise RefusedError(
                "Unsupported content type; send the offer as 'application/sdp'.",
                code="unsupported_content_type",
            )
        offer = (await request.read()).decode(errors="replace")
        if self.faults.no_answer:
            await asyncio.Event().wait()
        call = Call(
            lambda send: self._open_session(secret, send),
            self._closed,
            faults=self.faults,
            observe=self._observe,
            limit_s=self.options.session_limit_s,
        )
        self.calls[call.id] = call
        try:
            answer = await call.answer(offer, loopback=is_loopback(self.options.host))
        except BaseException:
            await call.hang_up()
            raise
        return web.Response(
            status=201,
            body=answer.encode(),
            content_type="application/sdp",
            headers={"Location": f"/v1/realtime/calls/{call.id}"},
        )

    async def _hang_up(self, request: web.Request) -> web.StreamResponse:
        self._want_key(request)
        call = self.calls.get(request.match_info["call_id"])
        if call is None:
            raise RefusedError("No such call.", code="call_id_not_found", status=404)
        await call.hang_up()
        return web.Response(status=200)

    def _want_key(self, request: web.Request) -> None:
        key = _bearer(request) or request.headers.get("api-key", "")
        wanted = self.options.key
        if not key or (wanted and key != wanted) or key.startswith("ek_"):
            raise RefusedError("Incorrect API key provided.", code="invalid_api_key", status=401)

    def _open_session(self, secret: ClientSecret, send: Callable[[Event], None]) -> Session:
        return Session(
            secret.session,
            self._interviewer,
            self.voice,
            DeafEars() if self.faults.deaf else self._hearing,
            send,
            faults=self.faults,
            pace=self.options.pace,
            send_silence=self.options.send_silence,
        )

    def _closed(self, call: Call) -> None:
        self.calls.pop(call.id, None)


def main(options: StandinOptions) -> int:
    """Run until SIGTERM or SIGINT; prints one line with the base URL once it is ready.

    Raises CommandError when the script or the voice cannot be used, or the port is taken.
    """
    try:
        standin = Standin(options)
    except (ScriptError, VoiceError) as error:
        raise CommandError(str(error).splitlines()) from error
    if mute := standin.mute_lines():
        raise CommandError([f"Nothing here can say {len(mute)} lines, such as “{mute[0]}”"])
    try:
        asyncio.run(_serve(standin))
    except OSError as error:
        where = f"{options.host}:{options.port}"
        raise CommandError([f"The stand-in cannot listen on {where}: {error.strerror}."]) from error
    return ExitStatus.DONE


async def _serve(standin: Standin) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with standin:
        await standin.warmed_up()
        if standin.ears_fault:
            deaf = f"The stand-in hears nothing. {standin.ears_fault}"
            if standin.options.must_hear:
                raise CommandError([deaf])
            sys.stderr.write(f"{deaf}\n")
        ready("stand-in", standin.base_url)
        await stop.wait()


def _look_away(call_id: str, direction: Direction, event: Event) -> None:
    del call_id, direction, event


def _bearer(request: web.Request) -> str:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


async def _json_body(request: web.Request) -> Event:
    try:
        body = json.loads(await request.read() or b"{}")
    except (ValueError, RecursionError) as error:
        raise RefusedError("We could not parse the JSON body of your request.") from error
    if not isinstance(body, dict):
        raise RefusedError("The body of your request is not a JSON object.")
    return body


def _error(status: int, error: Event) -> web.Response:
    return web.json_response({"error": error}, status=status)


def _drill(name: str) -> web.Response:
    fault = HTTP_FAULTS[name]
    body = {
        "message": fault.message,
        "type": fault.kind,
        "param": "session.drill" if fault.code == "unknown_parameter" else None,
        "code": fault.code,
    }
    response = _error(fault.status, body)
    if fault.retry_after_s is not None:
        response.headers["Retry-After"] = str(fault.retry_after_s)
    return response
