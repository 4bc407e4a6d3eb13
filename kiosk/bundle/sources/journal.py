"""What the booth's units wrote to the journal: the fields on one list, a line for each record."""

import json
import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from kiosk.bundle.machine import Machine, MissingError

UNITS = "kiosk*"
_BOOT = re.compile(r"^ *-?[0-9]+ ([0-9a-f]{32}) ", re.MULTILINE)
LINES = 4000
"""At most so many of a boot, the last ones."""
FIELDS = (
    "__REALTIME_TIMESTAMP",
    "_SYSTEMD_UNIT",
    "UNIT",
    "PRIORITY",
    "LOGGER",
    "KIOSK_PHASE",
    "KIOSK_SESSION",
    "KIOSK_CODE",
    "MESSAGE",
)
"""Of a record nothing else is read: no host, no user, no command line."""


def of_boot(machine: Machine, boots_ago: int) -> str:
    """Return the records since the machine started (0) or of an earlier start (1, …).

    Raises `MissingError`.
    """
    # By identity: the journal counts from the kernel's, which a locked down unit may not see.
    boots = _BOOT.findall(machine.run(("journalctl", "--list-boots", "--no-pager", "--quiet")))
    if len(boots) <= boots_ago:
        raise MissingError("The journal does not go back so far, or this user may not read it.")
    said = machine.run(
        (
            *("journalctl", f"--unit={UNITS}", f"--boot={boots[-1 - boots_ago]}"),
            *(f"--lines={LINES}", "--output=json", f"--output-fields={','.join(FIELDS)}"),
            *("--no-pager", "--quiet"),
        )
    )
    lines = list(told(said.splitlines()))
    if not lines:
        raise MissingError("The journal tells nothing of these units, or not to this user.")
    return "\n".join(lines) + "\n"


def told(records: Iterable[str]) -> Iterator[str]:
    """Yield a line for each record that is one; what is no record is left out."""
    for line in records:
        try:
            record = json.loads(line)
        except (ValueError, RecursionError):
            continue
        if isinstance(record, dict):
            yield _told({name: _text(record.get(name)) for name in FIELDS})


def _told(record: dict[str, str]) -> str:
    unit = record["UNIT"] or record["_SYSTEMD_UNIT"]
    session = f"session:{record['KIOSK_SESSION']}" if record["KIOSK_SESSION"] else ""
    where = (unit, f"<{record['PRIORITY']}>", record["LOGGER"])
    context = " ".join(filter(None, (record["KIOSK_PHASE"], session, record["KIOSK_CODE"])))
    head = " ".join(filter(None, (_time(record["__REALTIME_TIMESTAMP"]), *where)))
    message = record["MESSAGE"].replace("\n", "\n    ")
    return f"{head} ({context}) {message}" if context else f"{head} {message}"


def _time(microseconds: str) -> str:
    try:
        at = datetime.fromtimestamp(int(microseconds) / 1e6, UTC)
    except (ValueError, OverflowError, OSError):
        return "?"
    return at.isoformat(timespec="milliseconds")


def _text(value: object) -> str:
    """Return a field as journalctl writes it: a text, or numbers where it is not printable."""
    if isinstance(value, str):
        return value
    if isinstance(value, list) and all(isinstance(each, int) and 0 <= each < 256 for each in value):
        return bytes(value).decode("utf-8", "replace")
    return ""
