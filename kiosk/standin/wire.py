"""The parts that server events are made of (pure)."""

import secrets
from collections.abc import Mapping, Sequence
from typing import Any

Event = dict[str, Any]
"""One JSON object of the event channel."""


class RefusedError(Exception):
    """A request the service does not accept; carries the fields of its `error` object."""

    def __init__(
        self,
        message: str,
        *,
        code: str = "invalid_value",
        param: str | None = None,
        status: int = 400,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.param = param
        self.status = status

    def error(self) -> Event:
        """The `error` object, as HTTP bodies and `error` events carry it."""
        return {
            "message": self.message,
            "type": "invalid_request_error",
            "param": self.param,
            "code": self.code,
        }


def new_id(prefix: str) -> str:
    """A fresh id such as `item_3f…`."""
    return f"{prefix}_{secrets.token_hex(10)}"


def server_event(kind: str, **fields: object) -> Event:
    """One server event of type `kind`."""
    return {"type": kind, "event_id": new_id("event"), **fields}


def error_event(error: Mapping[str, object], client_event_id: str | None = None) -> Event:
    """An `error` event about the client event of that id, if it had one."""
    return server_event("error", error={**error, "event_id": client_event_id})


def user_audio_item(item_id: str) -> Event:
    """The item of a turn that was heard; its transcript comes apart from it."""
    return {
        "id": item_id,
        "object": "realtime.item",
        "type": "message",
        "status": "completed",
        "role": "user",
        "content": [{"type": "input_audio", "transcript": None}],
    }


def assistant_item(item_id: str, status: str, transcript: str | None) -> Event:
    """A spoken message; without content while `transcript` is None."""
    spoken = [] if transcript is None else [{"type": "output_audio", "transcript": transcript}]
    return {
        "id": item_id,
        "object": "realtime.item",
        "type": "message",
        "status": status,
        "role": "assistant",
        "content": spoken,
    }


def function_call_item(item_id: str, call_id: str, name: str, arguments: str, status: str) -> Event:
    """A tool call; `arguments` is JSON text."""
    return {
        "id": item_id,
        "object": "realtime.item",
        "type": "function_call",
        "status": status,
        "name": name,
        "call_id": call_id,
        "arguments": arguments,
    }


def transcription_usage(seconds: float) -> Event:
    """What transcribing `seconds` of audio is counted as."""
    return {"type": "duration", "seconds": round(seconds, 3)}


def response_usage(input_words: int, heard_s: float, words: int, spoken_s: float) -> Event:
    """Tokens of one response: a token and a third a word, ten a second heard, twenty spoken."""
    text_in, audio_in = round(input_words * 4 / 3), round(heard_s * 10)
    text_out, audio_out = round(words * 4 / 3), round(spoken_s * 20)
    return {
        "total_tokens": text_in + audio_in + text_out + audio_out,
        "input_tokens": text_in + audio_in,
        "output_tokens": text_out + audio_out,
        "input_token_details": {
            "text_tokens": text_in,
            "audio_tokens": audio_in,
            "image_tokens": 0,
            "cached_tokens": 0,
            "cached_tokens_details": {"text_tokens": 0, "audio_tokens": 0, "image_tokens": 0},
        },
        "output_token_details": {"text_tokens": text_out, "audio_tokens": audio_out},
    }


def rate_limits(tokens_left: int) -> list[Event]:
    """What is left of a generous allowance."""
    return [
        {"name": "tokens", "limit": 250_000, "remaining": max(0, tokens_left), "reset_seconds": 0.1}
    ]


def words_with_spaces(text: str) -> Sequence[str]:
    """Pieces that joined give `text` again: the deltas of a transcript."""
    words = text.split(" ")
    return [word if index == 0 else f" {word}" for index, word in enumerate(words)]
