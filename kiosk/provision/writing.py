"""Puts files in place: each whole or not at all, with what stood there kept beside it."""

import os
import shutil
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from kiosk.errors import CommandError

OLD = ".old"
"""Ending of what stood there before."""


def write_all(folder: Path, files: Mapping[str, bytes], *, mode: int, keep_old: bool) -> list[str]:
    """Write files below `folder`, and return the names of those that were not there like this.

    All are written out before the first is put in place.  Raises `CommandError`, and has then put
    none in place, unless the power goes between two of them.
    """
    changed = {name: data for name, data in files.items() if _held(folder / name) != data}
    drafts = {name: _beside(folder / name, ".new") for name in changed}
    try:
        for name, data in changed.items():
            (folder / name).parent.mkdir(mode=0o755, parents=True, exist_ok=True)
            _write(drafts[name], data, mode)
        for name, draft in drafts.items():
            if keep_old and (folder / name).is_file():
                shutil.copy2(folder / name, _beside(folder / name, OLD))
            draft.replace(folder / name)
    except OSError as error:
        reason = error.strerror or "unknown reason"
        raise CommandError([f"Nothing can be written to {folder}: {reason}."]) from None
    finally:
        for draft in drafts.values():
            with suppress(OSError):
                draft.unlink()
    return sorted(changed)


def _beside(path: Path, ending: str) -> Path:
    return path.with_name(path.name + ending)


def _held(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None


def _write(path: Path, data: bytes, mode: int) -> None:
    """Write a new file that nobody else could read before it has its mode."""
    path.unlink(missing_ok=True)
    opened = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(opened, "wb") as file:
        file.write(data)
        os.fchmod(opened, mode)
        file.flush()
        os.fsync(opened)
