"""The service's own types as judge of every message that is sent to or by a service."""

import json
import typing
from collections.abc import Iterator, Mapping
from typing import Any

from openai.types import realtime
from pydantic import BaseModel, ValidationError

Json = Mapping[str, Any]

UNTYPED_KEYS = frozenset({"obfuscation", "phase"})
"""Sent by the service in any event, and missing in its types."""
UNTYPED_SESSION_KEYS = frozenset({"id", "object", "expires_at"})
"""Sent by the service in a session, and missing in its types."""


def _by_type(union: Any) -> dict[str, type[BaseModel]]:
    (members, *_) = typing.get_args(union)
    return {
        typing.get_args(model.model_fields["type"].annotation)[0]: model
        for model in typing.get_args(members)
    }


SERVER_EVENTS = _by_type(realtime.RealtimeServerEvent)
CLIENT_EVENTS = _by_type(realtime.RealtimeClientEvent)


def check_server_event(raw: str | bytes | Json) -> None:
    """Raise AssertionError unless `raw` is exactly an event the service may send."""
    _check(SERVER_EVENTS, raw)


def check_client_event(raw: str | bytes | Json) -> None:
    """Raise AssertionError unless `raw` is exactly an event a client may send."""
    _check(CLIENT_EVENTS, raw)


def check_session(session: Json) -> None:
    """Raise AssertionError unless `session` is a configuration to mint a client secret with."""
    _check_model(realtime.RealtimeSessionCreateRequest, session, "session")


def _check(models: Mapping[str, type[BaseModel]], raw: str | bytes | Json) -> None:
    message = json.loads(raw) if isinstance(raw, str | bytes) else raw
    assert isinstance(message, Mapping), f"not an object: {message!r}"
    kind = message.get("type")
    assert isinstance(kind, str), f"no type: {message!r}"
    assert kind in models, f"no such type: {kind!r}"
    _check_model(models[kind], message, kind)


def _check_model(model: type[BaseModel], message: Json, name: str) -> None:
    try:
        value = model.model_validate(message, strict=True)
    except ValidationError as problem:
        raise AssertionError(f"{name}: {problem}") from None
    unknown = sorted(_unknown_keys(value, name))
    assert not unknown, f"unknown keys: {', '.join(unknown)}"


def _unknown_keys(value: object, path: str) -> Iterator[str]:
    if isinstance(value, BaseModel):
        known = UNTYPED_KEYS | (UNTYPED_SESSION_KEYS if path.endswith(".session") else set())
        yield from (f"{path}.{key}" for key in value.model_extra or {} if key not in known)
        for key in type(value).model_fields:
            yield from _unknown_keys(getattr(value, key), f"{path}.{key}")
    elif isinstance(value, list):
        for index, entry in enumerate(value):
            yield from _unknown_keys(entry, f"{path}[{index}]")
