"""What a booth may ask of the token service (pure).

Whoever has taken over a booth can ask for tokens as the booth does, but for nothing else that the
key allows: no other model, no tools that call out, no setting that the booth itself does not use.
"""

import json
import re
from collections.abc import Iterator
from typing import NoReturn

from kiosk.core.faults import Fault
from kiosk.realtime.errors import LineError, label

MOST_BYTES = 256 * 1024
"""No request of a booth is larger; the longest interview is a fifth of it."""
FIELDS = frozenset(
    {"type", "model", "instructions", "output_modalities", "audio", "tools", "tool_choice"}
)
"""What a booth says of a session."""
DEEPEST = 16
"""How deep lists and objects may stand in each other."""

_CALL_ID = re.compile(r"[\w-]{1,200}", re.ASCII)


def session_of(body: bytes, model: str) -> dict[str, object]:
    """Return the session that a request asks for, with `model` in it; raise LineError."""
    session = _object(body).get("session")
    if not isinstance(session, dict):
        raise _refused("It holds no session.")
    unknown = sorted(set(session) - FIELDS)
    if unknown:
        raise _refused(f"A booth's session has no field {label(unknown[0])!r}.")
    if session.get("type") != "realtime":
        raise _refused("Its session is not of the type 'realtime'.")
    tools = session.get("tools", [])
    if not isinstance(tools, list) or not all(_is_function(tool) for tool in tools):
        raise _refused("A booth's tools are functions only.")
    if max(_depths(session)) > DEEPEST:
        raise _refused("Its session is nested too deep.")
    return {**session, "model": model}


def call_of(body: bytes) -> str:
    """Return the id of the call that a request names; raise LineError."""
    call_id = _object(body).get("call_id")
    if not isinstance(call_id, str) or not _CALL_ID.fullmatch(call_id):
        raise _refused("It names no call.")
    return call_id


def _object(body: bytes) -> dict[str, object]:
    if len(body) > MOST_BYTES:
        raise _refused(f"It is longer than {MOST_BYTES} bytes.")
    try:
        document = json.loads(body, parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        raise _refused("It is not JSON.") from None
    if not isinstance(document, dict):
        raise _refused("It is not a JSON object.")
    return document


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _is_function(tool: object) -> bool:
    return isinstance(tool, dict) and tool.get("type") == "function"


def _depths(document: object) -> Iterator[int]:
    waiting: list[tuple[object, int]] = [(document, 0)]
    while waiting:
        value, depth = waiting.pop()
        yield depth
        if isinstance(value, dict):
            waiting.extend((each, depth + 1) for each in value.values())
        elif isinstance(value, list):
            waiting.extend((each, depth + 1) for each in value)


def _refused(why: str) -> LineError:
    return LineError(Fault.REQUEST_REFUSED, f"The token service refuses the request. {why}")
