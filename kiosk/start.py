"""`kiosk run`: reads all that a booth must know; then it begins, or shows why it cannot."""

import logging
import os
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from kiosk import config
from kiosk.booth import Booth
from kiosk.core.faults import Fault
from kiosk.errors import CommandError
from kiosk.fault_screen import show_fault
from kiosk.host.systemd import under_systemd
from kiosk.interview.script import ScriptError
from kiosk.life.guard import Guard
from kiosk.life.restarts import Cause
from kiosk.reading import read, readable
from kiosk.secret import KEY_VARIABLE, Secret
from kiosk.settings import TokenSettings
from kiosk.startup import Startup

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
    guard = Guard(os.environ)
    return guard.run(partial(_begin, config_path, guard, startup))


def _begin(config_path: Path | None, guard: Guard, startup: Startup, spent: Cause | None) -> int:
    """Be the booth, or show why it cannot be one."""
    service = under_systemd(os.environ)
    environ: Mapping[str, str] = os.environ
    if spent is not None:
        return show_fault(Fault.GAVE_UP, readable(config_path, environ), environ, guard)
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
        return show_fault(fault, readable(config_path, environ), os.environ, guard)
    if reading.theme_error is not None:
        logger.error("%s", reading.theme_error)
    startup.reach("read")
    reread = partial(read, config_path, environ) if service else None
    booth = Booth(reading, key, environ, reread=reread, startup=startup, watchdog=guard.watchdog)
    return booth.run()


def _own_key(token: TokenSettings, environ: Mapping[str, str]) -> Secret | None:
    """Return the key that this process holds itself; one that it must not hold is not looked at."""
    return config.api_key(environ) if token.source == "direct" else None


def _check_key(token: TokenSettings, key: Secret | None) -> None:
    """Raise `ConfigError` where somebody at a terminal has forgotten where tokens come from."""
    if token.source == "direct" and key is None:
        raise config.ConfigError([NO_KEY])
    if token.source == "service" and not os.path.lexists(token.socket):
        raise config.ConfigError([config.ConfigFault(str(token.socket), 0, NO_SERVICE)])
