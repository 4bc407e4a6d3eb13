"""Looks for a booth's files in a folder that anybody may have filled, and believes nothing."""

import errno
import os
import stat
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

SETTINGS, WIFI, KEY = "kiosk.toml", "wifi.toml", "openai.key"
INTERVIEWS, THEMES = "interviews", "themes"
FOLDER = "kiosk"
"""Files may stand in this folder, or at the top."""
LARGEST_BYTES: Mapping[str, int] = {SETTINGS: 1 << 18, WIFI: 1 << 16, KEY: 1 << 12}
"""What each file may take."""
LARGEST_PICTURE_BYTES = 8 << 20
"""Of anything that lies beside an interview or a theme."""
MOST_FILES = 200
MOST_BYTES = 48 << 20
DEEPEST = 4
UTF_16 = (b"\xff\xfe", b"\xfe\xff")
UTF_8_MARK = b"\xef\xbb\xbf"


class NotOursError(Exception):
    """A file or folder cannot be taken; the text is a sentence that begins with its name."""


@dataclass(slots=True)
class Found:
    """What a folder holds for a booth."""

    files: dict[str, bytes] = field(default_factory=dict)
    """By the name that it has in /etc/kiosk, such as `interviews/fair.toml`; texts are tidy."""
    places: dict[str, Path] = field(default_factory=dict)
    """Where the single files lie."""
    wrong: dict[str, list[str]] = field(default_factory=dict)
    """Sentences by the file or folder that they are about."""

    def refuse(self, name: str, sentence: str) -> None:
        """Note what is wrong with a file or folder."""
        self.wrong.setdefault(name, []).append(sentence)


def look(top: Path) -> Found:
    """Return what is in a folder; raises `OSError` where it cannot be read at all."""
    found = Found()
    for folder in (_below(top, FOLDER), top):
        if folder is not None:
            for path in sorted(folder.iterdir()):
                _take(path, found)
    return found


def _below(top: Path, name: str) -> Path | None:
    folders = (path for path in top.iterdir() if path.name.lower() == name)
    return next((path for path in folders if path.is_dir() and not path.is_symlink()), None)


def _take(path: Path, found: Found) -> None:
    """Take one entry of a folder, if it is ours."""
    name = path.name.lower()
    ours = name.removesuffix(".txt")
    if name in LARGEST_BYTES and name in found.places:
        found.refuse(name, f"{name} is there twice, in the folder {FOLDER} and beside it.")
    elif name in LARGEST_BYTES:
        found.places[name] = path
        _try(name, found, lambda: {name: tidy(name, _read(path, name, LARGEST_BYTES[name]))})
    elif ours in LARGEST_BYTES:
        found.refuse(ours, f"{name} must be called {ours}: Windows hides the end of names.")
    elif name in (INTERVIEWS, THEMES) and (path.is_symlink() or not path.is_dir()):
        found.refuse(name, f"{name} is not a folder.")
    elif name in (INTERVIEWS, THEMES):
        _try(name, found, lambda: _tree(path, name))


def _try(name: str, found: Found, read: Callable[[], Mapping[str, bytes]]) -> None:
    try:
        found.files |= read()
    except NotOursError as error:
        found.refuse(name, str(error))
    except OSError as error:
        found.refuse(name, f"{name} cannot be read: {error.strerror}.")


def _tree(folder: Path, name: str) -> dict[str, bytes]:
    """Return every file below, as many as may be; hidden ones are of the system that wrote them."""
    files: dict[str, bytes] = {}
    total = 0
    for path in _walk(folder, name, DEEPEST):
        inside = f"{name}/{path.relative_to(folder)}"
        if name == INTERVIEWS and path.suffix.lower() != ".toml":
            continue
        data = _read(path, inside, LARGEST_PICTURE_BYTES)
        files[inside] = tidy(inside, data) if path.suffix == ".toml" else data
        total += len(data)
        if len(files) > MOST_FILES or total > MOST_BYTES:
            raise NotOursError(
                f"{name} holds too much: {MOST_FILES} files, {MOST_BYTES >> 20} MB at most."
            )
    return files


def _walk(folder: Path, name: str, depth: int) -> Iterator[Path]:
    for path in sorted(folder.iterdir()):
        if path.name.startswith("."):
            continue
        if path.is_symlink():
            raise NotOursError(f"{name}/{path.name} is a link: copy the file itself.")
        if path.is_dir():
            if not depth:
                raise NotOursError(f"{name}/{path.name} is too deep.")
            yield from _walk(path, f"{name}/{path.name}", depth - 1)
        else:
            yield path


def _read(path: Path, name: str, largest: int) -> bytes:
    """Read one file of its own; raises `NotOursError`."""
    try:
        with opened(path, os.O_RDONLY) as (descriptor, kind):
            if stat.S_ISDIR(kind):
                raise NotOursError(f"{name} is a folder, not a file.")
            if not stat.S_ISREG(kind):
                raise NotOursError(f"{name} is not a file.")
            with os.fdopen(os.dup(descriptor), "rb") as file:
                data = file.read(largest + 1)
    except OSError as error:
        if error.errno == errno.ELOOP:
            raise NotOursError(f"{name} is a link: copy the file itself.") from None
        raise NotOursError(f"{name} cannot be read: {error.strerror}.") from None
    if len(data) > largest:
        raise NotOursError(f"{name} is larger than {largest >> 10} KB.")
    return data


@contextmanager
def opened(path: Path, flags: int) -> Iterator[tuple[int, int]]:
    """Open what is there and no link to it; gives the descriptor and the kind of file."""
    descriptor = os.open(path, flags | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        yield descriptor, os.fstat(descriptor).st_mode
    finally:
        os.close(descriptor)


def tidy(name: str, data: bytes) -> bytes:
    """Return a text without what editors of other systems add; raises `NotOursError`."""
    if data.startswith(UTF_16) or b"\0" in data:
        raise NotOursError(f"{name} is not UTF-8 text: save it as UTF-8.")
    return data.removeprefix(UTF_8_MARK).replace(b"\r\n", b"\n")
