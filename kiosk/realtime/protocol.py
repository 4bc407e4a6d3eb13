"""The service's JSON into events, and commands into JSON (pure)."""

import base64
import json
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any, Literal, NoReturn

from kiosk.core import effects, events
from kiosk.core.events import ServiceEvent
from kiosk.core.faults import Fault
from kiosk.realtime.errors import fault_of_code, label
from kiosk.realtime.usage import part, read_usage

MESSAGE_LIMIT_BYTES = 1 << 20
"""A longer message is not looked at."""

CHANNEL = "oai-events"
"""Label of the data channel that carries the messages."""

Message = Mapping[str, object]
"""One decoded JSON object of the service."""


class Reader:
    """Reads the messages of one call; never raises, whatever the service sends."""

    counts: Counter[str]
    """Messages by what became of them: `read`, `unused` (known, of no use to a booth), `unknown`
    (type), `malformed` (a field is missing or of a wrong type), `not json`, `not an object`,
    `oversized`."""

    def __init__(self) -> None:
        self.counts = Counter()

    def parse(self, raw: str | bytes) -> ServiceEvent | None:
        """Return what a message says, in GA or older names; None where it is of no use."""
        kind, event = _read(raw)
        self.counts[kind] += 1
        return event


def build(command: effects.ServiceCommand) -> str:
    """Return the JSON text of a command."""
    return json.dumps(_BUILDERS[type(command)](command), allow_nan=False, separators=(",", ":"))


# --- reading -------------------------------------------------------------------------------------


def _read(raw: str | bytes) -> tuple[str, ServiceEvent | None]:
    if _is_oversized(raw):
        return "oversized", None
    try:
        message = _decode(raw)
    except (ValueError, RecursionError):
        return "not json", None
    if not isinstance(message, dict):
        return "not an object", None
    kind = message.get("type")
    if not isinstance(kind, str):
        return "malformed", None
    parser = PARSERS.get(kind)
    if parser is None:
        return ("unused" if kind in UNUSED else "unknown"), None
    try:
        return "read", parser(message)
    except TypeError:
        return "malformed", None


def _is_oversized(raw: str | bytes) -> bool:
    if len(raw) > MESSAGE_LIMIT_BYTES or isinstance(raw, bytes):
        return len(raw) > MESSAGE_LIMIT_BYTES
    return len(raw.encode("utf-8", "surrogatepass")) > MESSAGE_LIMIT_BYTES


def _decode(raw: str | bytes) -> object:
    """Return the JSON value of `raw`, with every string in it fit for UTF-8.

    Half a surrogate pair is legal in JSON and would break whatever draws or stores the text.
    """
    text = _whole(raw.decode("utf-8") if isinstance(raw, bytes) else raw)
    value = json.loads(text, parse_constant=_refuse)
    if "\\ud" in text or "\\uD" in text:
        value = json.loads(_whole(json.dumps(value, ensure_ascii=False)), parse_constant=_refuse)
    return value


def _whole(text: str) -> str:
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not JSON.")


def _object(message: Message, key: str) -> Message:
    value = message.get(key)
    if not isinstance(value, dict):
        raise TypeError(f"{key} is not an object.")
    return value


def _objects(message: Message, key: str) -> list[Message]:
    value = message.get(key)
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(entry, dict) for entry in value):
        raise TypeError(f"{key} is not a list of objects.")
    return value


def _text(message: Message, key: str) -> str:
    value = message.get(key)
    if not isinstance(value, str):
        raise TypeError(f"{key} is not a string.")
    return value


def _id(message: Message, key: str) -> str:
    """Return a string that some services leave out or send as null."""
    return "" if message.get(key) is None else _text(message, key)


def _item_event(event: Callable[[str], ServiceEvent]) -> Callable[[Message], ServiceEvent]:
    return lambda message: event(_id(message, "item_id"))


def _response_event(event: Callable[[str], ServiceEvent]) -> Callable[[Message], ServiceEvent]:
    return lambda message: event(_id(message, "response_id"))


def _session_created(message: Message) -> ServiceEvent:
    return events.SessionCreated(_id(_object(message, "session"), "id"))


def _candidate_text_added(message: Message) -> ServiceEvent:
    return events.CandidateTextAdded(_id(message, "item_id"), _id(message, "delta"))


def _candidate_text_finished(message: Message) -> ServiceEvent:
    return events.CandidateTextFinished(_id(message, "item_id"), _text(message, "transcript"))


_Role = Literal["user", "assistant", "system", ""]
_ROLES: Mapping[str, _Role] = {
    "user": "user",
    "assistant": "assistant",
    "system": "system",
}


def _item_added(message: Message) -> ServiceEvent:
    item = _object(message, "item")
    role: _Role = _ROLES.get(_id(item, "role"), "")
    return events.ItemAdded(_id(item, "id"), role, _id(message, "previous_item_id"))


def _response_created(message: Message) -> ServiceEvent:
    return events.ResponseCreated(_id(_object(message, "response"), "id"))


def _voice_text_added(message: Message) -> ServiceEvent:
    return events.VoiceTextAdded(
        _id(message, "response_id"), _id(message, "item_id"), _text(message, "delta")
    )


def _voice_text_finished(message: Message) -> ServiceEvent:
    return events.VoiceTextFinished(
        _id(message, "response_id"), _id(message, "item_id"), _text(message, "transcript")
    )


_STATUSES: Mapping[str, Literal["completed", "cancelled", "incomplete", "failed"]] = {
    "": "completed",
    "completed": "completed",
    "cancelled": "cancelled",
    "incomplete": "incomplete",
    "failed": "failed",
}


def _response_done(message: Message) -> ServiceEvent:
    response = _object(message, "response")
    status = _STATUSES.get(_id(response, "status"), "incomplete")
    details = part(response, "status_details")
    output = _objects(response, "output")
    return events.ResponseDone(
        response_id=_id(response, "id"),
        status=status,
        reason=label(details.get("reason")),
        fault=_failure(details) if status == "failed" else None,
        spoken_items=tuple(_id(item, "id") for item in output if _is_spoken(item)),
        tool_calls=tuple(_tool_call(item) for item in output if _is_called(item, status)),
        usage=read_usage(response),
    )


def _failure(details: Message) -> Fault:
    error = details.get("error")
    return (fault_of_code(error) if isinstance(error, dict) else None) or Fault.SERVICE_DOWN


def _is_spoken(item: Message) -> bool:
    """Tell whether an item of a response was spoken; a service may leave its content out."""
    if item.get("type") != "message" or item.get("role", "assistant") != "assistant":
        return False
    parts = _objects(item, "content")
    return not parts or any(part.get("type") in {"output_audio", "audio"} for part in parts)


def _is_called(item: Message, response_status: str) -> bool:
    return (
        item.get("type") == "function_call"
        and (_id(item, "status") or response_status) == "completed"
    )


def _tool_call(item: Message) -> events.ToolCall:
    return events.ToolCall(_id(item, "call_id"), _text(item, "name"), _arguments(item))


def _arguments(item: Message) -> dict[str, object]:
    """Return what the model wrote, which need not be JSON or an object."""
    try:
        arguments = _decode(_id(item, "arguments"))
    except (ValueError, RecursionError):
        return {}
    return arguments if isinstance(arguments, dict) else {}


def _erred(message: Message) -> ServiceEvent:
    error = _object(message, "error")
    fault = fault_of_code(error)
    ends_call = fault is Fault.SESSION_EXPIRED or (fault is not None and not fault.remedy.retry)
    code = label(error.get("code")) or label(error.get("type"))
    return events.ServiceErred(code, fault if ends_call else None)


PARSERS: Mapping[str, Callable[[Message], ServiceEvent]] = {
    "session.created": _session_created,
    "input_audio_buffer.speech_started": _item_event(events.SpeechStarted),
    "input_audio_buffer.speech_stopped": _item_event(events.SpeechStopped),
    "input_audio_buffer.committed": _item_event(events.TurnCommitted),
    "input_audio_buffer.timeout_triggered": _item_event(events.SilenceNoticed),
    "conversation.item.input_audio_transcription.delta": _candidate_text_added,
    "conversation.item.input_audio_transcription.completed": _candidate_text_finished,
    "conversation.item.input_audio_transcription.failed": _item_event(events.CandidateTextFailed),
    "conversation.item.added": _item_added,
    "conversation.item.created": _item_added,
    "response.created": _response_created,
    "response.output_audio_transcript.delta": _voice_text_added,
    "response.audio_transcript.delta": _voice_text_added,
    "response.output_audio_transcript.done": _voice_text_finished,
    "response.audio_transcript.done": _voice_text_finished,
    "response.output_audio.delta": _response_event(events.VoiceSent),
    "response.audio.delta": _response_event(events.VoiceSent),
    "output_audio_buffer.started": _response_event(events.VoiceBufferStarted),
    "output_audio_buffer.stopped": _response_event(events.VoiceBufferStopped),
    "output_audio_buffer.cleared": _response_event(events.VoiceBufferCleared),
    "response.done": _response_done,
    "error": _erred,
}
"""How each type is read, in today's names and the older ones."""

UNUSED = frozenset(
    {
        "conversation.created",
        "conversation.item.deleted",
        "conversation.item.done",
        "conversation.item.input_audio_transcription.segment",
        "conversation.item.retrieved",
        "conversation.item.truncated",
        "input_audio_buffer.cleared",
        "input_audio_buffer.dtmf_event_received",
        "mcp_list_tools.completed",
        "mcp_list_tools.failed",
        "mcp_list_tools.in_progress",
        "rate_limits.updated",
        "response.audio.done",
        "response.content_part.added",
        "response.content_part.done",
        "response.function_call_arguments.delta",
        "response.function_call_arguments.done",
        "response.mcp_call.completed",
        "response.mcp_call.failed",
        "response.mcp_call.in_progress",
        "response.mcp_call_arguments.delta",
        "response.mcp_call_arguments.done",
        "response.output_audio.done",
        "response.output_item.added",
        "response.output_item.done",
        "response.output_text.delta",
        "response.output_text.done",
        "response.text.delta",
        "response.text.done",
        "session.updated",
    }
)
"""Types that the service sends and a booth has no use for."""


# --- building ------------------------------------------------------------------------------------


def _create_response(command: effects.CreateResponse) -> Message:
    if not command.instructions:
        return {"type": "response.create"}
    return {"type": "response.create", "response": {"instructions": command.instructions}}


def _cancel_response(_: effects.CancelResponse) -> Message:
    return {"type": "response.cancel"}


def _create_item(item: Message) -> Message:
    return {"type": "conversation.item.create", "item": item}


def _add_item(command: effects.AddItem) -> Message:
    kind = "output_text" if command.role == "assistant" else "input_text"
    content = [{"type": kind, "text": command.text}]
    return _create_item({"type": "message", "role": command.role, "content": content})


def _answer_tool(command: effects.AnswerTool) -> Message:
    output = json.dumps(command.output, allow_nan=False)
    return _create_item(
        {"type": "function_call_output", "call_id": command.call_id, "output": output}
    )


def _append_audio(command: effects.AppendAudio) -> Message:
    audio = base64.b64encode(command.pcm).decode("ascii")
    return {"type": "input_audio_buffer.append", "event_id": command.event_id, "audio": audio}


def _forget_audio(command: effects.ForgetAudio) -> Message:
    return {"type": "input_audio_buffer.clear", "event_id": command.event_id}


def _ask_back(command: effects.AskBack) -> Message:
    event_id = command.event_id
    return {"type": "conversation.item.retrieve", "event_id": event_id, "item_id": event_id}


def _commit_audio(_: effects.CommitAudio) -> Message:
    return {"type": "input_audio_buffer.commit"}


def _clear_voice(_: effects.ClearVoice) -> Message:
    return {"type": "output_audio_buffer.clear"}


_BUILDERS: Mapping[type, Callable[[Any], Message]] = {
    effects.CreateResponse: _create_response,
    effects.CancelResponse: _cancel_response,
    effects.AddItem: _add_item,
    effects.AnswerTool: _answer_tool,
    effects.AppendAudio: _append_audio,
    effects.ForgetAudio: _forget_audio,
    effects.AskBack: _ask_back,
    effects.CommitAudio: _commit_audio,
    effects.ClearVoice: _clear_voice,
}
