"""The machine that a bundle tells of: its files below a root, and its programs."""

import os
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from kiosk.host.files import read_small

LARGEST_BYTES = 1 << 20
"""So much of a file, or of what a program says, is taken."""
PATIENCE_S = 20.0


class MissingError(Exception):
    """Something cannot be collected; the text is a sentence that says why."""


@dataclass(frozen=True, slots=True)
class Account:
    """A user of this machine and what it may use, by number."""

    user: int
    group: int
    groups: tuple[int, ...]


class Run(Protocol):
    """How programs are run."""

    def __call__(self, words: Sequence[str], *, any_status: bool = False) -> str:
        """Return what a program says on its standard output.

        Raises `MissingError` where there is none, where it does not end, and, unless `any_status`,
        where it fails.
        """


def run_program(words: Sequence[str], *, any_status: bool = False) -> str:
    """Run a program of this machine; see `Run`."""
    return _output(words, any_status=any_status, timeout_s=PATIENCE_S, account=None)


def run_as(account: Account, words: Sequence[str], timeout_s: float) -> str:
    """Run one as another user, whatever status it ends with; raises `MissingError`."""
    return _output(words, any_status=True, timeout_s=timeout_s, account=account)


def _output(
    words: Sequence[str], *, any_status: bool, timeout_s: float, account: Account | None
) -> str:
    name = Path(words[0]).name
    try:
        done = subprocess.run(
            list(words),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            timeout=timeout_s,
            # Only this process has something to tell systemd.
            env={name: text for name, text in os.environ.items() if name != "NOTIFY_SOCKET"},
            user=account.user if account else None,
            group=account.group if account else None,
            extra_groups=account.groups if account else None,
        )
    except FileNotFoundError:
        raise MissingError(f"There is no program {name} here.") from None
    except PermissionError:
        raise MissingError(f"This user may not run {name}.") from None
    except (OSError, subprocess.SubprocessError):
        raise MissingError(f"{name} did not come to an end.") from None
    if done.returncode and not any_status:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()
        reason = said[-1].rstrip(".") if said else f"status {done.returncode}"
        raise MissingError(f"{name} failed: {reason}.")
    return done.stdout.decode("utf-8", "replace")


@dataclass(frozen=True, slots=True)
class Machine:
    """Where everything is looked up."""

    root: Path = Path("/")
    """Holds `etc`, `proc`, `sys`, `run` and `var`."""
    run: Run = run_program
    environ: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))

    def read(self, path: str) -> str:
        """Return a text file below the root; raises `MissingError`."""
        try:
            with (self.root / path).open("rb") as file:
                return file.read(LARGEST_BYTES).decode("utf-8", "replace")
        except PermissionError:
            raise MissingError(f"This user may not read /{path}.") from None
        except OSError as error:
            reason = error.strerror or "unknown reason"
            raise MissingError(f"/{path} cannot be read: {reason}.") from None

    def read_booths(self, path: str) -> str:
        """Return a small text file that the booth's user may have replaced by anything.

        Raises `MissingError`.
        """
        try:
            return read_small(self.root / path, LARGEST_BYTES).decode("utf-8", "replace")
        except ValueError:
            raise MissingError(f"/{path} is not a small file.") from None
        except OSError as error:
            reason = error.strerror or "unknown reason"
            raise MissingError(f"/{path} cannot be read: {reason}.") from None

    def word(self, path: str) -> str:
        """Return what a small file holds, without white space around it; "" where it is not."""
        try:
            return self.read(path).strip("\0 \n")
        except MissingError:
            return ""

    def find(self, pattern: str) -> list[Path]:
        """Return the paths below the root that fit a pattern, in order."""
        try:
            return sorted(self.root.glob(pattern))
        except OSError:
            return []

    def within(self, path: Path) -> str:
        """Return a path that `find` gave as `read` takes it."""
        return str(path.relative_to(self.root))
