"""The composition root: what a booth is made of, started in order and stopped in reverse.

The window runs on the main thread and shows words before anything else is loaded; all other parts
live on one asyncio loop in a second thread (`live`).  The two meet in the latest snapshot, the
levels, and the key.
"""

import asyncio
import logging
import math
import signal
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import replace
from functools import partial
from types import FrameType
from typing import TYPE_CHECKING

from kiosk import log
from kiosk.audio.profiles import PROFILES
from kiosk.core.snapshot import FREE_PHASES, Phase, Snapshot
from kiosk.errors import ExitStatus
from kiosk.extras import Extras
from kiosk.host.button import KeyboardButton
from kiosk.host.console import ask_for_console
from kiosk.host.publishing import Publisher, facts
from kiosk.host.systemd import Notifier, under_systemd
from kiosk.host.watchdog import Watchdog
from kiosk.life.guard import RELOAD_SIGNAL, STOP_SIGNALS
from kiosk.life.heart import Part
from kiosk.lookups import LookupLoop
from kiosk.places import face_cache
from kiosk.reading import Reading, outfit
from kiosk.report.telling import Telling
from kiosk.screen.errors import FaceError
from kiosk.screen.meters import Meters
from kiosk.screen.outfit import Outfit
from kiosk.screen.stats import FrameFigures
from kiosk.screen.text import font_warning
from kiosk.screen.window import Window
from kiosk.secret import Secret
from kiosk.settings import Settings
from kiosk.startup import Startup

if TYPE_CHECKING:
    from kiosk.live import Live
    from kiosk.realtime.peer import WebRTCAudioManager

logger = logging.getLogger(__name__)

STOP_LIMIT_S = 2.8
"""What has not let go so long after the word to stop is left to the end of the process."""


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
        startup: Startup | None = None,
        watchdog: Watchdog | None = None,
    ) -> None:
        """Take what the booth is told; `reread` is what SIGHUP asks for, and may block."""
        self._reading = reading
        self._reread = reread
        self._startup = startup or Startup()
        self._key = key or Secret("")
        self._environ = environ
        self._extras = extras or Extras()
        language = reading.settings.interview.languages[0]
        self._snapshot = Snapshot(Phase.BOOTING, language=language)
        audio = reading.settings.audio
        self._meters = Meters(PROFILES[audio.profile].loudness_dbfs + audio.volume_db)
        self._keyboard = KeyboardButton()
        self._watchdog = watchdog or Watchdog(Notifier(environ), {})
        self._notifier = self._watchdog.notifier
        self._telling = Telling(self._notifier, Publisher(environ), reading.settings, facts())
        self._window = self._make_window()
        self._live: Live | None = None
        self._faced: Future[bool] = Future()
        """Done when the face is drawn; True where a theme's face gave way to the booth's own."""
        self._faced.set_running_or_notify_cancel()
        self._stop_limit = threading.Timer(STOP_LIMIT_S, self._window.stop)
        self._stop_limit.daemon = True
        self._stop_by_s = math.inf
        self._stopping = threading.Lock()
        """Taken by the first `stop` and never given back."""
        self._status = ExitStatus.RESTART

    def run(self) -> int:
        """Be the booth on this, the main thread; returns the exit status.

        Raises `ScreenError` when no screen opens; systemd is told so.
        """
        log.hide(self._key)
        handlers = dict.fromkeys(STOP_SIGNALS, self._on_signal)
        if self._reread is not None:
            handlers[RELOAD_SIGNAL] = self._on_reload
        before = {each: signal.signal(each, handler) for each, handler in handlers.items()}
        for each in STOP_SIGNALS:
            self._watchdog.hear(each, self.stop)
        self._watchdog.heart.begin(Part.WINDOW)
        self._window.open()
        self._startup.reach("first frame")
        self._watchdog.heart.begin(Part.LOOP)
        live = threading.Thread(target=self._run_live, name="live", daemon=True)
        live.start()
        faceless = False
        try:
            self._put_on_face()
            self._warn()
            self._window.run()
        except FaceError as error:
            if not under_systemd(self._environ):
                raise
            logger.error("%s", error)  # noqa: TRY400 - its sentence is all there is to say
            faceless = True
        finally:
            self.stop()
            live.join(min(STOP_LIMIT_S, max(0.0, self._stop_by_s - time.monotonic())))
            self._stop_limit.cancel()
            for each, handler in before.items():
                signal.signal(each, handler)
        return ExitStatus.RESTART if faceless else self._status

    def stop(self) -> None:
        """End the booth within `STOP_LIMIT_S`, the call first; any thread or signal may."""
        if not self._stopping.acquire(blocking=False):
            return
        self._stop_by_s = time.monotonic() + STOP_LIMIT_S
        self._notifier.stopping()
        self._stop_limit.start()
        live = self._live
        if live is not None:
            live.stop()

    @property
    def line(self) -> "WebRTCAudioManager | None":
        """The line, once it is made; for a demo's report."""
        return self._live.line if self._live is not None else None

    @property
    def frames(self) -> FrameFigures:
        """How long the window's frames took."""
        return self._window.stats.figures()

    # --- the main thread --------------------------------------------------------------------------

    def _put_on_face(self) -> None:
        """Under systemd a theme's face that cannot be drawn gives way to the booth's own."""
        try:
            self._window.put_on()
        except FaceError as error:
            self._notifier.status(error.sentence)
            theme = self._reading.theme
            if theme.avatar is None or not under_systemd(self._environ):
                raise
            logger.error("%s", error)  # noqa: TRY400 - its sentence is all there is to say
            self._reading = replace(self._reading, theme=replace(theme, avatar=None))
            self._window.put_on(self._outfit())
            self._faced.set_result(True)
        else:
            self._faced.set_result(False)
        self._startup.reach("face")

    def _warn(self) -> None:
        languages = self._settings.interview.languages
        for warning in (self._window.warning, font_warning(languages)):
            if warning:
                logger.warning("%s", warning)

    def _make_window(self) -> Window:
        return Window(
            self._settings.screen,
            self._outfit(),
            snapshot=lambda: self._snapshot,
            meters=self._meters,
            on_button=self._keyboard.turn,
            on_quit=self.stop,
            on_console=partial(ask_for_console, self._environ),
            on_turn=partial(self._watchdog.heart.beat, Part.WINDOW),
            key=self._settings.button.key,
            quit_on_escape=self._extras.quit_on_escape,
            on_frame=self._extras.on_frame,
            faces=face_cache(self._environ),
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
        live = self._live
        if live is not None:
            live.reload()

    # --- the asyncio thread -----------------------------------------------------------------------

    def _run_live(self) -> None:
        try:
            from kiosk.live import Live, MainThread  # noqa: PLC0415 - no word waits for it

            main = MainThread(
                self._window,
                self._meters,
                self._keyboard,
                show=self._show,
                telling=self._telling,
                faced=self._faced,
                stopping=self.stop,
                startup=self._startup,
                watchdog=self._watchdog,
            )
            live = Live(
                self._reading, self._key, self._environ, self._extras, main, reread=self._reread
            )
            self._live = live
            if self._stop_by_s < math.inf:
                live.stop()
            with asyncio.Runner(loop_factory=LookupLoop) as runner:
                restart = runner.run(live.run())
            self._status = ExitStatus.RESTART if restart else ExitStatus.DONE
        except Exception:
            logger.exception("the booth failed")
        finally:
            self._window.stop()

    def _show(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._telling.show(snapshot)
        if snapshot.phase in FREE_PHASES and self._startup.reach("up"):
            self._startup.tell()
