"""What a client may send over the event channel (pure)."""

import json
from collections.abc import Mapping

from kiosk.standin.configuration import check_response, check_session
from kiosk.standin.shapes import Check, anything, by_type, choice, items, number, table, text
from kiosk.standin.wire import Event, RefusedError

_ITEM = {
    "id": text,
    "object": choice("realtime.item"),
    "type": text,
    "status": choice("completed", "incomplete", "in_progress"),
}


def _message(value: object, path: str) -> None:
    by_role = {role: _MESSAGES[role] for role in _MESSAGES}
    role = value.get("role") if isinstance(value, dict) else None
    choice(*by_role)(role, f"{path}.role")
    by_role[str(role)](value, path)


def _content(**fields: Check) -> Check:
    return items(table({"type": choice(*fields), "text": text, **_PART}, "type"))


_PART: Mapping[str, Check] = {
    "audio": text,
    "transcript": text,
    "image_url": text,
    "detail": choice("auto", "low", "high"),
}
_MESSAGES: Mapping[str, Check] = {
    role: table(
        {**_ITEM, "role": text, "content": _content(**dict.fromkeys(kinds, anything))},
        "role",
        "content",
    )
    for role, kinds in {
        "system": ("input_text",),
        "user": ("input_text", "input_audio", "input_image"),
        "assistant": ("output_text", "output_audio"),
    }.items()
}
_check_item = by_type(
    {
        "message": _message,
        "function_call": table(
            {**_ITEM, "call_id": text, "name": text, "arguments": text}, "name", "arguments"
        ),
        "function_call_output": table(
            {**_ITEM, "call_id": text, "output": text}, "call_id", "output"
        ),
    }
)


def _event(*required: str, **fields: Check) -> Check:
    return table({"type": text, "event_id": text, **fields}, *required)


_EVENTS: Mapping[str, Check] = {
    "session.update": _event("session", session=check_session),
    "response.create": _event(response=check_response),
    "response.cancel": _event(response_id=text),
    "conversation.item.create": _event("item", item=_check_item, previous_item_id=text),
    "conversation.item.delete": _event("item_id", item_id=text),
    "conversation.item.retrieve": _event("item_id", item_id=text),
    "conversation.item.truncate": _event(
        "item_id",
        "content_index",
        "audio_end_ms",
        item_id=text,
        content_index=number(0, 100, whole=True),
        audio_end_ms=number(0, 86_400_000, whole=True),
    ),
    "input_audio_buffer.append": _event("audio", audio=text),
    "input_audio_buffer.clear": _event(),
    "input_audio_buffer.commit": _event(),
    "output_audio_buffer.clear": _event(),
}

CLIENT_EVENTS = tuple(_EVENTS)
"""Every type of event a client may send."""


def parse_client_event(message: str | bytes) -> Event:
    """Return the event in a message; raises RefusedError for anything the service refuses."""
    try:
        event = json.loads(message)
    except (ValueError, RecursionError) as error:
        raise RefusedError(
            "The message is not valid JSON.", code="invalid_json", param=None
        ) from error
    if not isinstance(event, dict):
        raise RefusedError("The message is not a JSON object.", code="invalid_json")
    choice(*CLIENT_EVENTS)(event.get("type"), "type")
    _EVENTS[event["type"]](event, "")
    return event


def event_id_of(message: str | bytes) -> str | None:
    """Return the id a client gave its event, even where the event itself is refused."""
    try:
        event = json.loads(message)
    except (ValueError, RecursionError):
        return None
    event_id = event.get("event_id") if isinstance(event, dict) else None
    return event_id if isinstance(event_id, str) else None
