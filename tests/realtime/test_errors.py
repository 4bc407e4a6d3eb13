import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.core.faults import Fault
from kiosk.realtime.errors import LineError, fault_of_status, label, refusal


def body(code: str | None, kind: str = "invalid_request_error") -> str:
    return json.dumps({"error": {"message": "No.", "type": kind, "param": None, "code": code}})


TABLE = [
    (400, body("unknown_parameter"), Fault.REQUEST_REFUSED, False),
    (400, body("beta_api_shape_disabled"), Fault.REQUEST_REFUSED, False),
    (401, body("invalid_api_key"), Fault.KEY_REFUSED, False),
    (401, body(None), Fault.KEY_REFUSED, False),
    (403, body(None), Fault.NO_ACCESS, False),
    (404, body("model_not_found"), Fault.NO_ACCESS, False),
    (404, body(None), Fault.NO_ACCESS, False),
    (404, "<html>404 nginx</html>", Fault.PROTOCOL_UNKNOWN, False),
    (408, "", Fault.SERVICE_DOWN, True),
    (422, "", Fault.REQUEST_REFUSED, False),
    (429, body("insufficient_quota"), Fault.NO_QUOTA, False),
    (429, body(None, "insufficient_quota"), Fault.NO_QUOTA, False),
    (429, body("rate_limit_exceeded"), Fault.RATE_LIMITED, True),
    (429, "", Fault.RATE_LIMITED, True),
    (500, body("server_error"), Fault.SERVICE_DOWN, True),
    (502, "<html>", Fault.SERVICE_DOWN, True),
    (503, "", Fault.SERVICE_DOWN, True),
    (599, "", Fault.SERVICE_DOWN, True),
    (302, "", Fault.PROTOCOL_UNKNOWN, False),
    (200, "", Fault.PROTOCOL_UNKNOWN, False),
]
"""What a status means, and whether trying again may help."""


@pytest.mark.parametrize(("status", "text", "fault", "retry"), TABLE)
def test_tells_every_refusal_apart(status: int, text: str, fault: Fault, retry: bool) -> None:
    assert fault_of_status(status, text) is fault
    assert fault_of_status(status, text.encode()) is fault
    assert LineError(fault, "x").retry is retry


@given(st.integers(), st.text() | st.binary())
def test_never_fails_on_a_body(status: int, text: str | bytes) -> None:
    assert isinstance(fault_of_status(status, text), Fault)
    assert refusal("a token", status, text).startswith("The service refused a token (status ")


@pytest.mark.parametrize("text", ["[" * 100_000, '{"error": []}', '{"error": {"code": [1]}}', "5"])
def test_odd_bodies_go_by_the_status(text: str) -> None:
    assert fault_of_status(500, text) is Fault.SERVICE_DOWN


def test_says_what_was_refused_without_the_services_words() -> None:
    text = json.dumps(
        {
            "error": {
                "message": "Incorrect API key: sk-1",
                "code": "unknown_parameter",
                "param": "a.b[0]",
            }
        }
    )
    assert refusal("a token", 400, text) == (
        "The service refused a token (status 400, unknown_parameter, a.b[0])."
    )
    assert refusal("the call", 502, "<html>") == "The service refused the call (status 502)."


def test_a_label_is_one_short_word() -> None:
    assert label("rate_limit_exceeded") == "rate_limit_exceeded"
    assert label("two\nlines " + "x" * 100) == "two_lines_" + "x" * 54
    assert label(None) == label(5) == label({}) == ""
