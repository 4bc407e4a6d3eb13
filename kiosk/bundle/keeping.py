"""Writes a bundle where it is wanted, whole or not at all, and forgets older ones."""

import os
from contextlib import suppress
from pathlib import Path

from kiosk.bundle.archive import SUFFIX
from kiosk.errors import CommandError


class WriteError(CommandError):
    """A bundle cannot be written."""


def destination(out: Path | None, name: str) -> Path:
    """Return the file that is meant: `out` itself, or one of this name in the folder `out`.

    None is the working directory.
    """
    folder = out or Path.cwd()
    is_file = out is not None and not out.is_dir() and out.name.endswith((".tgz", SUFFIX))
    return folder if is_file else folder / f"{name}{SUFFIX}"


def write(path: Path, data: bytes, *, place: str) -> None:
    """Write a file so that it is whole even when the power goes; raises `WriteError`.

    `place` is what people call the folder.
    """
    draft = path.with_name(f".{path.name}.new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with draft.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
        _settle(path.parent)
    except OSError as error:
        with suppress(OSError):
            draft.unlink()
        reason = error.strerror or "unknown reason"
        raise WriteError([f"The bundle cannot be written to {place}: {reason}."]) from None


def _settle(folder: Path) -> None:
    """Have the folder itself written out, where its file system can."""
    opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        with suppress(OSError):
            os.fsync(opened)
    finally:
        os.close(opened)


def forget(folder: Path, keep: int) -> None:
    """Delete all bundles of a folder but the last `keep`; their names tell their age."""
    for path in sorted(folder.glob(f"kiosk-bundle-*{SUFFIX}"))[:-keep]:
        with suppress(OSError):
            path.unlink()
