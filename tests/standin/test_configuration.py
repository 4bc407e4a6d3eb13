from typing import Any

import pytest

from kiosk.standin.configuration import (
    check_response,
    check_secret_request,
    check_session,
    default_session,
    updated,
)
from kiosk.standin.wire import RefusedError
from tests.openai_oracle import check_session as judged_by_openai


def session(**fields: Any) -> dict[str, Any]:
    return {"type": "realtime", **fields}


@pytest.mark.parametrize(
    ("configuration", "code", "param"),
    [
        (session(temperature=0.8), "unknown_parameter", "session.temperature"),
        (session(voice="marin"), "unknown_parameter", "session.voice"),
        (
            session(audio={"input": {"turn_detection": {"type": "server_vad", "silence_ms": 5}}}),
            "unknown_parameter",
            "session.audio.input.turn_detection.silence_ms",
        ),
        (
            session(audio={"input": {"turn_detection": {"type": "magic"}}}),
            "invalid_value",
            "session.audio.input.turn_detection.type",
        ),
        (
            session(
                audio={"input": {"turn_detection": {"type": "server_vad", "idle_timeout_ms": 1}}}
            ),
            "invalid_value",
            "session.audio.input.turn_detection.idle_timeout_ms",
        ),
        (session(instructions=7), "invalid_type", "session.instructions"),
        (session(instructions="x" * 50_000), "string_above_max_length", "session.instructions"),
        (session(tools=[{"type": "function"}]), "missing_required_parameter", None),
        (session(tool_choice="perhaps"), "invalid_value", "session.tool_choice"),
        (session(max_output_tokens=True), "invalid_type", "session.max_output_tokens"),
        (session(audio={"output": {"speed": 3}}), "invalid_value", "session.audio.output.speed"),
        ({"model": "gpt-realtime-2.1"}, "missing_required_parameter", "session.type"),
        ([], "invalid_type", "session"),
    ],
)
def test_what_the_service_would_refuse(configuration: object, code: str, param: str | None) -> None:
    with pytest.raises(RefusedError) as refused:
        check_session(configuration, "session")
    assert refused.value.code == code
    assert param is None or refused.value.param == param


def test_everything_the_mission_configures_is_accepted() -> None:
    check_session(
        session(
            model="gpt-realtime-2.1",
            instructions="Be kind.",
            output_modalities=["audio"],
            max_output_tokens="inf",
            reasoning={"effort": "low"},
            tool_choice={"type": "function", "name": "end_interview"},
            tools=[{"type": "function", "name": "end_interview", "parameters": {}}],
            audio={
                "input": {
                    "noise_reduction": {"type": "far_field"},
                    "transcription": {"model": "gpt-transcribe", "language": "en"},
                    "turn_detection": {"type": "semantic_vad", "eagerness": "low"},
                },
                "output": {"voice": {"id": "voice_1"}, "speed": 1.0},
            },
        ),
        "session",
    )
    check_response({"instructions": "Greet.", "conversation": "none", "metadata": {"a": "b"}}, "")


def test_the_default_session_is_one_of_the_services() -> None:
    judged_by_openai(default_session())


def test_an_update_changes_only_what_it_names() -> None:
    before = default_session()
    after = updated(
        before,
        session(audio={"input": {"turn_detection": {"type": "semantic_vad", "eagerness": "low"}}}),
    )
    assert after["audio"]["input"]["turn_detection"] == {
        "type": "semantic_vad",
        "eagerness": "low",
        "create_response": True,
        "interrupt_response": True,
    }
    assert after["audio"]["output"] == before["audio"]["output"]
    assert before == default_session()
    silent = updated(after, session(audio={"input": {"turn_detection": None}}))
    assert silent["audio"]["input"]["turn_detection"] is None
    judged_by_openai(after)
    judged_by_openai(silent)


@pytest.mark.parametrize("seconds", [9, 7201, "600", 60.5])
def test_lifetimes_out_of_range_are_refused(seconds: object) -> None:
    with pytest.raises(RefusedError, match=r"expires_after\.seconds"):
        check_secret_request({"expires_after": {"anchor": "created_at", "seconds": seconds}}, "")
