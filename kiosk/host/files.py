"""Files that others read, or that outlast a pulled plug."""

import os
import stat
from contextlib import suppress
from pathlib import Path


def replace_file(path: Path, data: bytes, *, mode: int, lasting: bool = False) -> None:
    """Put `data` in the place of a file: who reads it sees the old one or the new one, whole.

    `lasting` makes a pulled plug leave one of them, too, and may take long.  Raises `OSError`.
    """
    draft = path.with_name(f".{path.name}.new")
    try:
        with draft.open("wb") as file:
            os.fchmod(file.fileno(), mode)
            file.write(data)
            if lasting:
                file.flush()
                os.fsync(file.fileno())
        draft.replace(path)
        if lasting:
            sync_folder(path.parent)
    except OSError:
        with suppress(OSError):
            draft.unlink()
        raise


def settle(draft: Path, path: Path) -> None:
    """Put a finished file in the place of another so that a pulled plug leaves one of them.

    Raises `OSError`.
    """
    opened = os.open(draft, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
    draft.replace(path)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Have the names in a folder outlast a pulled plug; raises `OSError`."""
    opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def read_small(path: Path, most: int) -> bytes:
    """Read a file that another user may have replaced by anything: a link, a pipe.

    Raises `OSError`, or `ValueError` where it is no file of at most `most` bytes.
    """
    opened = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(opened, "rb") as file:
        if not stat.S_ISREG(os.fstat(opened).st_mode):
            raise ValueError("not a file")
        data = file.read(most + 1)
    if len(data) > most:
        raise ValueError("too large")
    return data
