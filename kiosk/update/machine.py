"""What an update does with the machine under it."""

import json
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from kiosk.update.manifest import UpdateError

BUILD_S = 1200.0
"""A Raspberry Pi unpacks and compiles for minutes."""
SETTLE_S = 120.0
DOCTOR_S = 120.0
RESTART_S = 100.0
"""More than systemd gives the booth to start and to stop."""
WATCH_S = 10.0
"""A booth that lives so long without a restart works."""
POLL_S = 0.5
BOOTH = "kiosk.service"
USER = "kiosk"
GROUPS = "audio,video,render,input,gpio"
"""What the unit gives the booth beside its own group."""


class Machine(Protocol):
    """The machine as an update sees it."""

    def equip(self, release: Path, wheels: Path, extras: Sequence[str]) -> None:
        """Make a release's virtual environment; raises `UpdateError`."""

    def failing(self, release: Path) -> Mapping[str, bool] | None:
        """Ask a release's doctor: each check, and whether it fails; None where it says nothing."""

    def settle(self, release: Path) -> None:
        """Put a release's units, drop-ins and settings in their places; raises `UpdateError`."""

    def restart(self) -> bool:
        """Start the booth anew; tell whether it got ready and stayed so."""


@dataclass(frozen=True, slots=True)
class ThisMachine:
    """The real one; takes root."""

    watch_s: float = WATCH_S
    """How long the booth is watched."""

    def equip(self, release: Path, wheels: Path, extras: Sequence[str]) -> None:
        """See `Machine`."""
        _must([release / "scripts" / "equip", wheels, *extras], BUILD_S, "cannot be equipped")

    def failing(self, release: Path) -> Mapping[str, bool] | None:
        """See `Machine`.  As the booth's user and with its groups, as the booth would be."""
        user = ["setpriv", f"--reuid={USER}", f"--regid={USER}", f"--groups={GROUPS}"]
        try:
            done = _call([*user, release / "venv" / "bin" / "kiosk", "doctor", "--json"], DOCTOR_S)
            found = json.loads(done.stdout)["findings"]
            return {str(each["check"]): each["level"] == "fail" for each in found}
        except (OSError, subprocess.TimeoutExpired, ValueError, LookupError, TypeError):
            return None

    def settle(self, release: Path) -> None:
        """See `Machine`."""
        _must([release / "scripts" / "settle"], SETTLE_S, "cannot be put in its places")

    def restart(self) -> bool:
        """See `Machine`."""
        try:
            _call(["systemctl", "reset-failed", BOOTH], RESTART_S)
            if _call(["systemctl", "restart", BOOTH], RESTART_S).returncode:
                return False
            return self._stays()
        except subprocess.TimeoutExpired:
            return False

    def _stays(self) -> bool:
        end_s = time.monotonic() + self.watch_s
        first = _shown()
        while time.monotonic() < end_s:
            time.sleep(POLL_S)
            if _shown() != first:
                return False
        return "ActiveState=active" in first


def _shown() -> list[str]:
    """What changes when the booth starts again."""
    words = ("systemctl", "show", "--property=ActiveState,MainPID,NRestarts", BOOTH)
    return _call(words, RESTART_S).stdout.split()


def _must(words: Sequence[str | Path], limit_s: float, otherwise: str) -> None:
    try:
        done = _call(words, limit_s)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise UpdateError([f"The release {otherwise}: {type(error).__name__}."]) from error
    if done.returncode:
        said = (done.stderr or done.stdout).strip().splitlines()
        raise UpdateError([f"The release {otherwise}: {said[-1] if said else 'no reason given'}"])


def _call(words: Sequence[str | Path], limit_s: float) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        list(map(str, words)),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
        timeout=limit_s,
    )
