"""The file in which a booth keeps count of its own restarts, so that a crash cannot forget them."""

import logging
import threading
from collections.abc import Callable, Mapping
from pathlib import Path

from kiosk.host.files import replace_file
from kiosk.host.systemd import boot_id, own_folder
from kiosk.life.restarts import RESTARTS, Cause, Record, parse, text_of

logger = logging.getLogger("kiosk.booth")

FOLDER_VARIABLE = "RUNTIME_DIRECTORY"
"""Set by systemd, in memory: a card that is full or dying is when a count is needed.  Without it
nothing is counted."""
NAME = "restarts.json"
LARGEST_BYTES = 4096


class RestartBook:
    """One process's entry; any thread may write it, and of its end only the first word counts.

    A file that cannot be written is told to the journal and keeps no booth from running.
    """

    def __init__(self, environ: Mapping[str, str], root: Path = Path("/")) -> None:
        folder = own_folder(environ, FOLDER_VARIABLE)
        self._path = folder / NAME if folder else None
        self._record = parse(self._read(), boot_id(root))
        self._over = False
        """How this process ends is written."""
        self._writing = threading.Lock()
        self.blind = self._record.running == "code"
        """Even the screen that only showed the code ended without a word."""

    def begin(self) -> Cause | None:
        """Write that a process runs; return the cause why it may only show a code, if there is one.

        Whatever ended the one before without a word is counted first.
        """
        spent = self._record.settled().spent
        self._write(lambda record: record.begun("booth" if spent is None else "code"))
        return spent

    def failed(self, cause: Cause) -> None:
        """Write that this process ends itself, and why."""
        if self._settle():
            self._write(lambda record: record.failed(cause))
            logger.critical(
                "The booth ends for a fresh start: %s (%d of %d since power-on).",
                cause.value,
                self._record.times(cause),
                RESTARTS,
            )

    def ended(self) -> None:
        """Write that this process ends in order, and uses nothing up."""
        if self._settle():
            self._write(Record.ended)

    def forget(self) -> None:
        """Write that nothing has happened yet: a person has stopped the booth."""
        self._settle()
        self._write(lambda record: Record(record.boot))

    def _settle(self) -> bool:
        """Tell whether this is the first word of the end."""
        with self._writing:
            first, self._over = not self._over, True
        return first

    def _read(self) -> str:
        if self._path is None:
            return ""
        try:
            with self._path.open("rb") as file:
                return file.read(LARGEST_BYTES).decode(errors="replace")
        except FileNotFoundError:
            return ""
        except OSError as error:
            logger.warning("The count of restarts cannot be read: %s.", error)
            return ""

    def _write(self, change: Callable[[Record], Record]) -> None:
        with self._writing:
            self._record = change(self._record)
            if self._path is None:
                return
            try:
                replace_file(self._path, text_of(self._record).encode(), mode=0o600)
            except OSError as error:
                logger.warning("The count of restarts cannot be kept: %s.", error)
