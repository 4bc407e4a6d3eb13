import json
import random
from collections import Counter
from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.core import effects, events
from kiosk.core.events import ServiceEvent
from kiosk.core.faults import Fault
from kiosk.realtime.protocol import MESSAGE_LIMIT_BYTES, PARSERS, UNUSED, Reader, build
from tests.openai_oracle import SERVER_EVENTS, check_client_event, check_server_event

Message = dict[str, Any]


def parse(message: object) -> ServiceEvent | None:
    return Reader().parse(json.dumps(message))


def response(status: str = "completed", **more: object) -> Message:
    return {"object": "realtime.response", "id": "resp_1", "status": status, **more}


def spoken(item_id: str, text: str) -> Message:
    content = [{"type": "output_audio", "transcript": text}]
    return {
        "id": item_id,
        "type": "message",
        "role": "assistant",
        "status": "completed",
        "content": content,
    }


def called(name: str, arguments: str, status: str = "completed") -> Message:
    return {
        "id": "item_9",
        "type": "function_call",
        "status": status,
        "call_id": "call_1",
        "name": name,
        "arguments": arguments,
    }


ITEM = {"item_id": "item_1", "event_id": "event_1"}
VOICE = {"response_id": "resp_1", "event_id": "event_1"}
PART = {**VOICE, "item_id": "item_2", "output_index": 0, "content_index": 0}
USER = {"id": "item_1", "type": "message", "role": "user", "content": [{"type": "input_audio"}]}
TEXT = "conversation.item.input_audio_transcription"

READ: list[tuple[Message, ServiceEvent]] = [
    (
        {
            "type": "session.created",
            "event_id": "event_1",
            "session": {"type": "realtime", "id": "sess_1"},
        },
        events.SessionCreated("sess_1"),
    ),
    (
        {"type": "input_audio_buffer.speech_started", **ITEM, "audio_start_ms": 5},
        events.SpeechStarted("item_1"),
    ),
    (
        {"type": "input_audio_buffer.speech_stopped", **ITEM, "audio_end_ms": 900},
        events.SpeechStopped("item_1"),
    ),
    (
        {"type": "input_audio_buffer.committed", **ITEM, "previous_item_id": None},
        events.TurnCommitted("item_1"),
    ),
    (
        {
            "type": "input_audio_buffer.timeout_triggered",
            **ITEM,
            "audio_start_ms": 1,
            "audio_end_ms": 6001,
        },
        events.SilenceNoticed("item_1"),
    ),
    (
        {"type": f"{TEXT}.delta", **ITEM, "content_index": 0, "delta": "Hel"},
        events.CandidateTextAdded("item_1", "Hel"),
    ),
    (
        {
            "type": f"{TEXT}.completed",
            **ITEM,
            "content_index": 0,
            "transcript": "Hello.",
            "usage": {"type": "duration", "seconds": 1.5},
        },
        events.CandidateTextFinished("item_1", "Hello."),
    ),
    (
        {
            "type": f"{TEXT}.failed",
            **ITEM,
            "content_index": 0,
            "error": {"code": "audio_unintelligible", "message": "?"},
        },
        events.CandidateTextFailed("item_1"),
    ),
    (
        {
            "type": "conversation.item.added",
            "event_id": "event_1",
            "item": USER,
            "previous_item_id": "item_0",
        },
        events.ItemAdded("item_1", "user", "item_0"),
    ),
    (
        {"type": "response.created", "event_id": "event_1", "response": response("in_progress")},
        events.ResponseCreated("resp_1"),
    ),
    (
        {
            "type": "response.output_audio_transcript.delta",
            **PART,
            "delta": "Good ",
            "obfuscation": "x",
        },
        events.VoiceTextAdded("resp_1", "item_2", "Good "),
    ),
    (
        {"type": "response.output_audio_transcript.done", **PART, "transcript": "Good morning."},
        events.VoiceTextFinished("resp_1", "item_2", "Good morning."),
    ),
    (
        {"type": "response.output_audio.delta", **PART, "delta": "AAAA"},
        events.VoiceSent("resp_1"),
    ),
    ({"type": "output_audio_buffer.started", **VOICE}, events.VoiceBufferStarted("resp_1")),
    ({"type": "output_audio_buffer.stopped", **VOICE}, events.VoiceBufferStopped("resp_1")),
    ({"type": "output_audio_buffer.cleared", **VOICE}, events.VoiceBufferCleared("resp_1")),
    (
        {
            "type": "response.done",
            "event_id": "event_1",
            "response": response(
                output=[
                    spoken("item_2", "Thank you."),
                    spoken("item_3", "And the next?"),
                    called("next_question", '{"question": "two"}'),
                    called("end_interview", "{}", "incomplete"),
                ],
                usage={
                    "total_tokens": 430,
                    "input_tokens": 320,
                    "output_tokens": 110,
                    "input_token_details": {
                        "text_tokens": 200,
                        "audio_tokens": 120,
                        "image_tokens": 0,
                        "cached_tokens": 192,
                        "cached_tokens_details": {
                            "text_tokens": 128,
                            "audio_tokens": 64,
                            "image_tokens": 0,
                        },
                    },
                    "output_token_details": {"text_tokens": 30, "audio_tokens": 60},
                },
            ),
        },
        events.ResponseDone(
            "resp_1",
            "completed",
            "",
            None,
            ("item_2", "item_3"),
            (events.ToolCall("call_1", "next_question", {"question": "two"}),),
            events.Usage(72, 56, 128, 64, 50, 60, told=True),
        ),
    ),
    (
        {
            "type": "error",
            "event_id": "event_1",
            "error": {"type": "invalid_request_error", "code": "x_y", "message": "No."},
        },
        events.ServiceErred("x_y", None),
    ),
]
"""Messages in today's shape, each with what it says."""

OLDER_NAMES = {
    "conversation.item.added": "conversation.item.created",
    "response.output_audio_transcript.delta": "response.audio_transcript.delta",
    "response.output_audio_transcript.done": "response.audio_transcript.done",
    "response.output_audio.delta": "response.audio.delta",
}


def kind_of(case: tuple[Message, ServiceEvent]) -> str:
    return str(case[0]["type"])


@pytest.mark.parametrize("case", READ, ids=kind_of)
def test_reads_each_event(case: tuple[Message, ServiceEvent]) -> None:
    message, event = case
    check_server_event(message)
    reader = Reader()
    assert reader.parse(json.dumps(message)) == event
    assert reader.parse(json.dumps(message).encode()) == event
    assert reader.counts == {"read": 2}


@pytest.mark.parametrize("today", OLDER_NAMES)
def test_reads_the_older_name_alike(today: str) -> None:
    (message, event) = next(case for case in READ if kind_of(case) == today)
    assert parse({**message, "type": OLDER_NAMES[today]}) == event


def test_every_known_type_is_read_or_named_unused() -> None:
    assert {kind_of(case) for case in READ} | set(OLDER_NAMES.values()) == set(PARSERS)
    assert set(SERVER_EVENTS) <= set(PARSERS) | UNUSED
    assert not set(PARSERS) & UNUSED


@pytest.mark.parametrize("case", READ, ids=kind_of)
def test_ids_may_be_missing_or_null(case: tuple[Message, ServiceEvent]) -> None:
    message, event = case
    ids = ("item_id", "response_id", "event_id", "previous_item_id")
    bare = {key: value for key, value in message.items() if key not in ids}
    assert type(parse(bare)) is type(event)
    assert parse({**bare, **dict.fromkeys(ids)}) == parse(bare)


@pytest.mark.parametrize(
    ("message", "event"),
    [
        ({"type": "input_audio_buffer.speech_started"}, events.SpeechStarted("")),
        (
            {"type": "response.audio_transcript.delta", "delta": "Hi"},
            events.VoiceTextAdded("", "", "Hi"),
        ),
        ({"type": "output_audio_buffer.stopped"}, events.VoiceBufferStopped("")),
        (
            {"type": "response.done", "response": {}},
            events.ResponseDone("", "completed", "", None, (), (), events.Usage()),
        ),
        ({"type": f"{TEXT}.delta"}, events.CandidateTextAdded("", "")),
        (
            {"type": "conversation.item.created", "item": {"type": "function_call"}},
            events.ItemAdded("", "", ""),
        ),
    ],
)
def test_missing_ids_are_empty(message: Message, event: ServiceEvent) -> None:
    assert parse(message) == event


def done(**more: object) -> events.ResponseDone:
    event = parse({"type": "response.done", "response": response(**more)})  # type: ignore[arg-type]
    assert isinstance(event, events.ResponseDone)
    return event


@pytest.mark.parametrize(
    ("error", "fault"),
    [
        ({"code": "insufficient_quota"}, Fault.NO_QUOTA),
        ({"code": None, "type": "insufficient_quota"}, Fault.NO_QUOTA),
        ({"code": "model_not_found", "type": "invalid_request_error"}, Fault.NO_ACCESS),
        ({"code": "rate_limit_exceeded"}, Fault.RATE_LIMITED),
        ({"code": "server_error"}, Fault.SERVICE_DOWN),
        ({"code": "something_new"}, Fault.SERVICE_DOWN),
        ({"code": 7}, Fault.SERVICE_DOWN),
        (None, Fault.SERVICE_DOWN),
        ([], Fault.SERVICE_DOWN),
    ],
)
def test_a_failed_response_has_a_fault(error: object, fault: Fault) -> None:
    assert done(status="failed", status_details={"type": "failed", "error": error}).fault is fault


def test_a_failed_response_without_details_has_a_fault() -> None:
    assert done(status="failed").fault is Fault.SERVICE_DOWN
    assert done(status="failed", status_details=None).fault is Fault.SERVICE_DOWN


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        ("cancelled", "turn_detected"),
        ("cancelled", "client_cancelled"),
        ("incomplete", "max_output_tokens"),
        ("incomplete", "content_filter"),
    ],
)
def test_an_unfinished_response_has_a_reason(status: str, reason: str) -> None:
    event = done(status=status, status_details={"type": status, "reason": reason})
    assert (event.status, event.reason, event.fault) == (status, reason, None)


def test_an_unknown_status_is_no_reason_to_wait_for_ever() -> None:
    assert done(status="in_progress").status == "incomplete"


@pytest.mark.parametrize(
    ("usage", "read"),
    [
        (None, events.Usage()),
        ("lots", events.Usage()),
        ({"input_tokens": True, "output_tokens": -4}, events.Usage(told=True)),
        ({"input_tokens": 20, "output_tokens": 10}, events.Usage(other=30, told=True)),
        (
            {
                "input_tokens": 30,
                "input_token_details": {"text_tokens": 10, "cached_tokens_details": {"text": 3}},
                "output_token_details": {"audio_tokens": 7},
            },
            events.Usage(text_input=10, audio_output=7, other=20, told=True),
        ),
        (
            {
                "input_token_details": {
                    "audio_tokens": 10,
                    "cached_tokens_details": {"text_tokens": 5, "audio_tokens": 50},
                }
            },
            events.Usage(cached_audio_input=10, told=True),
        ),
    ],
    ids=["none", "text", "nonsense", "totals only", "in part", "more from memory than there is"],
)
def test_tokens_are_counted_once_and_none_is_guessed(usage: object, read: events.Usage) -> None:
    assert done(usage=usage).usage == read


@given(
    st.recursive(
        st.none() | st.integers() | st.text(),
        lambda inner: st.dictionaries(
            st.sampled_from(
                [
                    "input_tokens",
                    "output_tokens",
                    "input_token_details",
                    "output_token_details",
                    "cached_tokens_details",
                    "text_tokens",
                    "audio_tokens",
                ]
            ),
            inner,
        ),
        max_leaves=20,
    )
)
def test_whatever_usage_says_no_number_is_below_zero(usage: object) -> None:
    read = done(usage=usage).usage
    numbers = [getattr(read, name) for name in read.__dataclass_fields__]
    assert min(numbers) >= 0


def test_only_what_was_spoken_counts_as_spoken() -> None:
    older = {"id": "b", "type": "message", "content": [{"type": "audio", "transcript": "x"}]}
    written = {"id": "c", "type": "message", "content": [{"type": "output_text", "text": "x"}]}
    unsaid = {"id": "d", "type": "message", "role": "user", "content": []}
    bare = {"id": "e", "type": "message", "role": "assistant"}
    output = [spoken("a", "x"), older, written, unsaid, bare, {"type": "mcp_call"}]
    assert done(output=output).spoken_items == ("a", "b", "e")


@pytest.mark.parametrize(
    ("arguments", "read"),
    [
        ('{"reason": "done"}', {"reason": "done"}),
        ("{}", {}),
        ("", {}),
        ("null", {}),
        ("[1]", {}),
        ('{"reason": ', {}),
        ('{"n": NaN}', {}),
        ("[" * 50_000, {}),
        ('{"half": "\\ud800"}', {"half": "\ufffd"}),
    ],
)
def test_arguments_are_parsed_with_care(arguments: str, read: dict[str, object]) -> None:
    (call,) = done(output=[called("end_interview", arguments)]).tool_calls
    assert call == events.ToolCall("call_1", "end_interview", read)


def test_only_finished_calls_are_acted_on() -> None:
    unfinished = called("next_question", "{}", "in_progress")
    unsaid = {"type": "function_call", "name": "next_question"}
    assert done(status="cancelled", output=[unfinished, unsaid]).tool_calls == ()
    assert done(output=[unsaid]).tool_calls == (events.ToolCall("", "next_question", {}),)


@pytest.mark.parametrize(
    ("error", "told"),
    [
        ({"code": "session_expired"}, ("session_expired", Fault.SESSION_EXPIRED)),
        ({"code": "insufficient_quota"}, ("insufficient_quota", Fault.NO_QUOTA)),
        ({"code": "model_not_found"}, ("model_not_found", Fault.NO_ACCESS)),
        ({"code": "rate_limit_exceeded"}, ("rate_limit_exceeded", None)),
        (
            {"type": "server_error", "code": None, "message": "secret words"},
            ("server_error", None),
        ),
        ({"code": "a\nb" + "c" * 200}, ("a_b" + "c" * 61, None)),
        ({}, ("", None)),
    ],
)
def test_only_some_errors_end_the_call(error: Message, told: tuple[str, Fault | None]) -> None:
    assert parse({"type": "error", "error": error}) == events.ServiceErred(*told)


@pytest.mark.parametrize(
    ("raw", "kind"),
    [
        ("", "not json"),
        ("{", "not json"),
        (b"\xff\xfe", "not json"),
        ('{"type": NaN}', "not json"),
        ("[" * 200_000, "not json"),
        ('{"type":' * 100_000, "not json"),
        ('{"type": ' + "9" * 5000 + "}", "not json"),
        ("\ud800", "not json"),
        ("[]", "not an object"),
        ("null", "not an object"),
        ("5", "not an object"),
        ("{}", "malformed"),
        ('{"type": 5}', "malformed"),
        ('{"type": ["error"]}', "malformed"),
        ('{"type": "response.done"}', "malformed"),
        ('{"type": "response.done", "response": []}', "malformed"),
        ('{"type": "response.done", "response": {"output": [5]}}', "malformed"),
        ('{"type": "error", "error": "no"}', "malformed"),
        ('{"type": "input_audio_buffer.committed", "item_id": 5}', "malformed"),
        ('{"type": "response.audio_transcript.delta"}', "malformed"),
        ('{"type": "response.audio_transcript.delta", "delta": null}', "malformed"),
        ('{"type": "session.updated"}', "unused"),
        ('{"type": "party.started"}', "unknown"),
        ('{"type": "' + "x" * MESSAGE_LIMIT_BYTES + '"}', "oversized"),
        ('{"type": "' + "ü" * (MESSAGE_LIMIT_BYTES // 2) + '"}', "oversized"),
        (b" " * (MESSAGE_LIMIT_BYTES + 1), "oversized"),
    ],
    ids=lambda value: repr(value)[:40],
)
def test_counts_and_ignores_the_rest(raw: str | bytes, kind: str) -> None:
    reader = Reader()
    assert reader.parse(raw) is None
    assert reader.counts == {kind: 1}


def test_the_last_of_two_like_keys_counts() -> None:
    raw = '{"type":"error","type":"output_audio_buffer.started","response_id":"a"}'
    assert Reader().parse(raw) == events.VoiceBufferStarted("a")


@pytest.mark.parametrize("half", ["\\ud83d", "\\uDE00", "\ud83d", "\\ude00\\ud83d"])
def test_half_characters_do_not_get_through(half: str) -> None:
    raw = '{"type":"response.audio_transcript.delta","delta":"a' + half + 'b"}'
    event = Reader().parse(raw)
    assert isinstance(event, events.VoiceTextAdded)
    assert event.delta in {"a\ufffdb", "a\ufffd\ufffdb"}


def test_whole_characters_do() -> None:
    raw = '{"type":"response.audio_transcript.delta","delta":"\\ud83d\\ude00 \\u00fc"}'
    assert Reader().parse(raw) == events.VoiceTextAdded("", "", "\N{GRINNING FACE} ü")


# --- anything at all ------------------------------------------------------------------------------

ODD: list[Any] = [
    None, True, False, 0, -1, 10**400, 1e308, float("nan"), float("inf"), "", "x", "\ud800", "\0",
    [], {}, [[]], [None], [{}], {"a": {}}, "completed", "failed", "function_call", "message", "{",
]  # fmt: skip


def mutated(value: Any, rng: random.Random) -> Any:
    """Return `value` with some part replaced, dropped, repeated or wrapped."""
    roll = rng.random()
    if roll < 0.08:
        return rng.choice(ODD)
    if roll < 0.10:
        return [value]
    if isinstance(value, dict):
        entries = [(key, mutated(entry, rng)) for key, entry in value.items()]
        if entries and rng.random() < 0.1:
            entries.pop(rng.randrange(len(entries)))
        return dict(entries)
    if isinstance(value, list):
        return [mutated(entry, rng) for entry in value for _ in range(rng.choice((0, 1, 1, 1, 2)))]
    return value


def spoilt(raw: str, rng: random.Random) -> str | bytes:
    """Return `raw` cut, spliced, or as bytes of which one is wrong."""
    roll = rng.random()
    at = rng.randrange(len(raw) + 1)
    if roll < 0.04:
        return raw[:at]
    if roll < 0.08:
        return raw[:at] + rng.choice(('"', "{", "\\u", "\ud800", "\0", "1e999", ",")) + raw[at:]
    if roll < 0.12:
        data = bytearray(raw, "utf-8", "surrogatepass")
        data[at % len(data)] = rng.randrange(256)
        return bytes(data)
    return raw


def test_survives_a_hundred_thousand_messages() -> None:
    rng = random.Random(20261123)
    names = [*PARSERS, *UNUSED, "party.started"]
    reader = Reader()
    seen: Counter[type] = Counter()
    for _ in range(100_000):
        message, _event = rng.choice(READ)
        changed = mutated(message, rng)
        if isinstance(changed, dict) and rng.random() < 0.2:
            changed["type"] = rng.choice(names)
        seen[type(reader.parse(spoilt(json.dumps(changed), rng)))] += 1
    assert reader.counts.total() == 100_000
    assert set(reader.counts) == {
        "read", "unused", "unknown", "malformed", "not json", "not an object",
    }  # fmt: skip
    assert set(seen) == {type(event) for _, event in READ} | {type(None)}
    assert min(seen.values()) > 100


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=8,
)
fields = st.sampled_from(
    [
        "item_id", "response_id", "previous_item_id", "delta", "transcript", "response", "item",
        "session", "error", "output", "status", "status_details", "usage", "id", "role", "code",
        "arguments", "name", "call_id", "content",
    ]
)  # fmt: skip


@given(
    kind=st.sampled_from([*PARSERS]),
    body=st.dictionaries(fields, values | st.dictionaries(fields, values)),
)
def test_never_raises_on_any_fields(kind: str, body: Message) -> None:
    event = Reader().parse(json.dumps({**body, "type": kind}))
    assert event is None or repr(event).encode("utf-8")


@given(st.text() | st.binary())
def test_never_raises_on_any_text(raw: str | bytes) -> None:
    reader = Reader()
    assert reader.parse(raw) is None
    assert reader.counts.total() == 1


# --- building -------------------------------------------------------------------------------------

ROLES: list[tuple[Literal["system", "user", "assistant"], str]] = [
    ("system", "input_text"),
    ("user", "input_text"),
    ("assistant", "output_text"),
]
COMMANDS: list[tuple[effects.ServiceCommand, Message]] = [
    (effects.CreateResponse(), {"type": "response.create"}),
    (
        effects.CreateResponse("Greet."),
        {"type": "response.create", "response": {"instructions": "Greet."}},
    ),
    (effects.CancelResponse(), {"type": "response.cancel"}),
    *(
        (
            effects.AddItem(role, "two minutes left"),
            {
                "type": "conversation.item.create",
                "item": {
                    "type": "message",
                    "role": role,
                    "content": [{"type": kind, "text": "two minutes left"}],
                },
            },
        )
        for role, kind in ROLES
    ),
    (
        effects.AnswerTool("call_1", {"ok": True}),
        {
            "type": "conversation.item.create",
            "item": {"type": "function_call_output", "call_id": "call_1", "output": '{"ok": true}'},
        },
    ),
    (
        effects.AppendAudio("piece_1", b"\x01\x00\xff\x7f"),
        {"type": "input_audio_buffer.append", "event_id": "piece_1", "audio": "AQD/fw=="},
    ),
    (
        effects.ForgetAudio("request_1"),
        {"type": "input_audio_buffer.clear", "event_id": "request_1"},
    ),
    (
        effects.AskBack("request_2"),
        {"type": "conversation.item.retrieve", "event_id": "request_2", "item_id": "request_2"},
    ),
]


@pytest.mark.parametrize(("command", "message"), COMMANDS)
def test_builds_each_command(command: effects.ServiceCommand, message: Message) -> None:
    raw = build(command)
    check_client_event(raw)
    assert json.loads(raw) == message


@given(st.text())
def test_builds_any_text(text: str) -> None:
    raw = build(effects.AddItem("user", text))
    check_client_event(raw)
    assert raw.encode("ascii")
    assert json.loads(raw)["item"]["content"][0]["text"] == text
