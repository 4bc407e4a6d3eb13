import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kiosk.core.faults import Fault
from kiosk.interview.script import load_script
from kiosk.interview.session import session_configuration
from kiosk.places import SCRIPTS
from kiosk.realtime.errors import LineError
from kiosk.realtime.token_request import MOST_BYTES, call_of, session_of
from kiosk.settings import RealtimeSettings

MODEL = "gpt-realtime-2.1"
SESSION = {"type": "realtime", "model": MODEL, "instructions": "Ask."}
NESTED = "[" * 100_000


def body(**more: object) -> bytes:
    return json.dumps({"session": SESSION | more}).encode()


@pytest.mark.parametrize("path", sorted(SCRIPTS.glob("*.toml")), ids=lambda path: path.stem)
@pytest.mark.parametrize("detection", ["semantic_vad", "server_vad"])
def test_every_session_of_a_booth_is_granted(path: object, detection: str) -> None:
    settings = RealtimeSettings(turn_detection=detection)  # type: ignore[arg-type]
    script = load_script(str(path), SCRIPTS)
    for language in (*script.languages, "ja", "any"):
        session = session_configuration(script, settings, language)
        asked = json.dumps({"session": session}).encode()
        assert len(asked) < MOST_BYTES / 5
        assert session_of(asked, MODEL) == session


@pytest.mark.parametrize("model", ["gpt-realtime-2.1-expensive", None, 5, []])
def test_the_model_is_the_service_s_own(model: object) -> None:
    assert session_of(body(model=model), MODEL)["model"] == MODEL


@pytest.mark.parametrize(
    ("asked", "why"),
    [
        (b"", "It is not JSON."),
        (b"{", "It is not JSON."),
        (b"\xff\xfe", "It is not JSON."),
        (NESTED.encode(), "It is not JSON."),
        (b'{"session": {"type": "realtime", "instructions": NaN}}', "It is not JSON."),
        (b" " * (MOST_BYTES + 1), f"It is longer than {MOST_BYTES} bytes."),
        (b"[]", "It is not a JSON object."),
        (b"{}", "It holds no session."),
        (b'{"session": []}', "It holds no session."),
        (b'{"session": {}}', "Its session is not of the type 'realtime'."),
        (body(type="transcription"), "Its session is not of the type 'realtime'."),
        (body(tracing="auto"), "A booth's session has no field 'tracing'."),
        (body(**{"\n" * 200: 1}), f"A booth's session has no field '{'_' * 64}'."),
        (body(tools={}), "A booth's tools are functions only."),
        (body(tools=["x"]), "A booth's tools are functions only."),
        (
            body(tools=[{"type": "mcp", "server_url": "https://x"}]),
            "A booth's tools are functions only.",
        ),
        (body(audio=json.loads("[" * 20 + "]" * 20)), "Its session is nested too deep."),
    ],
    ids=range(17),
)
def test_what_no_booth_asks_for_is_refused(asked: bytes, why: str) -> None:
    with pytest.raises(LineError) as refused:
        session_of(asked, MODEL)
    assert refused.value.fault is Fault.REQUEST_REFUSED
    assert refused.value.why == f"The token service refuses the request. {why}"


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
@example(b'{"session": {"type": "realtime"}}')
def test_any_bytes_are_a_session_or_one_clear_refusal(asked: bytes) -> None:
    try:
        session = session_of(asked, MODEL)
    except LineError as refused:
        known = refused.fault is Fault.REQUEST_REFUSED
    else:
        known = session["type"] == "realtime" and session["model"] == MODEL
    assert known


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=20,
)


@given(st.dictionaries(st.sampled_from(["type", "tools", "audio", "model", "x"]), JSON))
def test_any_session_is_granted_as_it_stands_or_refused(session: dict[str, object]) -> None:
    asked = json.dumps({"session": {"type": "realtime", **session}}).encode()
    try:
        granted = session_of(asked, MODEL)
    except LineError as refused:
        assert refused.why.isprintable()  # noqa: PT017 - either may come
    else:
        assert granted == json.loads(asked)["session"] | {"model": MODEL}


def test_a_call_is_named_by_its_id() -> None:
    assert call_of(b'{"call_id": "rtc_1-a"}') == "rtc_1-a"


@pytest.mark.parametrize(
    "asked",
    [b"", b"[]", b"{}", b'{"call_id": 5}', b'{"call_id": ""}', b'{"call_id": "a/b"}',
     b'{"call_id": "a\\nb"}', b'{"call_id": "\\u00e9"}',
     json.dumps({"call_id": "a" * 201}).encode()],
    ids=range(9),
)  # fmt: skip
def test_what_can_be_no_call_is_refused(asked: bytes) -> None:
    with pytest.raises(LineError, match="The token service refuses the request"):
        call_of(asked)
