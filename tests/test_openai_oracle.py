import pytest

from tests.openai_oracle import (
    CLIENT_EVENTS,
    SERVER_EVENTS,
    check_client_event,
    check_server_event,
    check_session,
)


def test_knows_every_event() -> None:
    assert (len(SERVER_EVENTS), len(CLIENT_EVENTS)) == (46, 11)


def test_accepts_what_the_service_adds_to_its_types() -> None:
    check_server_event(
        {
            "type": "session.created",
            "event_id": "e",
            "session": {"type": "realtime", "id": "sess_1", "object": "realtime.session"},
        }
    )
    check_client_event('{"type":"response.create","response":{"instructions":"Greet."}}')
    check_session({"type": "realtime", "audio": {"output": {"voice": "marin"}}})


@pytest.mark.parametrize(
    "message",
    [
        "[]",
        '{"type":"response.creat"}',
        '{"type":"response.create","respons":{}}',
        '{"type":"response.create","response":{"instructions":5}}',
        '{"type":"response.create","response":{"temperature":0.7}}',
        '{"type":"conversation.item.create","item":{"type":"message","role":"user","content":[5]}}',
        '{"type":"conversation.item.create","item":{"type":"function_call_output","output":"{}"}}',
        '{"type":"session.update","session":{"type":"realtime","id":"sess_1","voice":"marin"}}',
    ],
)
def test_refuses_what_the_service_would_refuse(message: str) -> None:
    with pytest.raises(AssertionError):
        check_client_event(message)


def test_refuses_a_misspelt_session() -> None:
    with pytest.raises(AssertionError, match=r"session\.audio\.output\.voise"):
        check_session({"type": "realtime", "audio": {"output": {"voise": "marin"}}})
