"""What the booth tells of itself outside: the journal's fields, and the line of its service."""

import logging
import secrets
from collections.abc import Mapping
from typing import Protocol

from kiosk import log
from kiosk.core.effects import How, SumUp
from kiosk.core.snapshot import Phase, Snapshot
from kiosk.status import status_line

READY_PHASES = frozenset({Phase.IDLE, Phase.OUT_OF_SERVICE, Phase.MAINTENANCE})
"""In these the screen says something true; systemd is told so once."""
_ENDED: Mapping[How, str] = {
    "finished": "interview ended: all was asked",
    "time": "interview ended: its time was over",
    "silence": "interview ended: nobody answered",
    "stopped": "interview ended: the candidate stopped it",
    "staff": "interview ended early: the booth is stopped",
    "fault": "interview ended early",
}

logger = logging.getLogger("kiosk.booth")


class ServiceManager(Protocol):
    """The part of `Notifier` that is used here."""

    def status(self, text: str) -> None:
        """Set the line that `systemctl status` shows."""

    def ready(self) -> None:
        """Say that the booth has started."""


class Telling:
    """Is shown every snapshot, and tells what is new; used on the asyncio thread."""

    def __init__(self, manager: ServiceManager) -> None:
        self._manager = manager
        self._fields: tuple[Phase, str] | None = None
        """Phase and code that the journal's records carry."""
        self._session = ""
        """The interview's name, which nobody else knows."""
        self._ready = False

    def show(self, snapshot: Snapshot) -> None:
        """Tell what is new; records that are written from here on belong to this snapshot."""
        self._tell_journal(snapshot)
        self._manager.status(status_line(snapshot))
        if not self._ready and snapshot.phase in READY_PHASES:
            self._ready = True
            self._manager.ready()

    def sum_up(self, effect: SumUp) -> None:
        """Write the one line that says how an interview went."""
        line, code = _ENDED[effect.how], ""
        if effect.fault is not None:
            code = effect.fault.remedy.code
            line = f"[{code}] {line}: {effect.fault.remedy.what.rstrip('.')}"
        asked = f"question {effect.question} of {effect.questions}"
        logger.info("%s; %s", line, asked, extra={log.CODE_FIELD: code})

    def _tell_journal(self, snapshot: Snapshot) -> None:
        code = snapshot.fault.remedy.code if snapshot.fault else ""
        before, self._fields = self._fields, (snapshot.phase, code)
        if before == self._fields:
            return
        if snapshot.phase in READY_PHASES:
            self._session = ""
        elif snapshot.phase is Phase.CONNECTING and (
            before is None or before[0] != Phase.CONNECTING
        ):
            self._session = secrets.token_hex(4)
        log.set_context(phase=snapshot.phase.value, session=self._session, code=code)
