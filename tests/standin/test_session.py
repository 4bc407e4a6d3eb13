"""A session without its transport: audio goes in faster than real time."""

import asyncio
import base64
import json
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from kiosk.interview.script import Script
from kiosk.standin.appended import LONGEST_BYTES
from kiosk.standin.configuration import default_session, updated
from kiosk.standin.ears import Ears
from kiosk.standin.faults import Faults
from kiosk.standin.interviewer import Interviewer
from kiosk.standin.session import Session
from kiosk.standin.vad import RATE_HZ
from tests.openai_oracle import check_server_event
from tests.standin.conftest import Murmur
from tests.standin.test_ears import heard_by_a_microphone

Samples = NDArray[np.int16]
QUIET = np.random.default_rng(1).normal(0, 20, 6 * RATE_HZ).astype(np.int16)


class Desk:
    """Collects what the session sends, and listens to its mouth."""

    def __init__(self, script: Script, ears: Ears, detection: object, faults: Faults) -> None:
        self.events: list[dict[str, Any]] = []
        configuration = updated(
            default_session(),
            {
                "type": "realtime",
                "audio": {
                    "input": {
                        "turn_detection": detection,
                        "transcription": {"model": "gpt-transcribe"},
                    }
                },
            },
        )
        self.session = Session(
            configuration,
            Interviewer(script),
            Murmur(),
            ears,
            self._collect,
            faults=faults,
            pace=60.0,
            send_silence=True,
        )
        self._news = asyncio.Event()

    def _collect(self, event: dict[str, Any]) -> None:
        check_server_event(event)
        self.events.append(event)
        self._news.set()

    async def until(self, kind: str, count: int = 1) -> dict[str, Any]:
        async with asyncio.timeout(10):
            while self.kinds().count(kind) < count:
                self._news.clear()
                await self._news.wait()
        return [event for event in self.events if event["type"] == kind][count - 1]

    def send(self, kind: str, **fields: object) -> None:
        self.session.handle(json.dumps({"type": kind, **fields}))

    def kinds(self) -> list[str]:
        return [event["type"] for event in self.events]

    async def listen(self) -> None:
        while True:
            await self.session.mouth.recv()


Sit = Callable[..., Any]


@pytest.fixture
def sit(script: Script, ears: Ears) -> Sit:
    @asynccontextmanager
    async def at_the_desk(detection: object, faults: Faults | None = None) -> AsyncIterator[Desk]:
        desk = Desk(script, ears, detection, faults or Faults())
        listening = asyncio.create_task(desk.listen())
        desk.session.start()
        yield desk
        await desk.session.close()
        listening.cancel()

    return at_the_desk


def vad(**fields: object) -> dict[str, object]:
    return {"type": "server_vad", "silence_duration_ms": 500, **fields}


async def test_nobody_answers_and_the_service_speaks_by_itself(sit: Sit, script: Script) -> None:
    async with sit(vad(idle_timeout_ms=5000)) as desk:
        desk.session.hear(QUIET)
        assert desk.kinds() == ["session.created"]
        desk.send("response.create")
        await desk.until("output_audio_buffer.stopped")
        desk.session.hear(QUIET)
        idled = await desk.until("input_audio_buffer.timeout_triggered")
        assert idled["audio_end_ms"] - idled["audio_start_ms"] == 5000
        await desk.until("output_audio_buffer.stopped", 2)
        said = await desk.until("response.output_audio_transcript.done", 2)
        assert said["transcript"] == script.silence_prompt


async def test_flags_that_forbid_interruption_and_response_are_honoured(
    sit: Sit, spoken: Callable[[str], Samples]
) -> None:
    voice = heard_by_a_microphone(spoken("learned-quickly"))
    async with sit(vad(create_response=False, interrupt_response=False)) as desk:
        desk.session.hear(QUIET)
        desk.send("response.create")
        await desk.until("output_audio_buffer.started")
        desk.session.hear(voice)
        await desk.until("conversation.item.input_audio_transcription.completed")
        await desk.until("output_audio_buffer.stopped")
        assert "output_audio_buffer.cleared" not in desk.kinds()
        assert desk.kinds().count("response.created") == 1
        desk.send("response.create")
        said = await desk.until("response.output_audio_transcript.done", 2)
        assert said["transcript"].startswith("So you learned it.")


async def test_an_answer_that_goes_on_before_the_reply_is_heard_counts_whole(
    sit: Sit, spoken: Callable[[str], Samples]
) -> None:
    voice = heard_by_a_microphone(spoken("learned-quickly"))
    async with sit(vad()) as desk:
        desk.session.hear(QUIET)
        desk.send("response.create")
        await desk.until("output_audio_buffer.stopped")
        desk.session.hear(np.concatenate([voice, voice]))
        first = await desk.until("response.done", 2)
        assert first["response"]["status_details"]["reason"] == "turn_detected"
        second = await desk.until("response.done", 3)
        assert second["response"]["status"] == "completed"
        said = await desk.until("response.output_audio_transcript.done", 2)
        assert said["transcript"] == "So you learned it. What comes next for you?"


async def test_without_turn_detection_the_client_commits(
    sit: Sit, spoken: Callable[[str], Samples]
) -> None:
    async with sit(None) as desk:
        desk.send("input_audio_buffer.commit")
        refused = await desk.until("error")
        assert refused["error"]["code"] == "input_audio_buffer_commit_empty"
        desk.session.hear(QUIET)
        desk.send("input_audio_buffer.clear")
        desk.session.hear(heard_by_a_microphone(spoken("learned-quickly")))
        desk.send("input_audio_buffer.commit")
        heard = await desk.until("conversation.item.input_audio_transcription.completed")
        assert heard["transcript"].startswith("I had to learn Python")
        assert "response.created" not in desk.kinds()


async def test_items_are_created_fetched_and_deleted(sit: Sit) -> None:
    async with sit(None) as desk:
        for item_id in ("item_one", "item_two"):
            item = {
                "type": "message",
                "role": "system",
                "id": item_id,
                "content": [{"type": "input_text", "text": "Two minutes left."}],
            }
            desk.send("conversation.item.create", previous_item_id="root", item=item)
        added = [e for e in desk.events if e["type"] == "conversation.item.added"]
        assert [event["previous_item_id"] for event in added] == [None, None]
        desk.send("conversation.item.retrieve", item_id="item_one")
        assert (await desk.until("conversation.item.retrieved"))["item"]["id"] == "item_one"
        desk.send("conversation.item.truncate", item_id="item_one", content_index=0, audio_end_ms=9)
        assert (await desk.until("conversation.item.truncated"))["audio_end_ms"] == 9
        desk.send("conversation.item.delete", item_id="item_one")
        await desk.until("conversation.item.deleted")
        desk.send("conversation.item.delete", item_id="item_one")
        assert (await desk.until("error"))["error"]["code"] == "item_not_found"


def appended(samples: Samples) -> Iterator[str]:
    """Samples at 24 kHz as a client appends them, in pieces of 150 ms."""
    for at in range(0, len(samples), 3600):
        yield base64.b64encode(samples[at : at + 3600].astype("<i2").tobytes()).decode()


async def test_what_is_appended_and_what_comes_as_rtp_are_one_turn_in_order(
    sit: Sit, spoken: Callable[[str], Samples]
) -> None:
    first = spoken("learned-quickly")[::2]
    then = heard_by_a_microphone(spoken("interruption"))
    async with sit(vad(silence_duration_ms=1500)) as desk:
        desk.session.hear(QUIET)
        for audio in appended(first):
            desk.send("input_audio_buffer.append", audio=audio)
        await desk.until("input_audio_buffer.speech_started")
        desk.session.hear(then)
        heard = await desk.until("conversation.item.input_audio_transcription.completed")
        said = heard["transcript"]
        assert said.index("learn Python") < said.index("say that again")
        assert "error" not in desk.kinds()
        assert desk.kinds().count("input_audio_buffer.committed") == 1


async def test_what_was_heard_before_a_clear_is_in_no_turn(
    sit: Sit, spoken: Callable[[str], Samples]
) -> None:
    async with sit(vad(silence_duration_ms=1500)) as desk:
        desk.session.hear(QUIET)
        for audio in appended(spoken("learned-quickly")[::2]):
            desk.send("input_audio_buffer.append", audio=audio)
        desk.send("input_audio_buffer.clear")
        desk.session.hear(heard_by_a_microphone(spoken("interruption")))
        heard = await desk.until("conversation.item.input_audio_transcription.completed")
        assert "say that again" in heard["transcript"]
        assert "Python" not in heard["transcript"]


@pytest.mark.parametrize(
    ("audio", "wrong"),
    [
        ("not base64!", "an invalid value"),
        ("é", "an invalid value"),
        ("AAA=", ""),
        ("AAAA", "an odd number of bytes"),
        ("", "empty bytes"),
        (base64.b64encode(bytes(LONGEST_BYTES + 2)).decode(), "too long"),
    ],
    ids=["no base64", "no ASCII", "one sample", "odd", "empty", "too long"],
)
async def test_audio_that_cannot_be_appended_is_refused(sit: Sit, audio: str, wrong: str) -> None:
    async with sit(vad()) as desk:
        desk.send("input_audio_buffer.append", audio=audio, event_id="piece_1")
        errors = [event["error"] for event in desk.events if event["type"] == "error"]
        assert len(errors) == bool(wrong)
        for error in errors:
            assert wrong in error["message"]
            assert (error["param"], error["event_id"]) == ("audio", "piece_1")


async def test_fault_no_append_refuses_audio_over_the_channel(sit: Sit) -> None:
    async with sit(vad(), Faults(no_append=True)) as desk:
        desk.send("input_audio_buffer.append", audio="AAA=", event_id="piece_1")
        error = (await desk.until("error"))["error"]
        assert error["event_id"] == "piece_1"
        assert "input_audio_buffer.append" in error["message"]


async def test_an_unknown_event_names_what_there_is(sit: Sit) -> None:
    async with sit(None) as desk:
        desk.send("response.sing", event_id="e7")
        error = (await desk.until("error"))["error"]
        assert (error["param"], error["event_id"]) == ("type", "e7")
        assert "'response.create'" in error["message"]
        desk.session.handle(b"\xff\x00")
        assert (await desk.until("error", 2))["error"]["code"] == "invalid_json"


async def test_a_tool_that_is_not_offered_is_not_called(sit: Sit) -> None:
    async with sit(None) as desk:
        desk.send("response.create", response={"metadata": {"a": "b"}})
        response = (await desk.until("response.done"))["response"]
        assert [item["type"] for item in response["output"]] == ["message"]
        assert response["metadata"] == {"a": "b"}
        assert response["usage"]["output_token_details"]["audio_tokens"] > 0


async def test_an_answered_tool_call_alone_needs_no_words(sit: Sit) -> None:
    async with sit(None) as desk:
        desk.send("response.create")
        await desk.until("response.done")
        output = {"type": "function_call_output", "call_id": "call_1", "output": "{}"}
        desk.send("conversation.item.create", item=output)
        assert desk.kinds().count("response.created") == 1
        desk.send("response.create")
        assert (await desk.until("response.done", 2))["response"]["output"] == []
