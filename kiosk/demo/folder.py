"""The folder in which a demo keeps a voice: gone with the demo, or with the next one."""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PREFIX = "kiosk-demo-"
_UNLOCKED_PREFIX = "kiosk-new-"


@contextmanager
def own_folder() -> Iterator[Path]:
    """Make a private folder for the block; take away what killed demos have left."""
    _sweep(Path(tempfile.gettempdir()))
    made = Path(tempfile.mkdtemp(prefix=_UNLOCKED_PREFIX))
    lock = _lock(made)
    assert lock is not None, "nobody else knows of the folder yet"
    folder = made.rename(made.with_name(made.name.replace(_UNLOCKED_PREFIX, PREFIX, 1)))
    try:
        yield folder
    finally:
        shutil.rmtree(folder)
        os.close(lock)


def _sweep(place: Path) -> None:
    """Remove every folder of ours that no living demo holds."""
    for folder in place.glob(f"{PREFIX}*"):
        if folder.is_symlink() or not folder.is_dir() or folder.stat().st_uid != os.getuid():
            continue
        lock = _lock(folder)
        if lock is not None:
            shutil.rmtree(folder, ignore_errors=True)
            os.close(lock)


def _lock(folder: Path) -> int | None:
    """Hold a folder as long as this process lives; None where another one does."""
    try:
        held = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    except OSError:
        return None
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(held)
        return None
    return held
