"""`kiosk run`: reads all that a booth must know; then it begins, or shows why it cannot."""

import logging
import os
import signal
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from types import FrameType

from kiosk import config
from kiosk.booth import RELOAD_SIGNAL, STOP_SIGNALS, Booth, open_window
from kiosk.core.faults import Fault
from kiosk.core.snapshot import Phase, Snapshot
from kiosk.errors import CommandError, ExitStatus
from kiosk.host.publishing import Publisher, facts
from kiosk.host.systemd import Notifier, under_systemd
from kiosk.interview.script import ScriptError
from kiosk.interview.words import Facts
from kiosk.places import face_cache
from kiosk.reading import read, readable
from kiosk.screen.meters import Meters
from kiosk.screen.outfit import Outfit
from kiosk.screen.window import Window
from kiosk.secret import KEY_VARIABLE, Secret
from kiosk.settings import Settings, TokenSettings
from kiosk.standing import standing
from kiosk.startup import Startup
from kiosk.status import status_line

logger = logging.getLogger(__name__)

NO_KEY = config.ConfigFault(KEY_VARIABLE, 0, "There is no API key: .env or this variable has it.")
NO_SERVICE = (
    "There is no token service. To do without one, set KIOSK_TOKEN_SOURCE=direct and "
    f"{KEY_VARIABLE}, in .env or as variables."
)
"""Why a person's booth does not begin; a service shows it."""


def main(config_path: Path | None, watch: Callable[[str], None] | None = None) -> int:
    """Be the booth until told to stop; returns the exit status.  `watch` is told each step.

    Under systemd a mistake in configuration or script is shown on the screen instead of raised, and
    a theme with a mistake is not shown.
    """
    startup = Startup(watch)
    startup.reach("code")
    service = under_systemd(os.environ)
    environ: Mapping[str, str] = os.environ
    try:
        environ = config.environment(os.environ, Path.cwd(), under_systemd=service)
        reading = read(config_path, environ)
        key = _own_key(reading.settings.token, environ)
        if not service and reading.theme_error is not None:
            raise reading.theme_error
        if not service:
            _check_key(reading.settings.token, key)
    except CommandError as error:
        if not service:
            raise
        logger.error("%s", error)  # noqa: TRY400 - its sentences are all there is to say
        fault = Fault.SCRIPT if isinstance(error, ScriptError) else Fault.CONFIG
        return show_fault(fault, readable(config_path, environ), os.environ)
    if reading.theme_error is not None:
        logger.error("%s", reading.theme_error)
    startup.reach("read")
    reread = partial(read, config_path, environ) if service else None
    return Booth(reading, key, environ, reread=reread, startup=startup).run()


def _own_key(token: TokenSettings, environ: Mapping[str, str]) -> Secret | None:
    """Return the key that this process holds itself; one that it must not hold is not looked at."""
    return config.api_key(environ) if token.source == "direct" else None


def _check_key(token: TokenSettings, key: Secret | None) -> None:
    """Raise `ConfigError` where somebody at a terminal has forgotten where tokens come from."""
    if token.source == "direct" and key is None:
        raise config.ConfigError([NO_KEY])
    if token.source == "service" and not os.path.lexists(token.socket):
        raise config.ConfigError([config.ConfigFault(str(token.socket), 0, NO_SERVICE)])


def show_fault(fault: Fault, settings: Settings, environ: Mapping[str, str]) -> int:
    """Show one fault on the screen until told to stop: a booth that cannot even begin.

    Told to reload, it ends for a fresh start.
    """
    status = ExitStatus.DONE

    def begin_anew(_: int, __: FrameType | None) -> None:
        nonlocal status
        status = ExitStatus.RESTART
        window.stop()

    snapshot = Snapshot(Phase.OUT_OF_SERVICE, fault=fault)
    notifier = Notifier(environ)
    window = Window(
        settings.screen,
        Outfit(settings.booth.name, Facts(minutes=0, questions=0)),
        snapshot=lambda: snapshot,
        meters=Meters(),
        faces=face_cache(environ),
    )
    for each in STOP_SIGNALS:
        signal.signal(each, lambda _, __: window.stop())
    signal.signal(RELOAD_SIGNAL, begin_anew)
    open_window(window, notifier)
    notifier.status(status_line(snapshot))
    notifier.ready()
    with standing(Publisher(environ), settings, facts(), snapshot):
        window.run()
    notifier.stopping()
    return status
