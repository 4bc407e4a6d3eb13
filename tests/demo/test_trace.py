import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.demo.trace import NOT_READABLE, Entry, TraceError, entry, filler, read, redacted

WORD = "marmalade"
TOKEN = "ek_abcdef123456"
ADDRESS = "192.0.2.17"


def lines(*raws: object) -> list[dict[str, Any]]:
    entries = [entry(10.0 + n, "in", json.dumps(raw)) for n, raw in enumerate(raws)]
    return [json.loads(line) for line in redacted(entries, 9.5)]


def test_a_text_becomes_filler_of_its_length() -> None:
    [line] = lines({"type": "response.output_audio_transcript.delta", "delta": "Good morning!"})
    assert line == {
        "at_s": 0.5,
        "direction": "in",
        "type": "response.output_audio_transcript.delta",
        "delta": "xxxxx xxxxx x",
    }


def test_an_id_has_one_short_name_wherever_it_is() -> None:
    added, begun, done = lines(
        {"type": "conversation.item.added", "item": {"id": "item_Zq8", "role": "user"}},
        {"type": "response.created", "response": {"id": "resp_7h"}},
        {
            "type": "response.done",
            "response": {
                "id": "resp_7h",
                "status": "completed",
                "output": [{"id": "item_Bb", "type": "message"}, {"id": "item_Zq8"}],
            },
        },
    )
    assert added["item"] == {"id": "item-1", "role": "user"}
    assert begun["response"]["id"] == done["response"]["id"] == "response-1"
    assert [item["id"] for item in done["response"]["output"]] == ["item-2", "item-1"]


def test_an_id_that_is_empty_or_missing_stays_so() -> None:
    [line] = lines({"type": "input_audio_buffer.speech_started", "item_id": ""})
    assert line["item_id"] == ""
    [line] = lines({"type": "conversation.item.added", "previous_item_id": None})
    assert "previous_item_id" not in line


SECRETIVE = (
    {
        "type": "session.created",
        "session": {
            "id": "sess_1",
            "model": "gpt-realtime-2.1",
            "instructions": WORD,
            "client_secret": {"value": TOKEN},
            "audio": {"input": {"transcription": {"prompt": WORD}}},
        },
    },
    {"type": "error", "error": {"type": "x", "code": f"sk-{WORD}{TOKEN}", "message": WORD}},
    {"type": "response.function_call_arguments.done", "name": "end", "arguments": f'"{WORD}"'},
    {"type": "conversation.item.create", "item": {"content": [{"text": WORD}], "output": WORD}},
    {"type": "response.create", "response": {"instructions": WORD}},
    {"type": "response.done", "response": {"output": [{"content": [{"transcript": WORD}]}]}},
    {"type": "input_audio_buffer.append", "audio": WORD},
    {"type": "x", "candidate": f"candidate:1 1 udp 1 {ADDRESS} 3478 typ host", WORD: WORD},
    {"type": "x", "delta": {"deep": WORD}, "content": {"content": {"text": WORD}}},
)


@pytest.mark.parametrize("message", SECRETIVE, ids=lambda message: str(message["type"]))
def test_no_word_token_or_address_is_left(message: dict[str, Any]) -> None:
    [line] = redacted([entry(1.0, "in", json.dumps(message))], 0.0)
    for secret in (WORD, TOKEN, ADDRESS):
        assert secret not in line


def test_what_is_no_event_is_one_word() -> None:
    raws = ["not JSON " + WORD, "[1]", '"text"', "[" * 100_000]
    found = [json.loads(line) for line in redacted((entry(1.0, "in", r) for r in raws), 0.0)]
    assert [line["type"] for line in found] == [NOT_READABLE] * 4


def test_lines_come_in_the_order_of_time() -> None:
    late, early = Entry(3.0, "in", {"type": "b"}), Entry(2.0, "sound", {"type": "a"})
    found = [json.loads(line)["type"] for line in redacted([late, early], 0.0)]
    assert found == ["a", "b"]


def test_a_written_trace_is_read_as_it_was(tmp_path: Path) -> None:
    began = Entry(2.5, "in", {"type": "response.created", "response": {"id": "r"}})
    path = tmp_path / "trace.jsonl"
    path.write_text("\n".join(redacted([began], 1.0)))
    named = {"type": "response.created", "response": {"id": "response-1"}}
    assert read(path) == (Entry(1.5, "in", named),)


@pytest.mark.parametrize(
    "line",
    ["{", "[]", '{"type":"a"}', '{"type":"a","at_s":1,"direction":"up"}', '{"direction":"in"}'],
)
def test_a_broken_line_is_named(tmp_path: Path, line: str) -> None:
    path = tmp_path / "trace.jsonl"
    path.write_text('{"type":"a","at_s":1,"direction":"in"}\n' + line)
    with pytest.raises(TraceError, match=r"trace\.jsonl, line 2"):
        read(path)


JSON = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False) | st.text(),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                ["type", "id", "item", "item_id", "output", "delta", "status", "content"]
            )
            | st.text(max_size=3),
            inner,
            max_size=5,
        )
    ),
    max_leaves=20,
)


@given(st.lists(JSON, max_size=5))
def test_any_message_gives_a_line_that_can_be_read(
    tmp_path_factory: pytest.TempPathFactory, values: list[object]
) -> None:
    entries = [entry(float(n), "in", json.dumps(value)) for n, value in enumerate(values)]
    written = list(redacted(entries, 0.0))
    path = tmp_path_factory.getbasetemp() / "any.jsonl"
    path.write_text("".join(f"{line}\n" for line in written), "utf-8")
    again = read(path)
    assert len(again) == len(values)
    assert list(redacted(again, 0.0)) == written


@given(st.integers(0, 10_000))
def test_filler_says_nothing(length: int) -> None:
    assert len(filler(length)) == min(length, 4000)
    assert set(filler(length)) <= {"x", " "}
