"""Takes over `kiosk.toml`, interviews and themes, together: all of them or none."""

import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from kiosk import reading
from kiosk.errors import CommandError
from kiosk.interview.script import load_script
from kiosk.provision.files import INTERVIEWS, SETTINGS, THEMES
from kiosk.provision.writing import write_all
from kiosk.reload import takes_restart
from kiosk.screen.theme_file import load_theme

PLACE = Path("etc/kiosk")


def take_over(root: Path, files: Mapping[str, bytes]) -> tuple[list[str], tuple[str, ...]]:
    """Check the files with all that is there already, and put them in place.

    Returns the names of what changed, and the settings that take a restart of the booth.  Raises
    `CommandError` with every mistake, and has then changed nothing.
    """
    place = root / PLACE
    with _as_it_would_be(place, files) as trial:
        waiting = _check(place, trial, files)
    return write_all(place, files, mode=0o644, keep_old=True), waiting


@contextmanager
def _as_it_would_be(place: Path, files: Mapping[str, bytes]) -> Iterator[Path]:
    """Give a folder like `place` with these files in it."""
    with tempfile.TemporaryDirectory(prefix="kiosk-provision-") as name:
        trial = Path(name)
        for folder in (INTERVIEWS, THEMES):
            if (place / folder).is_dir():
                shutil.copytree(place / folder, trial / folder, symlinks=True)
        if (place / SETTINGS).is_file():
            shutil.copy(place / SETTINGS, trial / SETTINGS)
        for inside, data in files.items():
            (trial / inside).parent.mkdir(parents=True, exist_ok=True)
            (trial / inside).write_bytes(data)
        yield trial


def _check(place: Path, trial: Path, files: Mapping[str, bytes]) -> tuple[str, ...]:
    """Return what takes a restart; raises `CommandError` with every mistake."""
    told = [sentence for job in _jobs(trial, files) for sentence in _mistakes(job)]
    if told:
        raise CommandError(list(dict.fromkeys(each.replace(f"{trial}/", "") for each in told)))
    return _waiting(place / SETTINGS, trial / SETTINGS)


def _jobs(trial: Path, files: Mapping[str, bytes]) -> Iterator[Callable[[], object]]:
    """Yield each thing to be read: the files that came, then all of it as the booth reads it."""
    for inside in files:
        path, folder = trial / inside, inside.rpartition("/")[0]
        if folder == INTERVIEWS:
            yield partial(load_script, str(path), path.parent)
        elif folder == THEMES and path.suffix == ".toml":
            yield partial(load_theme, str(path), ())
    if (trial / SETTINGS).is_file():
        yield partial(_read, trial / SETTINGS)


def _read(path: Path) -> reading.Reading:
    """Read as the booth does, but for what its environment adds."""
    read = reading.read(path, {})
    if read.theme_error is not None:
        raise read.theme_error
    return read


def _mistakes(job: Callable[[], object]) -> tuple[str, ...]:
    try:
        job()
    except CommandError as error:
        return error.sentences
    return ()


def _waiting(before: Path, after: Path) -> tuple[str, ...]:
    """Return the settings that a running booth cannot take up without a restart."""
    if not before.is_file() or not after.is_file():
        return ()
    return takes_restart(reading.readable(before, {}), reading.readable(after, {}))
