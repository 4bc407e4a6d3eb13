"""What a running booth says of itself, for the other programs of this machine."""

import json
import os
import stat
import time
from collections.abc import Mapping
from pathlib import Path
from typing import NoReturn

STATUS_FILE = Path("run/kiosk/status.json")
"""Below the root; the booth writes it, and it goes when the booth is stopped."""
STALE_S = 30.0
"""A booth that lives writes at least every ten seconds."""
LARGEST_BYTES = 1 << 16


def read_status(root: Path = Path("/"), now_s: float | None = None) -> Mapping[str, object] | None:
    """Return the booth's own report, as docs/appliance.md describes it.

    None where no booth runs, where its report is older than `STALE_S` at `now_s` (Unix seconds;
    None is now), or where the file holds anything else.  `phase` is then a text and `in_interview`
    true or false; nothing else of it is checked.
    """
    try:
        report = json.loads(_read(root / STATUS_FILE), parse_constant=_refuse)
    except (OSError, ValueError, RecursionError):
        return None
    return report if _is_sound(report, time.time() if now_s is None else now_s) else None


def _read(path: Path) -> bytes:
    """Read a small file that another user may have replaced by anything."""
    opened = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(opened, "rb") as file:
        if not stat.S_ISREG(os.fstat(opened).st_mode):
            raise ValueError("not a file")
        data = file.read(LARGEST_BYTES + 1)
    if len(data) > LARGEST_BYTES:
        raise ValueError("too large")
    return data


def _is_sound(report: object, now_s: float) -> bool:
    if not isinstance(report, dict):
        return False
    written_at = report.get("written_at")
    return (
        isinstance(written_at, int | float)
        and not isinstance(written_at, bool)
        and now_s - STALE_S <= written_at <= now_s + STALE_S
        and isinstance(report.get("phase"), str)
        and isinstance(report.get("in_interview"), bool)
    )


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not JSON")
