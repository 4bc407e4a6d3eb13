"""A USB stick labelled KIOSK: mounted only while somebody uses it, so that it can be pulled."""

import logging
import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from kiosk.errors import CommandError

logger = logging.getLogger(__name__)

LABEL = "KIOSK"
DEVICE = Path("dev/disk/by-label") / LABEL
"""Where udev links it, below the root of the machine."""
KINDS = "vfat,exfat,ext4"
OPTIONS = "nosuid,nodev,noexec,noatime"
"""Whatever is on it, nothing of it runs or opens a device."""
PATIENCE_S = 30.0
"""Releasing a slow stick writes out what is left."""


class StickError(CommandError):
    """The stick cannot be used."""


class Stick(Protocol):
    """What programs do with a stick."""

    def is_there(self) -> bool:
        """Tell whether one is plugged in."""

    def mounted(self) -> AbstractContextManager[Path]:
        """Give the folder in which it is mounted until the end; raises `StickError`."""


@dataclass(frozen=True, slots=True)
class UsbStick:
    """The one that is plugged into this machine; takes root."""

    root: Path = Path("/")

    def is_there(self) -> bool:
        """See `Stick`."""
        return (self.root / DEVICE).exists()

    @contextmanager
    def mounted(self) -> Iterator[Path]:
        """See `Stick`.  A stick with a lock that is on is mounted all the same, only to be read."""
        runtime = os.environ.get("RUNTIME_DIRECTORY")
        folder = tempfile.mkdtemp(prefix="kiosk-stick-", dir=runtime)
        try:
            _call(
                ("mount", "--types", KINDS, "--options", OPTIONS, str(self.root / DEVICE), folder),
                f"The stick {LABEL} cannot be read: format it as FAT32 or exFAT.",
            )
            yield Path(folder)
        finally:
            _let_go(folder)


def _let_go(folder: str) -> None:
    """Release what is mounted there; nothing in the folder is ever deleted: it may be the stick."""
    try:
        if os.path.ismount(folder):
            _call(
                ("umount", folder),
                f"The stick {LABEL} is still written to: switch the booth off to pull it.",
            )
    except StickError:
        # Whoever still uses it keeps it, and no later visit finds it in its way.
        with suppress(StickError):
            _call(("umount", "--lazy", folder), "")
        raise
    finally:
        with suppress(OSError):
            Path(folder).rmdir()


def _call(words: tuple[str, ...], otherwise: str) -> None:
    try:
        done = subprocess.run(
            words, stdin=subprocess.DEVNULL, capture_output=True, check=False, timeout=PATIENCE_S
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        logger.warning("%s: %s", words[0], type(error).__name__)
        raise StickError([otherwise]) from None
    if done.returncode:
        logger.warning("%s: %s", words[0], done.stderr.decode("utf-8", "replace").strip())
        raise StickError([otherwise])
