"""What the booth tells its service manager; without one, nothing is said and nothing is needed."""

import os
import socket
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

from kiosk.errors import CommandError

BOOT_ID = Path("proc/sys/kernel/random/boot_id")
"""Below the root."""


def under_systemd(environ: Mapping[str, str]) -> bool:
    """Tell whether this very process was started by systemd, not by somebody's shell below it."""
    return "NOTIFY_SOCKET" in environ or environ.get("SYSTEMD_EXEC_PID") == str(os.getpid())


def own_folder(environ: Mapping[str, str], variable: str) -> Path | None:
    """Return the first folder in `RUNTIME_DIRECTORY` and the like, which is the service's own."""
    first = environ.get(variable, "").partition(":")[0]
    return Path(first) if first else None


def boot_id(root: Path = Path("/")) -> str:
    """Return the kernel's name for this start of the machine; empty where it does not tell."""
    with suppress(OSError):
        return (root / BOOT_ID).read_text("ascii", "replace").strip()
    return ""


class Notifier:
    """The booth's line to systemd (`sd_notify`); a no-op where `NOTIFY_SOCKET` is not set."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._send = _sender() if environ.get("NOTIFY_SOCKET") else None
        self._status = ""
        self.started = False
        """It has heard that the booth is ready."""

    def ready(self) -> None:
        """The screen shows something a candidate can use, or a code for staff."""
        self.started = True
        self._notify("READY=1")

    def status(self, text: str) -> None:
        """Set the line that `systemctl status` shows; said only when it changed."""
        line = " ".join(text.split())
        if line != self._status:
            self._status = line
            self._notify(f"STATUS={line}")

    def stopping(self) -> None:
        """The booth is on its way out."""
        self._notify("STOPPING=1")

    def alive(self, patience_s: float) -> None:
        """Everything that must move has moved since the last call (the watchdog's ping).

        A booth that has not started yet is given so much more time to.
        """
        if self.started:
            self._notify("WATCHDOG=1")
        else:
            self._notify(f"WATCHDOG=1\nEXTEND_TIMEOUT_USEC={patience_s * 1e6:.0f}")

    def dead(self) -> None:
        """Something that must move does not: deal with it now as the watchdog would."""
        self._notify("WATCHDOG=trigger")

    def _notify(self, state: str) -> None:
        if self._send is not None:
            self._send(state)


def _sender() -> Callable[[str], object]:
    try:
        from systemd.daemon import notify  # noqa: PLC0415 - only a service has the library
    except ImportError:
        raise CommandError(
            ["The Python package systemd-python is missing: systemd waits for word from the booth."]
        ) from None
    send: Callable[[str], object] = notify
    return send


def given_socket() -> socket.socket | None:
    """Return the listening Unix socket that systemd opened for this process; None without one.

    Raises `CommandError` where it gave something else.
    """
    if "LISTEN_FDS" not in os.environ:
        return None
    try:
        from systemd.daemon import listen_fds  # noqa: PLC0415 - only a service has the library
    except ImportError:
        raise CommandError(
            ["The Python package systemd-python is missing: systemd hands over a socket."]
        ) from None
    given = [socket.socket(fileno=number) for number in listen_fds()]
    if not given:
        return None
    first = given[0]
    listens = first.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN)
    if len(given) > 1 or not listens or first.family != socket.AF_UNIX:
        for each in given:
            each.close()
        raise CommandError(["systemd must hand over one listening Unix socket, and nothing else."])
    return first
