"""Where the booth's records go, and what is taken out of them on the way.

A record tells what the booth did, never what a candidate or the interviewer said.  Libraries are
therefore kept at warnings even under `--debug`: some write message bodies at lower levels.
"""

import logging
import sys
import threading
from collections.abc import Mapping
from copy import copy
from typing import Protocol, TextIO

from kiosk.host.systemd import under_systemd
from kiosk.secret import Secret, redact

PRIORITIES = {
    logging.CRITICAL: 2,
    logging.ERROR: 3,
    logging.WARNING: 4,
    logging.INFO: 6,
    logging.DEBUG: 7,
}
"""Levels of syslog."""
CODE_FIELD = "kiosk_code"
"""An `extra` of a record that is about a staff code, whatever the booth's own code is just then."""


class Redactor(logging.Filter):
    """Takes secrets out of a record's message, arguments and exception, and adds where we are."""

    def __init__(self) -> None:
        super().__init__()
        self._known: frozenset[Secret] = frozenset()
        self._context: Mapping[str, str] = {}
        self._lock = threading.Lock()
        self._formatter = logging.Formatter()

    def hide(self, secret: Secret) -> None:
        """Take `secret` out of every later record, whatever it looks like."""
        with self._lock:
            self._known |= {secret}

    def set_context(self, context: Mapping[str, str]) -> None:
        """Replace the journal fields that later records carry."""
        self._context = dict(context)

    def filter(self, record: logging.LogRecord) -> bool:
        """Make the record fit to be seen; all records pass."""
        try:
            message = record.getMessage()
        except (TypeError, ValueError):
            message = f"{record.msg} {record.args!r}"
        record.msg, record.args = redact(message, self._known), ()
        if record.exc_info and not record.exc_text:
            record.exc_text = self._formatter.formatException(record.exc_info)
        if record.exc_text:
            record.exc_text = redact(record.exc_text, self._known)
        record.exc_info = None
        if record.stack_info:
            record.stack_info = redact(record.stack_info, self._known)
        code = getattr(record, CODE_FIELD, "")
        record.kiosk_context = {**self._context, "KIOSK_CODE": code} if code else self._context
        return True


class _Stderr(logging.StreamHandler[TextIO]):
    """Shows a traceback only to those who asked for it."""

    def __init__(self, *, tracebacks: bool) -> None:
        super().__init__(sys.stderr)
        self._tracebacks = tracebacks
        self.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))

    def format(self, record: logging.LogRecord) -> str:
        if not self._tracebacks:
            record = copy(record)
            record.exc_text = record.stack_info = None
        return super().format(record)


class _Send(Protocol):
    def __call__(self, message: str, **fields: str) -> None: ...


class _Journal(logging.Handler):
    """Writes to journald with fields that `journalctl KIOSK_SESSION=…` finds."""

    def __init__(self, send: _Send) -> None:
        super().__init__()
        self._send = send
        self.setFormatter(logging.Formatter("%(message)s"))

    def emit(self, record: logging.LogRecord) -> None:
        try:
            self._send(
                self.format(record),
                PRIORITY=str(PRIORITIES.get(record.levelno, 5)),
                LOGGER=record.name,
                SYSLOG_IDENTIFIER="kiosk",
                THREAD_NAME=record.threadName or "",
                **getattr(record, "kiosk_context", {}),
            )
        except OSError:
            self.handleError(record)


def set_up(environ: Mapping[str, str], *, debug: bool = False) -> None:
    """Send records to journald under systemd, else to stderr; call once per process."""
    handler = _handler(environ, debug=debug)
    handler.addFilter(Redactor())
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    logging.getLogger("kiosk").setLevel(logging.DEBUG if debug else logging.INFO)
    logging.captureWarnings(capture=True)


def _handler(environ: Mapping[str, str], *, debug: bool) -> logging.Handler:
    if under_systemd(environ):
        try:
            from systemd.journal import send  # noqa: PLC0415 - only a service has the library
        except ImportError:
            return _Stderr(tracebacks=True)
        return _Journal(send)
    return _Stderr(tracebacks=debug)


def hide(secret: Secret) -> None:
    """Take `secret` out of everything logged from now on."""
    for redactor in _redactors():
        redactor.hide(secret)


def set_context(*, phase: str = "", session: str = "", code: str = "") -> None:
    """Give later records `KIOSK_PHASE`, `KIOSK_SESSION` and `KIOSK_CODE`, those that are set.

    A record with a code of its own (`CODE_FIELD`) keeps that.
    """
    fields = {"KIOSK_PHASE": phase, "KIOSK_SESSION": session, "KIOSK_CODE": code}
    for redactor in _redactors():
        redactor.set_context({name: text for name, text in fields.items() if text})


def _redactors() -> list[Redactor]:
    filters = [each for handler in logging.getLogger().handlers for each in handler.filters]
    return [each for each in filters if isinstance(each, Redactor)]
