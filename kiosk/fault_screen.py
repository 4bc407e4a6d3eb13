"""One fault on the screen, and nothing behind it: a booth that cannot even begin."""

import logging
import signal
import threading
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from types import FrameType

from kiosk import log
from kiosk.core.faults import Fault
from kiosk.core.snapshot import Phase, Snapshot
from kiosk.errors import ExitStatus
from kiosk.host.console import ask_for_console
from kiosk.host.control import Control
from kiosk.host.publishing import Publisher, facts
from kiosk.interview.words import Facts
from kiosk.life.guard import RELOAD_SIGNAL, STOP_SIGNALS, Guard
from kiosk.life.heart import Part
from kiosk.places import face_cache
from kiosk.report.standing import standing
from kiosk.report.status import status_line, told
from kiosk.screen.errors import FaceError
from kiosk.screen.meters import Meters
from kiosk.screen.outfit import Outfit
from kiosk.screen.window import Window
from kiosk.settings import Settings

logger = logging.getLogger("kiosk.booth")


def show_fault(fault: Fault, settings: Settings, environ: Mapping[str, str], guard: Guard) -> int:
    """Show a fault until told to stop; returns the exit status.

    Told to reload, it ends for a fresh start.  Raises `ScreenError` where no screen opens, but for
    `GAVE_UP`: that stays up without one, and no part of it is watched, because it may be the screen
    that failed.
    """
    status = ExitStatus.DONE
    over = threading.Event()
    snapshot = Snapshot(Phase.OUT_OF_SERVICE, fault=fault)
    control = Control()
    heart = guard.watchdog.heart
    window = Window(
        settings.screen,
        Outfit(settings.booth.name, Facts(minutes=0, questions=0)),
        snapshot=lambda: replace(snapshot, notices=control.notices()),
        meters=Meters(),
        on_console=partial(ask_for_console, environ),
        on_turn=lambda: heart.beat(Part.WINDOW),
        faces=face_cache(environ),
    )

    def leave(_: int, __: FrameType | None) -> None:
        window.stop()
        over.set()

    def begin_anew(number: int, frame: FrameType | None) -> None:
        nonlocal status
        status = ExitStatus.RESTART
        guard.fresh_try = True
        leave(number, frame)

    def tell() -> None:
        log.set_context(phase=snapshot.phase.value, code=fault.remedy.code)
        logger.error("%s", told(fault))
        guard.notifier.status(status_line(snapshot))
        guard.notifier.ready()

    for each in STOP_SIGNALS:
        signal.signal(each, leave)
    signal.signal(RELOAD_SIGNAL, begin_anew)
    report = standing(Publisher(environ), settings, facts(), snapshot)
    if fault is Fault.GAVE_UP:
        tell()
        with report:
            _stay(window, over, blind=guard.blind)
    else:
        heart.begin(Part.WINDOW)
        window.open()
        tell()
        with report:
            _draw(window)
    guard.notifier.stopping()
    return status


def _draw(window: Window) -> None:
    """Show the fault with the booth's face; with its words alone where the face is damaged."""
    try:
        window.put_on()
    except FaceError as error:
        logger.error("%s", error)  # noqa: TRY400 - its sentence is all there is to say
        window.stay()
    else:
        window.run()


def _stay(window: Window, over: threading.Event, *, blind: bool) -> None:
    """Stay up until told otherwise, with the window if that can be."""
    try:
        if not blind:
            window.open()
            _draw(window)
    except Exception:
        logger.exception("The code cannot be shown on the screen.")
    over.wait()
