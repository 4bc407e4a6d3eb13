"""A login on the booth's own screen, asked for by the keys that Linux has for it.

Without a desktop SDL keeps Ctrl-Alt-F1 to F12 to itself (libsdl-org/SDL #13145), or Linux changes
to a terminal that nobody sees while the booth holds the screen.  So the booth asks root for one.
"""

import logging
from collections.abc import Mapping

from kiosk.host.systemd import own_folder

logger = logging.getLogger("kiosk.booth")

REQUEST = "console"
"""A file in the booth's own folder; that it is there is all it says.

systemd's kiosk-console.path waits for it and starts a login, which ends the booth and so takes the
file away.
"""


def ask_for_console(environ: Mapping[str, str]) -> None:
    """Ask for a login; nothing where the booth is no service."""
    folder = own_folder(environ, "RUNTIME_DIRECTORY")
    if folder is None:
        return
    try:
        (folder / REQUEST).touch()
    except OSError as error:
        logger.warning("no login can be asked for: %s", error)
    else:
        logger.info("somebody at the keyboard asks for a login")
