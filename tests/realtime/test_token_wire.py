import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.core.faults import Fault
from kiosk.realtime.errors import LineError
from kiosk.realtime.token import Token
from kiosk.realtime.token_wire import (
    LONGEST_WHY,
    MOST_WAIT_S,
    read_problem,
    read_token,
    written_problem,
    written_token,
)
from kiosk.secret import Secret

TOKEN = Token(Secret("ek_NeverToBeSeen"), 1_795_428_060.0, {"id": "sess_1"}, 600.0)
WRITTEN = written_token(TOKEN)


def encoded(document: object) -> bytes:
    return json.dumps(document).encode()


def test_a_token_arrives_as_it_was_sent() -> None:
    assert set(WRITTEN) == {"value", "expires_at", "lifetime_s", "session"}
    assert read_token(encoded(WRITTEN)) == TOKEN


@pytest.mark.parametrize(
    "change",
    [
        {"value": None}, {"value": ""}, {"value": "ek 1"}, {"value": "ek\n1"}, {"value": 5},
        {"expires_at": None}, {"expires_at": -1}, {"expires_at": "soon"}, {"expires_at": 10**400},
        {"expires_at": float("nan")}, {"lifetime_s": 0}, {"lifetime_s": 7201},
        {"lifetime_s": True}, {"lifetime_s": None}, {"session": None}, {"session": []},
    ],
    ids=range(16),
)  # fmt: skip
def test_an_answer_that_holds_no_token_is_a_service_that_is_not_itself(
    change: dict[str, object],
) -> None:
    with pytest.raises(LineError) as told:
        read_token(encoded(WRITTEN | change))
    assert told.value.fault is Fault.KEY_SERVICE
    assert told.value.why == "The token service does not answer: its answer holds no token."


@pytest.mark.parametrize("fault", Fault)
def test_every_code_arrives_as_it_was_sent(fault: Fault) -> None:
    sent = LineError(fault, "The service refused.", retry_after_s=30.0, status=429)
    came = read_problem(encoded(written_problem(sent)))
    assert (came.fault, came.why, came.retry_after_s, came.status) == (
        fault,
        "The service refused.",
        30.0,
        429,
    )


def test_no_secret_is_written_into_a_sentence() -> None:
    sent = LineError(Fault.KEY_REFUSED, f"sk-NeverToBeSeen1 {'x' * 1000}")
    written = written_problem(sent)
    assert "NeverToBeSeen" not in json.dumps(written)
    assert len(str(written["why"])) == LONGEST_WHY


@given(st.binary(max_size=100) | st.dictionaries(st.text(), st.text()).map(encoded))
def test_any_answer_is_a_problem_that_can_be_told(answer: bytes) -> None:
    assert read_problem(answer).fault is Fault.KEY_SERVICE


NUMBERS = st.none() | st.floats() | st.integers() | st.text(max_size=3)


@given(st.sampled_from([fault.remedy.code for fault in Fault]), st.text(), NUMBERS, NUMBERS)
def test_a_problem_is_told_within_bounds(
    code: str, why: str, retry_after_s: object, status: object
) -> None:
    problem = read_problem(
        encoded({"code": code, "why": why, "retry_after_s": retry_after_s, "status": status})
    )
    assert problem.fault.remedy.code == code
    assert "\n" not in problem.why
    assert len(problem.why) <= LONGEST_WHY
    assert problem.retry_after_s is None or 0 < problem.retry_after_s <= MOST_WAIT_S
    assert problem.status is None or isinstance(problem.status, int)
