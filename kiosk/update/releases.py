"""The releases of a machine: a folder each, one of them current; power may fail at any moment."""

import json
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from kiosk.host.files import replace_file, sync_folder

HOME = Path("opt/kiosk")
STATE = Path("var/lib/kiosk-update")
PENDING = STATE / "pending.json"
"""There from before a switch until the new release has shown itself to work."""
MADE = Path("venv") / "made"
"""Written last into a release, with the extras that its virtual environment holds."""


@dataclass(frozen=True, slots=True)
class Pending:
    """A switch that is not confirmed yet; each is the name of a release."""

    before: str
    """The one that worked."""
    after: str
    """The one to be tried."""
    previous: str | None
    """What could have been rolled back to before."""


class Releases:
    """The releases below `root`.  Each method leaves one that works current, wherever it ends."""

    def __init__(self, root: Path = Path("/")) -> None:
        """Read and change the machine whose files are below `root`."""
        self._home = root / HOME
        self._pending = root / PENDING
        self._state = root / STATE

    @property
    def state(self) -> Path:
        """The folder of what updates need."""
        return self._state

    @property
    def current(self) -> str | None:
        """The release that runs."""
        return self._linked("current")

    @property
    def previous(self) -> str | None:
        """The one to roll back to: whole, and another than the current one."""
        name = self._linked("previous")
        return name if name not in (None, self.current) else None

    def folder(self, name: str) -> Path:
        """Where a release is, or would be."""
        return self._home / "releases" / name

    def whole(self, name: str) -> bool:
        """Tell whether a release was made to its end."""
        return (self.folder(name) / MADE).is_file()

    def extras(self, name: str) -> tuple[str, ...]:
        """What a whole release holds beside the base, as `pyproject.toml` names it."""
        _, *extras = (self.folder(name) / MADE).read_text("utf-8").split()
        return tuple(extras)

    def switch(self, name: str) -> None:
        """Make a whole release the current one, and this one the previous."""
        current = self.current
        os.sync()
        if current not in (None, name):
            self._link("previous", current)
        self._link("current", name)

    def go_back(self, name: str, previous: str | None) -> None:
        """Make an earlier release the current one again, and another the previous."""
        self._link("current", name)
        if previous is None:
            (self._home / "previous").unlink(missing_ok=True)
        else:
            self._link("previous", previous)

    def drop(self, name: str) -> None:
        """Delete a release that is not in use."""
        if name not in (self.current, self.previous):
            # Without its mark first, so that a half of it is never taken for whole.
            (self.folder(name) / MADE).unlink(missing_ok=True)
            shutil.rmtree(self.folder(name), ignore_errors=True)

    def prune(self) -> None:
        """Delete every release but the current and the previous one."""
        for folder in self._folders():
            self.drop(folder.name)

    def begin(self, pending: Pending) -> None:
        """Note a switch that is about to be made."""
        self._state.mkdir(parents=True, exist_ok=True)
        told = json.dumps(asdict(pending)).encode()
        replace_file(self._pending, told, mode=0o644, lasting=True)

    def pending(self) -> Pending | None:
        """The switch that was not confirmed; one that cannot be read is none."""
        try:
            told = json.loads(self._pending.read_text("utf-8"))
            return Pending(told["before"], told["after"], told["previous"])
        except (OSError, ValueError, LookupError, TypeError):
            return None

    def confirm(self) -> None:
        """Note that nothing is open any more."""
        self._pending.unlink(missing_ok=True)
        if self._state.is_dir():
            sync_folder(self._state)

    def _folders(self) -> Iterator[Path]:
        with suppress(FileNotFoundError):
            yield from sorted((self._home / "releases").iterdir())

    def _linked(self, which: str) -> str | None:
        try:
            target = (self._home / which).readlink()
        except OSError:
            return None
        found = re.fullmatch(r"releases/([^/]+)", str(target))
        return found[1] if found and self.whole(found[1]) else None

    def _link(self, which: str, name: str) -> None:
        draft = self._home / f".{which}.new"
        draft.unlink(missing_ok=True)
        draft.symlink_to(f"releases/{name}")
        draft.replace(self._home / which)
        sync_folder(self._home)
