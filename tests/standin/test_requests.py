import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.standin.requests import CLIENT_EVENTS, event_id_of, parse_client_event
from kiosk.standin.wire import RefusedError
from tests.openai_oracle import CLIENT_EVENTS as JUDGED

MESSAGE = {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "Hi."}]}


def test_every_client_event_of_the_service_is_known() -> None:
    assert set(CLIENT_EVENTS) == set(JUDGED)


@pytest.mark.parametrize(
    "event",
    [
        {"type": "response.create"},
        {"type": "response.create", "event_id": "e1", "response": {"instructions": "Greet."}},
        {"type": "response.cancel", "response_id": "resp_1"},
        {"type": "output_audio_buffer.clear"},
        {"type": "conversation.item.create", "item": MESSAGE, "previous_item_id": "root"},
        {
            "type": "conversation.item.create",
            "item": {"type": "function_call_output", "call_id": "c", "output": "{}"},
        },
        {
            "type": "conversation.item.truncate",
            "item_id": "i",
            "content_index": 0,
            "audio_end_ms": 5,
        },
    ],
)
def test_right_events_pass_unchanged(event: dict[str, Any]) -> None:
    assert parse_client_event(json.dumps(event)) == event


@pytest.mark.parametrize(
    ("message", "code", "param"),
    [
        ("{", "invalid_json", None),
        ("[]", "invalid_json", None),
        ('{"type": "response.stop"}', "invalid_value", "type"),
        ("{}", "invalid_value", "type"),
        ('{"type": "response.create", "voice": 1}', "unknown_parameter", "voice"),
        (
            '{"type": "response.create", "response": {"temperature": 1}}',
            "unknown_parameter",
            "response.temperature",
        ),
        ('{"type": "conversation.item.create"}', "missing_required_parameter", "item"),
        (
            json.dumps({"type": "conversation.item.create", "item": {**MESSAGE, "role": "robot"}}),
            "invalid_value",
            "item.role",
        ),
        (
            json.dumps(
                {"type": "conversation.item.create", "item": {**MESSAGE, "role": "assistant"}}
            ),
            "invalid_value",
            "item.content[0].type",
        ),
    ],
)
def test_wrong_events_are_refused_by_name(message: str, code: str, param: str | None) -> None:
    with pytest.raises(RefusedError) as refused:
        parse_client_event(message)
    assert (refused.value.code, refused.value.param) == (code, param)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["type", "item", "role", "content", "response", "session", "x"]),
            inner | st.sampled_from([*CLIENT_EVENTS, "message", "user", "realtime"]),
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(JSON | st.binary(max_size=40))
def test_no_message_does_worse_than_being_refused(value: object) -> None:
    message = value if isinstance(value, bytes) else json.dumps(value)
    event_id_of(message)
    try:
        event = parse_client_event(message)
    except RefusedError:
        return
    assert event["type"] in CLIENT_EVENTS
