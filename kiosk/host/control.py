"""What staff want of the booth, and what their units say: looked up in one folder of the machine.

The folder is in memory, so looking costs some 20 µs; nothing has to tell the booth to look.
"""

import asyncio
import logging
import time
from collections.abc import Callable
from pathlib import Path

from kiosk.core import events as on
from kiosk.core.notices import Notice, news
from kiosk.host.notices import FOLDER, read_notices

logger = logging.getLogger("kiosk.booth")

CONTROL = FOLDER.parent
MAINTENANCE = "maintenance"
"""While this file is there, staff want the booth for themselves; only root can make it."""
EVERY_S = 1.0


class Control:
    """The folder as it was seen last."""

    def __init__(self, folder: Path = CONTROL, now_s: Callable[[], float] = time.monotonic) -> None:
        """`now_s` is the monotonic clock; a folder that is not there wants and says nothing."""
        self._folder = folder
        self._now_s = now_s
        self._changed_ns = 0
        self._notices: tuple[Notice, ...] = ()

    def wanted(self) -> bool:
        """Tell whether staff want the booth."""
        return (self._folder / MAINTENANCE).exists()

    def notices(self) -> tuple[Notice, ...]:
        """What was said and is still news, the newest first."""
        folder = self._folder / FOLDER.name
        try:
            changed_ns = folder.stat().st_mtime_ns
        except OSError:
            changed_ns = 0
        if changed_ns != self._changed_ns:
            self._changed_ns = changed_ns
            self._notices = read_notices(folder, now_s=self._now_s)
        return news(self._notices, self._now_s())


class Watcher:
    """Tells the core what is new in the folder; on the asyncio thread."""

    def __init__(self, tell: Callable[[on.Event], None], control: Control | None = None) -> None:
        self._tell = tell
        self._control = control or Control()
        self._wanted = False
        self._notices: tuple[Notice, ...] = ()

    def look(self) -> None:
        """Tell what has changed since the last look."""
        wanted, notices = self._control.wanted(), self._control.notices()
        if wanted != self._wanted:
            self._wanted = wanted
            logger.info("staff want the booth" if wanted else "staff give the booth back")
            self._tell(on.MaintenanceBegun() if wanted else on.MaintenanceEnded())
        if notices != self._notices:
            self._notices = notices
            self._tell(on.NoticesRead(notices))

    async def run(self) -> None:
        """Look for ever."""
        while True:
            self.look()
            await asyncio.sleep(EVERY_S)
