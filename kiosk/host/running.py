"""What a running booth says of itself, for the other programs of this machine."""

import json
import time
from collections.abc import Mapping
from pathlib import Path
from typing import NoReturn

from kiosk.host.files import read_small

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
        report = json.loads(read_small(root / STATUS_FILE, LARGEST_BYTES), parse_constant=_refuse)
    except (OSError, ValueError, RecursionError):
        return None
    return report if _is_sound(report, time.time() if now_s is None else now_s) else None


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
