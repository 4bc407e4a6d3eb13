"""Where the booth's report and its counts go: folders that systemd made, or nowhere.

A folder that is full or gone is said once to the journal, and hurts nothing else.
"""

import json
import logging
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path

from kiosk.host.files import replace_file
from kiosk.host.running import STATUS_FILE
from kiosk.host.systemd import boot_id, own_folder
from kiosk.report.bulletin import Facts

logger = logging.getLogger("kiosk.booth")

PACKAGE = "interview-booth"
COUNTS_FILE = "counts.json"
"""In the state directory."""
LARGEST_BYTES = 1 << 16


class Publisher:
    """Writes both files."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        """Take `RUNTIME_DIRECTORY` and `STATE_DIRECTORY`, which only a service has."""
        self._report = _file(environ, "RUNTIME_DIRECTORY", STATUS_FILE.name)
        self._counts = _file(environ, "STATE_DIRECTORY", COUNTS_FILE)
        self._saving: threading.Thread | None = None
        self._complained: set[Path] = set()

    def publish(self, report: Mapping[str, object]) -> None:
        """Let everybody on this machine read the report; quick, as it is in memory."""
        if self._report is not None:
            self._replace(self._report, report, mode=0o644, lasting=False)

    def save(self, days: Mapping[str, Mapping[str, float]]) -> bool:
        """Begin to keep what was counted; False while the last time still takes."""
        if self._counts is None or (self._saving is not None and self._saving.is_alive()):
            return self._counts is None
        self._saving = threading.Thread(
            target=self._replace,
            args=(self._counts, days),
            kwargs={"mode": 0o600, "lasting": True},
            name="counts",
            daemon=True,
        )
        self._saving.start()
        return True

    def saved(self) -> object:
        """Return what was kept, whatever stands there; None for nothing."""
        if self._counts is None:
            return None
        with suppress(OSError, ValueError, RecursionError), self._counts.open("rb") as file:
            return json.loads(file.read(LARGEST_BYTES))
        return None

    def _replace(self, path: Path, content: object, *, mode: int, lasting: bool) -> None:
        try:
            replace_file(path, json.dumps(content).encode(), mode=mode, lasting=lasting)
        except OSError as error:
            if path not in self._complained:
                self._complained.add(path)
                logger.warning("%s cannot be written: %s.", path, error.strerror)
        else:
            self._complained.discard(path)


def facts() -> Facts:
    """Return what this process and this machine are."""
    return Facts(version(PACKAGE), boot_id(), time.monotonic())


def _file(environ: Mapping[str, str], variable: str, name: str) -> Path | None:
    folder = own_folder(environ, variable)
    return folder / name if folder else None
