"""What a session may be told: the shape of its configuration, defaults and updates (pure).

As the service does, one unknown key refuses the whole request.
"""

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from kiosk.standin.shapes import (
    Check,
    anything,
    by_type,
    choice,
    either,
    flag,
    items,
    number,
    optional,
    table,
    text,
    text_up_to,
)
from kiosk.standin.wire import Event

_INSTRUCTIONS = 48_000
"""So that `session.created` fits into one message of the event channel."""

_SERVER_VAD = table(
    {
        "type": text,
        "threshold": number(0, 1),
        "prefix_padding_ms": number(0, 5000, whole=True),
        "silence_duration_ms": number(0, 10_000, whole=True),
        "idle_timeout_ms": optional(number(5000, 30_000, whole=True)),
        "create_response": flag,
        "interrupt_response": flag,
    },
    "type",
)
_SEMANTIC_VAD = table(
    {
        "type": text,
        "eagerness": choice("low", "medium", "high", "auto"),
        "create_response": flag,
        "interrupt_response": flag,
    },
    "type",
)
_FORMAT = by_type(
    {
        "audio/pcm": table({"type": text, "rate": choice(24_000)}),
        "audio/pcmu": table({"type": text}),
        "audio/pcma": table({"type": text}),
    }
)
_INPUT = table(
    {
        "format": _FORMAT,
        "noise_reduction": optional(
            table({"type": choice("near_field", "far_field"), "strength": number(0, 1)})
        ),
        "transcription": optional(
            table(
                {
                    "model": text,
                    "language": text,
                    "languages": items(text),
                    "keywords": items(text),
                    "prompt": text,
                    "delay": choice("minimal", "low", "medium", "high", "xhigh"),
                }
            )
        ),
        "turn_detection": optional(
            by_type({"server_vad": _SERVER_VAD, "semantic_vad": _SEMANTIC_VAD})
        ),
    }
)
_VOICE = either(table({"id": text}, "id"), text)
_OUTPUT = table({"format": _FORMAT, "voice": _VOICE, "speed": number(0.25, 1.5)})
_TOOL = by_type(
    {
        "function": table(
            {"type": text, "name": text, "description": text, "parameters": anything}, "name"
        ),
        "mcp": anything,
    }
)
_TOOL_CHOICE = either(
    by_type(
        {
            "function": table({"type": text, "name": text}, "name"),
            "mcp": table({"type": text, "name": text, "server_label": text}, "server_label"),
        }
    ),
    choice("none", "auto", "required"),
)
_MODEL_FIELDS: Mapping[str, Check] = {
    "instructions": text_up_to(_INSTRUCTIONS),
    "max_output_tokens": either(choice("inf"), number(1, 4096, whole=True)),
    "output_modalities": items(choice("text", "audio")),
    "parallel_tool_calls": flag,
    "prompt": optional(table({"id": text, "version": text, "variables": anything}, "id")),
    "reasoning": table({"effort": choice("minimal", "low", "medium", "high", "xhigh")}),
    "tool_choice": _TOOL_CHOICE,
    "tools": items(_TOOL),
}

check_session = table(
    {
        **_MODEL_FIELDS,
        "type": choice("realtime"),
        "audio": table({"input": _INPUT, "output": _OUTPUT}),
        "include": items(choice("item.input_audio_transcription.logprobs")),
        "model": text,
        "tracing": anything,
        "truncation": anything,
    },
    "type",
)
"""Raises `RefusedError` for a session configuration the service would not take; needs a path."""

check_response = table(
    {
        **_MODEL_FIELDS,
        "audio": table({"output": table({"format": _FORMAT, "voice": _VOICE})}),
        "conversation": choice("auto", "none"),
        "input": items(anything),
        "metadata": optional(anything),
    }
)
"""The same for the `response` of `response.create`."""

check_secret_request = table(
    {
        "expires_after": table(
            {"anchor": choice("created_at"), "seconds": number(10, 7200, whole=True)}
        ),
        "session": check_session,
    }
)
"""The same for the body of a request for a client secret."""

_DETECTION: Mapping[str, Event] = {
    "server_vad": {
        "type": "server_vad",
        "threshold": 0.5,
        "prefix_padding_ms": 300,
        "silence_duration_ms": 500,
        "idle_timeout_ms": None,
        "create_response": True,
        "interrupt_response": True,
    },
    "semantic_vad": {
        "type": "semantic_vad",
        "eagerness": "auto",
        "create_response": True,
        "interrupt_response": True,
    },
}


def default_session() -> Event:
    """A session nothing was said about."""
    pcm = {"type": "audio/pcm", "rate": 24_000}
    return {
        "type": "realtime",
        "model": "gpt-realtime-2.1",
        "output_modalities": ["audio"],
        "instructions": "",
        "tools": [],
        "tool_choice": "auto",
        "max_output_tokens": "inf",
        "tracing": None,
        "truncation": "auto",
        "include": None,
        "audio": {
            "input": {
                "format": dict(pcm),
                "transcription": None,
                "noise_reduction": None,
                "turn_detection": dict(_DETECTION["server_vad"]),
            },
            "output": {"format": dict(pcm), "voice": "marin", "speed": 1.0},
        },
    }


def updated(session: Event, change: Mapping[str, Any]) -> Event:
    """`session` with `change` (already checked) in it; what it does not mention stays."""
    result = deepcopy(session)
    for key, value in change.items():
        if key == "audio":
            for side, fields in value.items():
                result["audio"][side] = {**result["audio"][side], **deepcopy(fields)}
        else:
            result[key] = deepcopy(value)
    listening = result["audio"]["input"]
    if detection := listening["turn_detection"]:
        listening["turn_detection"] = {**_DETECTION[detection["type"]], **detection}
    return result
