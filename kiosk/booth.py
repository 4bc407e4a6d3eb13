"""The composition root: what a booth is made of, started in order and stopped in reverse.

The window runs on the main thread, everything else on one asyncio loop in a second thread; they
meet in the latest snapshot, the levels, and the key.
"""

import asyncio
import logging
import math
import signal
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from types import FrameType
from typing import Any, Literal

import pygame

from kiosk import log
from kiosk.audio.link import EngineLink
from kiosk.audio.port import Clock, Lips, VoicePacket
from kiosk.audio.profiles import PROFILES
from kiosk.core import events as on
from kiosk.core.faults import Fault
from kiosk.core.machine import begin
from kiosk.core.snapshot import Phase, Snapshot
from kiosk.errors import ExitStatus
from kiosk.host.button import Button, ButtonSource, KeyboardButton, find_button
from kiosk.host.publishing import Publisher, facts
from kiosk.host.systemd import Notifier, under_systemd
from kiosk.interview.session import session_configuration
from kiosk.reading import Reading, outfit
from kiosk.realtime.errors import LineError
from kiosk.realtime.peer import WebRTCAudioManager
from kiosk.realtime.post import http_client
from kiosk.realtime.token import Mint, TokenKeeper
from kiosk.realtime.token_client import mint_of
from kiosk.reload import Reload, apart
from kiosk.runtime import Observer, Outlets, Runtime
from kiosk.screen import atlas_cache
from kiosk.screen.errors import FaceError, ScreenError
from kiosk.screen.meters import Meters
from kiosk.screen.outfit import Outfit
from kiosk.screen.stats import FrameFigures
from kiosk.screen.text import font_warning
from kiosk.screen.window import Window
from kiosk.secret import Secret
from kiosk.settings import Settings
from kiosk.setup import setup
from kiosk.telling import Telling, both

logger = logging.getLogger(__name__)

STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT)
RELOAD_SIGNAL = signal.SIGHUP
STOP_LIMIT_S = 2.8
"""What has not let go so long after the word to stop is left to the end of the process."""
SOUND_WORD_S = 1.0
"""So long the first screen waits to hear whether there is a microphone."""
KEY_WORD_S = 3.0
"""And whether there is a key: the token service may have to start first."""


@dataclass(frozen=True, slots=True)
class Extras:
    """What a demo adds to a booth; a booth at a fair has none of it."""

    record: Path | None = None
    """Folder in which the sound engine keeps both voices."""
    monitor: Path | None = None
    """Pipe to which the engine copies what leaves the loudspeaker."""
    buttons: tuple[ButtonSource, ...] = ()
    """Pressed by nobody."""
    quit_on_escape: bool = False
    on_frame: Callable[[pygame.Surface, float], None] | None = None
    on_message: Callable[[Literal["in", "out"], str], None] | None = None
    on_packet: Callable[[VoicePacket], None] | None = None
    observe: Observer | None = None
    on_clock: Callable[[Clock], None] | None = None
    recorded: bool = False
    """The idle screen must say that this is recorded."""


class Booth:
    """One booth: `run` starts everything and returns when all of it has stopped."""

    def __init__(
        self,
        reading: Reading,
        key: Secret | None,
        environ: Mapping[str, str],
        extras: Extras | None = None,
        *,
        reread: Callable[[], Reading] | None = None,
    ) -> None:
        """Take what the booth is told; `reread` is what SIGHUP asks for, and may block."""
        self._reading = reading
        self._reload = Reload(reading, reread) if reread is not None else None
        self._key = key or Secret("")
        self._environ = environ
        self._extras = extras or Extras()
        language = reading.settings.interview.languages[0]
        self._snapshot = Snapshot(Phase.BOOTING, language=language)
        audio = reading.settings.audio
        self._meters = Meters(PROFILES[audio.profile].loudness_dbfs + audio.volume_db)
        self._keyboard = KeyboardButton()
        self._notifier = Notifier(environ)
        self._telling = Telling(self._notifier, Publisher(environ), reading.settings, facts())
        self._window = self._make_window()
        self._stop_asked: Callable[[], None] | None = None
        self._reload_asked: Callable[[], None] | None = None
        self._tell: Callable[[on.Event], None] = lambda _: None
        self._prepare: Callable[[str], None] = lambda _: None
        self._stop_limit = threading.Timer(STOP_LIMIT_S, self._window.stop)
        self._stop_limit.daemon = True
        self._stop_by_s = math.inf
        self._stopping = threading.Lock()
        """Taken by the first `stop` and never given back."""
        self._status = ExitStatus.RESTART
        self._token_fault: Fault | None = None
        self._key_known = asyncio.Event()
        """Set once it was tried to get a token."""
        self._face_refused = False
        self.line: WebRTCAudioManager | None = None
        """The line, once it is made; for a demo's report."""

    def run(self) -> int:
        """Be the booth on this, the main thread; returns the exit status.

        Raises `ScreenError` when no screen opens; systemd is told so.
        """
        log.hide(self._key)
        handlers = dict.fromkeys(STOP_SIGNALS, self._on_signal)
        if self._reload is not None:
            handlers[RELOAD_SIGNAL] = self._on_reload
        before = {each: signal.signal(each, handler) for each, handler in handlers.items()}
        self._open_window()
        for warning in (
            self._window.warning,
            font_warning(self._settings.interview.languages),
        ):
            if warning:
                logger.warning("%s", warning)
        live = threading.Thread(target=self._run_live, name="live", daemon=True)
        live.start()
        try:
            self._window.run()
        finally:
            self.stop()
            live.join(min(STOP_LIMIT_S, max(0.0, self._stop_by_s - time.monotonic())))
            self._stop_limit.cancel()
            for each, handler in before.items():
                signal.signal(each, handler)
        return self._status

    def stop(self) -> None:
        """End the booth within `STOP_LIMIT_S`, the call first; any thread or signal may."""
        if not self._stopping.acquire(blocking=False):
            return
        self._stop_by_s = time.monotonic() + STOP_LIMIT_S
        self._notifier.stopping()
        self._stop_limit.start()
        ask = self._stop_asked
        if ask is not None:
            ask()

    @property
    def frames(self) -> FrameFigures:
        """How long the window's frames took."""
        return self._window.stats.figures()

    # --- the main thread --------------------------------------------------------------------------

    def _open_window(self) -> None:
        """Under systemd a theme's face that cannot be drawn gives way to the booth's own."""
        try:
            open_window(self._window, self._notifier)
        except FaceError as error:
            theme = self._reading.theme
            if theme.avatar is None or not under_systemd(self._environ):
                raise
            logger.error("%s", error)  # noqa: TRY400 - its sentence is all there is to say
            self._face_refused = True
            self._reading = replace(self._reading, theme=replace(theme, avatar=None))
            self._window.put_on(self._outfit())

    def _make_window(self) -> Window:
        return Window(
            self._settings.screen,
            self._outfit(),
            snapshot=lambda: self._snapshot,
            meters=self._meters,
            on_button=self._keyboard.turn,
            on_quit=self.stop,
            key=self._settings.button.key,
            quit_on_escape=self._extras.quit_on_escape,
            on_frame=self._extras.on_frame,
            faces=atlas_cache.folder(self._environ),
        )

    def _outfit(self) -> Outfit:
        extras = self._extras
        return outfit(self._reading, recorded=extras.recorded, at_a_desk=extras.quit_on_escape)

    @property
    def _settings(self) -> Settings:
        return self._reading.settings

    def _on_signal(self, _: int, __: FrameType | None) -> None:
        self.stop()

    def _on_reload(self, _: int, __: FrameType | None) -> None:
        ask = self._reload_asked
        if ask is not None:
            ask()

    # --- the asyncio thread -----------------------------------------------------------------------

    def _run_live(self) -> None:
        try:
            restart = asyncio.run(self._live())
            self._status = ExitStatus.RESTART if restart else ExitStatus.DONE
        except Exception:
            logger.exception("the booth failed")
        finally:
            self._stop_asked = None
            self._window.stop()

    async def _live(self) -> bool:
        """Start every part, let the core run, stop every part in reverse."""
        extras = self._extras
        asyncio.get_running_loop().set_exception_handler(_log_unhandled)
        async with AsyncExitStack() as parts:
            http = await parts.enter_async_context(http_client(self._settings.realtime.base_url))
            sound = EngineLink(self._settings.audio, record=extras.record, monitor=extras.monitor)
            parts.push_async_callback(sound.stop)
            told = setup(self._reading)
            runtime = Runtime(begin(told.rules, told.plans), sound, self._outlets())
            parts.push_async_callback(runtime.close)
            mint = await parts.enter_async_context(mint_of(self._settings, self._key, http))
            tokens = self._make_tokens(mint, runtime)
            parts.push_async_callback(tokens.close)
            self.line = line = WebRTCAudioManager(
                self._settings.realtime,
                tokens,
                http,
                on_event=runtime.tell,
                on_packet=self._packets_to(runtime),
                on_lost=runtime.take_loss,
                on_message=extras.on_message,
            )
            parts.push_async_callback(line.disconnect)
            runtime.use(line)
            telling = asyncio.create_task(self._telling.run(sound, line), name="telling")
            parts.callback(telling.cancel)
            self._tell, self._prepare = runtime.tell, tokens.prepare
            self._reload_asked = lambda: runtime.begin_soon(self._read_again)
            button = self._make_button()
            parts.callback(button.stop)

            await sound.start()
            for fault in self._faults_known(button):
                runtime.tell(on.FaultRaised(fault))
            tokens.prepare(self._settings.interview.languages[0])
            await asyncio.gather(
                _within(SOUND_WORD_S, runtime.sound_known), _within(KEY_WORD_S, self._key_known)
            )
            runtime.tell(on.Booted())
            button.start(lambda down: runtime.tell(on.ButtonChanged(down)))
            self._stop_asked = lambda: runtime.tell_soon(on.StopAsked())
            if self._stop_by_s < math.inf:
                runtime.tell(on.StopAsked())
            restart = await runtime.stopped
            self._stop_asked = self._reload_asked = None
            self.stop()
            return restart

    def _faults_known(self, button: Button) -> Iterator[Fault]:
        """What is wrong before anything was tried, so that Idle is not shown for a moment."""
        if button.fault is not None:
            yield button.fault
        if self._reading.theme_error is not None or self._face_refused:
            yield Fault.THEME

    def _make_tokens(self, mint: Mint, runtime: Runtime) -> TokenKeeper:
        return TokenKeeper(
            mint,
            self._session,
            on_kept=lambda problem: self._take_token_news(runtime, problem),
        )

    def _packets_to(self, runtime: Runtime) -> Callable[[VoicePacket], None]:
        watch = self._extras.on_packet
        if watch is None:
            return runtime.take_packet

        def take(packet: VoicePacket) -> None:
            watch(packet)
            runtime.take_packet(packet)

        return take

    def _outlets(self) -> Outlets:
        return Outlets(
            show=self._show,
            sum_up=self._telling.sum_up,
            levels=self._take_levels,
            wipe=(self._wipe_screen, self._clear_levels),
            prepare=self._make_ready,
            take_up=self._take_up,
            observe=both(self._telling.observe, self._extras.observe),
        )

    def _make_button(self) -> Button:
        if self._extras.buttons:
            return Button((*self._extras.buttons, self._keyboard))
        return find_button(self._settings.button, self._keyboard, self._environ)

    def _session(self, language: str) -> dict[str, object]:
        return session_configuration(self._reading.script, self._settings.realtime, language)

    def _take_token_news(self, runtime: Runtime, problem: LineError | None) -> None:
        self._key_known.set()
        fault = problem.fault if problem else None
        before, self._token_fault = self._token_fault, fault
        if before is not None and before is not fault:
            runtime.tell(on.FaultCleared(before))
        if fault is not None:
            runtime.tell(on.FaultRaised(fault))

    def _take_levels(self, report: Clock | Lips) -> None:
        if isinstance(report, Lips):
            self._meters.speak(report.began_s, report.levels_dbfs, report.brights)
            return
        self._meters.heard_dbfs = report.heard_dbfs
        self._telling.take_clock(report)
        if self._extras.on_clock is not None:
            self._extras.on_clock(report)

    async def _read_again(self) -> None:
        if self._reload is not None:
            await self._reload.again(
                self._tell, lambda reading: self._tell(on.ConfigurationRead(setup(reading)))
            )

    def _make_ready(self, language: str) -> None:
        self._prepare(language)

    async def _take_up(self) -> None:
        """Go by what was read last; the window follows when it has drawn everything anew."""
        assert self._reload is not None, "nothing else is taken up"
        self._reading = self._reload.take_up()
        self._telling.use(self._settings)
        self._prepare(self._settings.interview.languages[0])
        try:
            await apart(partial(self._window.dress, self._outfit()))
        except ScreenError as error:
            logger.error("%s", error)  # noqa: TRY400 - its sentence is all there is to say
            self._tell(on.FaultRaised(Fault.THEME))
        else:
            logger.info("the changed configuration holds")

    async def _wipe_screen(self) -> None:
        await asyncio.wrap_future(self._window.forget())

    async def _clear_levels(self) -> None:
        self._meters.clear()

    def _show(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._telling.show(snapshot)


def open_window(window: Window, notifier: Notifier) -> None:
    """Open the screen, or tell systemd why not and raise `ScreenError`."""
    try:
        window.open()
    except ScreenError as error:
        notifier.status(error.sentence)
        raise


async def _within(limit_s: float, known: asyncio.Event) -> None:
    """Wait for something to be known, but not for ever."""
    with suppress(TimeoutError):
        await asyncio.wait_for(known.wait(), limit_s)


def _log_unhandled(_: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """Tell the journal what failed where nobody waited for it."""
    logger.error("unhandled: %s", context["message"], exc_info=context.get("exception"))
