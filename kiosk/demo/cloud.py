"""`kiosk demo --cloud`: a short real call with the customer's own key, and what it tells.

The call is the booth's own, from the button to the loudspeaker, but for screen and sound card: a
virtual candidate listens and speaks.
"""

import asyncio
import base64
import json
import logging
import os
import time
from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack, ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

from kiosk import config, log
from kiosk.audio.backends import FILE_PREFIX
from kiosk.audio.link import EngineLink
from kiosk.audio.port import VoicePacket
from kiosk.core import effects as do
from kiosk.core import events as on
from kiosk.core.faults import Fault
from kiosk.core.machine import begin
from kiosk.core.snapshot import Connection, Phase
from kiosk.core.state import State
from kiosk.demo.candidate import Habits
from kiosk.demo.candidate_process import CandidateError, CandidateProcess
from kiosk.demo.console import say
from kiosk.demo.evidence import Evidence
from kiosk.demo.folder import own_folder
from kiosk.demo.options import SCRIPT, DemoOptions
from kiosk.demo.packets import WireEar, traced
from kiosk.demo.questions import APPEND, MODELS, answers
from kiosk.demo.trace import entry, redacted
from kiosk.demo.verdict import best_exchange, steps, verdict
from kiosk.errors import CommandError, ExitStatus
from kiosk.interview.script import Script, load_script
from kiosk.interview.session import plan, session_configuration
from kiosk.places import ASSETS, scripts_directory
from kiosk.realtime.errors import LineError
from kiosk.realtime.peer import WebRTCAudioManager
from kiosk.realtime.place import Place
from kiosk.realtime.post import http_client
from kiosk.realtime.token import Minter, SessionConfiguration, TokenKeeper
from kiosk.runtime import Outlets, Runtime
from kiosk.secret import Secret
from kiosk.settings import Settings
from kiosk.setup import rules

LANGUAGE = "en"
"""The virtual candidate speaks no other."""
HABITS = Habits(interrupt_turn=1, interrupt_after_s=5.5)
"""The greeting is spoken over: one line shows barge-in, a turn and its answer."""
PROBE_S = 2.0
"""Kept at the end of the call for what only an error would tell."""
OPEN_MARGIN_S = 10.0
"""The core gives up on a line by itself, well before this."""
TRACE = "trace.jsonl"
TRACE_HERE = Path("kiosk-cloud-trace.jsonl")
_SILENCE = base64.b64encode(bytes(960)).decode()  # 20 ms at 24 kHz


def main(options: DemoOptions) -> int:
    """Call, report, and leave a trace; returns 0 when a whole turn worked, else 69."""
    environ = config.environment(os.environ, Path.cwd(), under_systemd=False)
    settings = config.load(options.config, environ)
    key = config.api_key(environ)
    if key is None:
        raise CommandError([f"There is no API key to call with; {config.WHERE_KEYS_LIVE}."])
    log.hide(key)
    script = load_script(options.script or SCRIPT, scripts_directory(options.config))
    path = _trace_path(options.out)
    host = urlsplit(settings.realtime.base_url).hostname or "nowhere"
    with _quiet(), ExitStack() as stack:
        folder = stack.enter_context(own_folder())
        say("Inviting a virtual candidate ...")
        candidate = _candidate(folder, script.id)
        stack.callback(candidate.stop)
        say(f"Calling {host} for {settings.realtime.model} ...")
        microphone = f"{FILE_PREFIX}{candidate.microphone}"
        audio = replace(settings.audio, input=(microphone,), output=(FILE_PREFIX,))
        settings = replace(settings, audio=audio)
        note_packet = stack.enter_context(traced(options.packets))
        cloud = _Cloud(settings, script, key, candidate, note_packet)
        seen = asyncio.run(cloud.call(options.seconds))
    return _report(seen, path)


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep the journal's lines out of a report that says the same; `--debug` shows them."""
    logger = logging.getLogger("kiosk")
    before = logger.level
    if not logger.isEnabledFor(logging.DEBUG):
        logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        logger.setLevel(before)


def _trace_path(out: Path | None) -> Path:
    """Return where the trace goes; finds out before the call whether that can be written."""
    path = TRACE_HERE if out is None else out / TRACE
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CommandError([f"{path} cannot be written: {error.strerror}."]) from error
    if path.is_dir() or not os.access(path if path.exists() else path.parent, os.W_OK):
        raise CommandError([f"{path} cannot be written."])
    return path


def _candidate(folder: Path, script_id: str) -> CandidateProcess:
    candidate = CandidateProcess(ASSETS, folder, script_id, HABITS)
    try:
        candidate.start()
    except CandidateError as error:
        raise CommandError([str(error)]) from error
    return candidate


class _Line(WebRTCAudioManager):
    """The booth's line, which also tells what it saw."""

    why = ""
    """Why the call could not be opened, or was lost, in one sentence."""

    @property
    def answer_sdp(self) -> str:
        """What the service answered; empty until it has."""
        return self._dialling.answer_sdp if self._dialling is not None else ""

    async def connect(self, language: str, call: int, place: do.Place = "service") -> None:
        try:
            await super().connect(language, call, place)
        except LineError as problem:
            self.why = problem.why
            raise

    def send_raw(self, raw: str) -> None:
        """Send what a booth never sends; nothing where there is no call."""
        if self._line is not None and not self._line.call.send(raw):
            self._trace("out", raw)


class _Cloud:
    """One call, and everything that is seen of it."""

    def __init__(
        self,
        settings: Settings,
        script: Script,
        key: Secret,
        candidate: CandidateProcess,
        note_packet: Callable[[VoicePacket], None],
    ) -> None:
        self._settings = settings
        self._script = script
        self._key = key
        self._candidate = candidate
        self._note_packet = note_packet
        self._seen = Evidence(time.monotonic())
        self._seen.wants_transcripts = bool(settings.realtime.transcription_model)
        self._opened = asyncio.Event()
        self._over = asyncio.Event()
        self._refused = asyncio.Event()
        self._was_resting = False

    async def call(self, limit_s: float) -> Evidence:
        """Hold a call of at most `limit_s` seconds; return what was seen."""
        seen = self._seen
        async with AsyncExitStack() as parts:
            http = await parts.enter_async_context(http_client(self._settings.realtime.base_url))
            sound = EngineLink(self._settings.audio, monitor=self._candidate.monitor)
            parts.push_async_callback(sound.stop)
            core = begin(rules(self._settings), {LANGUAGE: plan(self._script, LANGUAGE)})
            outlets = Outlets(show=lambda _: None, levels=lambda _: None, observe=self._observe)
            runtime = Runtime(core, sound, outlets)
            parts.push_async_callback(runtime.close)
            lifetime_s = self._settings.token.lifetime_s
            minter = Minter(self._settings.realtime, self._key, http, lifetime_s=lifetime_s)
            tokens = TokenKeeper(minter, self._session)
            parts.push_async_callback(tokens.close)
            ear = WireEar()

            def packet(came: VoicePacket) -> None:
                self._note_packet(came)
                seen.packets.append(ear.hear(came))
                runtime.take_packet(came)

            def lost(call: int, fault: Fault, why: str) -> None:
                line.why = why
                runtime.take_loss(call, fault, why)

            async def service() -> Place:
                return Place(self._settings.realtime.base_url, tokens, http)

            line = _Line(
                {"service": service},
                self._settings.realtime.connect_timeout_s,
                on_event=runtime.tell,
                on_packet=packet,
                on_hearing=runtime.take_hearing,
                on_lost=lost,
                on_put_back=runtime.tell,
                on_message=self._take_message,
            )
            parts.push_async_callback(line.disconnect)
            runtime.use(line)

            await sound.start()
            runtime.tell(on.Booted())
            seen.began_s = time.monotonic()
            for down in (True, False):
                runtime.tell(on.ButtonChanged(down))
            await self._hold(line, limit_s)
            seen.timings, seen.answer_sdp = dict(line.timings), line.answer_sdp
            if seen.fault is not None:
                seen.why = told(seen.fault, line.why)
            runtime.tell(on.StopAsked())
            await runtime.stopped
            if seen.opened_s is not None:
                seen.models = {name: await self._try_model(minter, name) for name in MODELS}
        seen.passages = self._candidate.stop()
        return seen

    async def _hold(self, line: _Line, limit_s: float) -> None:
        """Return when enough was seen, something failed, or the time is over."""
        connect_s = self._settings.realtime.connect_timeout_s + OPEN_MARGIN_S
        await _within(connect_s, self._opened)
        if self._seen.opened_s is None:
            return
        say("The line is open; the candidate listens ...")
        await _within(max(0.0, limit_s - PROBE_S), self._over)
        if line.connection is Connection.CONNECTED and self._seen.fault is None:
            line.send_raw(json.dumps({"type": APPEND, "audio": _SILENCE}))
            await _within(PROBE_S, self._refused)
        self._seen.ended_s = time.monotonic()

    def _session(self, language: str) -> SessionConfiguration:
        return session_configuration(self._script, self._settings.realtime, language)

    async def _try_model(self, minter: Minter, name: str) -> str:
        realtime = replace(self._settings.realtime, transcription_model=name)
        try:
            await minter.mint(session_configuration(self._script, realtime, LANGUAGE))
        except LineError as problem:
            return f"no: {problem.why}"
        return "yes: a token was minted for it"

    # --- what is seen -----------------------------------------------------------------------------

    def _take_message(self, direction: str, raw: str) -> None:
        each = entry(time.monotonic(), "in" if direction == "in" else "out", raw)
        self._seen.entries.append(each)
        if each.type == "error":
            self._refused.set()

    def _observe(
        self, state: State, event: on.Event, _: tuple[do.Effect, ...], now_s: float
    ) -> None:
        seen = self._seen
        if isinstance(event, on.LineOpened):
            seen.opened_s = now_s
            self._opened.set()
        if isinstance(event, on.PlayoutReported) and event.audible and seen.loudspeaker_s is None:
            seen.loudspeaker_s = now_s
        fault = _fault(state, event)
        if fault is not None and seen.fault is None:
            seen.fault = fault
        if seen.fault is not None or state.phase in (Phase.FAREWELL, Phase.WIPING):
            self._opened.set()
            self._over.set()
        resting, self._was_resting = (
            state.talk.resting and not self._was_resting,
            state.talk.resting,
        )
        if resting and not self._over.is_set():
            seen.passages = self._candidate.passages()
            best = best_exchange(seen)
            if best is not None and best.whole(transcripts=seen.wants_transcripts):
                self._over.set()


def _fault(state: State, event: on.Event) -> Fault | None:
    if isinstance(event, on.LineFailed | on.ServiceErred | on.ResponseDone | on.FaultRaised):
        return event.fault
    return state.failed


async def _within(limit_s: float, event: asyncio.Event) -> bool:
    """Wait for an event; False when it did not come in time."""
    try:
        async with asyncio.timeout(limit_s):
            await event.wait()
    except TimeoutError:
        return False
    return True


def told(fault: Fault, why: str) -> str:
    """Say in words what a fault is, with its code and what to do about it."""
    remedy = fault.remedy
    return f"{why or remedy.what} [{remedy.code}] {remedy.do}"


def _report(seen: Evidence, path: Path) -> int:
    judged = verdict(seen)
    print("\nSteps")
    opened = seen.opened_s is not None
    for name, ms in steps(seen):
        if opened or ms is not None:
            print(f"  {name:<38} {'-' if ms is None else f'{ms:.0f} ms':>9}")
    if opened:
        print("\nWhat no document tells")
        for question, answer in answers(seen).items():
            print(f"  {question.asks}\n      {answer}")
    print(f"\nVerdict: {judged.sentence}")
    if seen.fault is not None and judged.worked:
        print(f"Later, though: {seen.why}")
    if seen.entries:
        lines = redacted([*seen.entries, *seen.sounds()], seen.began_s)
        path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
        print(f"Trace of the order of events, without words, addresses or keys: {path}")
    return ExitStatus.DONE if judged.worked else ExitStatus.NOTHING_TO_BE_DONE
