"""The folder in which units leave what they have to say, one small file for each of them.

Written by root and by units that run as the booth's user; read by the booth, which believes nothing
of it.
"""

import json
import logging
import math
import os
import re
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import NoReturn, get_args

from kiosk.core.notices import Level, Notice
from kiosk.host.files import read_small
from kiosk.secret import redact

logger = logging.getLogger(__name__)

FOLDER = Path("/run/kiosk-control/notices")
"""Made by systemd/tmpfiles.d; empty after a start of the machine."""
LONGEST = 160
"""Letters of a text that are shown."""
LARGEST_BYTES = 4096
MOST = 32
"""Files that are looked at."""
LEVELS: Mapping[str, Level] = {level: level for level in get_args(Level)}
_NAME = re.compile(r"[a-z][a-z0-9-]{0,23}")
_ENDING = ".json"


def post(notice: Notice, folder: Path = FOLDER) -> None:
    """Leave a notice for the booth, in place of the last one of its name.

    Whoever watches the folder sees all of it or nothing.  Raises `OSError` where it cannot be left,
    and `ValueError` for a name that is none.
    """
    if not _NAME.fullmatch(notice.name):
        raise ValueError(f"{notice.name!r} names no unit")
    written = {"level": notice.level, "text": clean(notice.text), "at_s": notice.at_s}
    opened, name = tempfile.mkstemp(dir=folder, prefix=f".{notice.name}-")
    path = Path(name)
    try:
        with os.fdopen(opened, "w", encoding="utf-8") as file:
            json.dump(written, file)
            os.fchmod(opened, 0o644)
        path.replace(folder / f"{notice.name}{_ENDING}")
    except OSError:
        with suppress(OSError):
            path.unlink()
        raise


def read_notices(
    folder: Path = FOLDER,
    refuse: Callable[[str], None] = logger.warning,
    now_s: Callable[[], float] = time.monotonic,
) -> tuple[Notice, ...]:
    """Return what was posted, by name; `refuse` is told a sentence about each file that is none.

    A folder that is not there is empty.
    """
    found = []
    for path in _files(folder):
        try:
            found.append(_notice(path, now_s()))
        except (OSError, ValueError, RecursionError):
            refuse(f"{path.name!r} in {folder} is no notice, and is not shown")
    return tuple(found)


def clean(text: str) -> str:
    """One line without keys, control characters, or an end."""
    printable = "".join(letter if letter.isprintable() else " " for letter in text)
    line = redact(" ".join(printable.split()))
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 1].rstrip()}…"


def _files(folder: Path) -> Iterator[Path]:
    """The first files that may be notices; what is being written begins with a dot."""
    try:
        paths = sorted(path for path in folder.iterdir() if not path.name.startswith("."))
    except OSError:
        return
    yield from paths[:MOST]


def _notice(path: Path, now_s: float) -> Notice:
    """Read one file; raises `ValueError` or `OSError` where it is no notice."""
    if path.suffix != _ENDING or not _NAME.fullmatch(path.stem):
        raise ValueError("not a name")
    told = json.loads(read_small(path, LARGEST_BYTES), parse_int=float, parse_constant=_refuse)
    facts = told if isinstance(told, dict) else {}
    level, text, at_s = LEVELS.get(str(facts.get("level"))), facts.get("text"), facts.get("at_s")
    if level is None or not isinstance(text, str) or not clean(text):
        raise ValueError("not a level and a text")
    if not isinstance(at_s, float) or not math.isfinite(at_s):
        raise ValueError("not a time")
    return Notice(path.stem, level, clean(text), min(at_s, now_s))


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not JSON")
