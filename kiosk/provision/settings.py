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
from kiosk.provision.files import INTERVIEWS, KEY, SETTINGS, THEMES
from kiosk.provision.writing import write_all
from kiosk.reload import takes_restart
from kiosk.screen.theme_file import load_theme
from kiosk.settings import Settings

PLACE = Path("etc/kiosk")
OTHER_SERVICE = (
    f"{SETTINGS} names another service ([realtime] base_url or auth), which would be given the key "
    f"that is here: put {KEY} beside it, with the key for that service."
)


def take_over(
    root: Path, files: Mapping[str, bytes], new_key: Callable[[str], None] | None
) -> tuple[list[str], tuple[str, ...]]:
    """Check the files with all that is there already, and put them in place.

    The key goes where the settings say, so another service takes a key of its own: `new_key` seals
    the one that came with the files for it, before the settings hold; None where none came.
    Returns the names of what changed, and the settings that take a restart of the booth.  Raises
    `CommandError` with every mistake, and has then changed nothing.
    """
    place = root / PLACE
    with _as_it_would_be(place, files) as trial:
        waiting = _check(place, trial, files)
        if service(place / SETTINGS) != service(trial / SETTINGS):
            if new_key is None:
                raise CommandError([OTHER_SERVICE])
            new_key(service(trial / SETTINGS)[0])
    return write_all(place, files, mode=0o644, keep_old=True), waiting


def service(path: Path) -> tuple[str, str]:
    """Return to whom the key goes, and how; without a file as settings are without one."""
    settings = reading.readable(path, {}) if path.is_file() else Settings()
    return settings.realtime.base_url, settings.realtime.auth


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
