"""How a unit that runs once says what came of it: everywhere that staff look."""

import os
import sys
import time
from pathlib import Path

from kiosk.core.notices import Level, Notice
from kiosk.host.notices import FOLDER, clean, post
from kiosk.host.systemd import Notifier


def tell(name: str, level: Level, text: str, *, folder: Path = FOLDER) -> None:
    """Print a line, leave it for `systemctl status` of this unit, and post it to the booth.

    `name` is the unit's without `kiosk-`.  The unit needs `NotifyAccess=main`; who may not write
    into `folder`, and a machine on which there is none, tells the other two.
    """
    line = clean(text)
    print(line, flush=True)
    Notifier(os.environ).status(line)
    try:
        post(Notice(name, level, line, time.monotonic()), folder)
    except OSError as error:
        print(f"The booth's screen does not show it: {error}", file=sys.stderr)
