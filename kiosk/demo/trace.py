"""The order of events of one call, without a word of it: a trace that anybody may read.

A trace is a file of JSON lines.  Each has `at_s` (seconds since the button), `direction`, `type`,
and of the message what a booth's behaviour hangs on.  Every id is a short name, every text is
filler of the same length, and whatever is not listed here is left out, so that what remains can be
read by `realtime.protocol` again.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from kiosk.realtime.errors import label
from kiosk.secret import redact

Direction = Literal["in", "out", "sound"]
"""From the service, to the service, or heard by the booth."""
DIRECTIONS: Mapping[str, Direction] = {"in": "in", "out": "out", "sound": "sound"}

IDS: Mapping[str, str] = {
    "item_id": "item",
    "previous_item_id": "item",
    "response_id": "response",
    "call_id": "call",
}
"""Keys that hold an id, and what it names; `id` itself names what it stands in."""
OWNERS: Mapping[str, str] = {
    "session": "session",
    "response": "response",
    "item": "item",
    "output": "item",
}
"""Keys of objects that have an `id`."""
INSIDE = frozenset({"content", "error", "part", "status_details", "usage"})
"""Other keys of objects, or of lists of them, that are looked into."""
WORDS = frozenset({"code", "model", "name", "reason", "role", "status", "type"})
"""Keys whose value is one of the service's own words."""
TEXTS = frozenset({"delta", "text", "transcript"})
"""Keys whose value was said or written by somebody."""
NUMBERS = frozenset(
    {
        "audio_end_ms",
        "audio_start_ms",
        "content_index",
        "input_tokens",
        "output_index",
        "output_tokens",
    }
)

DEEPEST = 6
"""No message nests what is kept deeper."""
LONGEST_TEXT = 4000
FILLER = "xxxxx "
NOT_READABLE = "not-readable"
"""The `type` that stands for a message that is no JSON object."""

Message = Mapping[str, object]


class TraceError(Exception):
    """A file is no trace; says which line of it is wrong in one sentence."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One message of the event channel, or one thing heard."""

    at_s: float
    """Monotonic seconds in a call; seconds since the button in a trace that was read."""
    direction: Direction
    message: Message
    """Has a `type`."""

    @property
    def type(self) -> str:
        """What happened, in the service's word, or in ours for a sound."""
        return str(self.message.get("type", ""))


def entry(at_s: float, direction: Direction, raw: str) -> Entry:
    """Return the entry for one message as it went over the channel; takes whatever came."""
    try:
        message = json.loads(raw)
    except (ValueError, RecursionError):
        message = None
    if not isinstance(message, dict):
        message = {"type": NOT_READABLE}
    return Entry(at_s, direction, message)


def redacted(entries: Iterable[Entry], began_s: float) -> Iterator[str]:
    """Yield the lines of a trace, in the order of time from `began_s`, the press of the button."""
    names = _Names()
    for each in sorted(entries, key=lambda each: each.at_s):
        head = {"at_s": round(each.at_s - began_s, 3), "direction": each.direction}
        body = names.kept(each.message, "", DEEPEST)
        line = {**head, "type": NOT_READABLE, **(body if isinstance(body, dict) else {})}
        yield redact(json.dumps(line, separators=(",", ":")))


def read(path: Path) -> tuple[Entry, ...]:
    """Return the entries of a trace; raise `TraceError` for any other file."""
    return tuple(
        _read_line(line, f"{path.name}, line {number}")
        for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1)
    )


def _read_line(line: str, where: str) -> Entry:
    try:
        message = json.loads(line)
    except ValueError as error:
        raise TraceError(f"{where} is not JSON.") from error
    if not isinstance(message, dict):
        raise TraceError(f"{where} is not a JSON object.")
    at_s = message.pop("at_s", None)
    direction = DIRECTIONS.get(str(message.pop("direction", "")))
    if direction is None or not isinstance(at_s, int | float):
        raise TraceError(f"{where} does not say when, or in which direction.")
    return Entry(float(at_s), direction, message)


def filler(length: int) -> str:
    """Return text of that length in which nothing is said."""
    length = min(length, LONGEST_TEXT)
    return (FILLER * (length // len(FILLER) + 1))[:length]


class _Names:
    """Gives each id of one call a short name, the same wherever it is met."""

    def __init__(self) -> None:
        self._names: dict[tuple[str, str], str] = {}
        self._counts: Counter[str] = Counter()

    def name(self, kind: str, text: str) -> str:
        """Return the short name of an id; an empty one stays empty."""
        if text and (kind, text) not in self._names:
            self._counts[kind] += 1
            self._names[kind, text] = f"{kind}-{self._counts[kind]}"
        return self._names.get((kind, text), "")

    def kept(self, value: object, owner: str, depth: int) -> object:
        """Return what may be kept of an object, or of each in a list; None for anything else."""
        if depth == 0:
            return None
        if isinstance(value, list):
            return [part for each in value if (part := self.kept(each, owner, depth - 1))]
        if not isinstance(value, dict):
            return None
        fields = ((key, self._field(key, each, owner, depth)) for key, each in value.items())
        return {key: field for key, field in fields if field is not None}

    def _field(self, key: str, value: object, owner: str, depth: int) -> object:
        if key in OWNERS or key in INSIDE:
            return self.kept(value, OWNERS.get(key, ""), depth - 1)
        if key in NUMBERS:
            return value if isinstance(value, int | float) else None
        if not isinstance(value, str):
            return None
        kind = owner if key == "id" else IDS.get(key, "")
        if kind:
            return self.name(kind, value)
        if key in WORDS:
            return label(value)
        return filler(len(value)) if key in TEXTS else None
