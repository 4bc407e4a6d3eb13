"""A candidate speaks on while no call hears them: real calls, a real service, one answer."""

import asyncio
import json
import re
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any, Literal

import jiwer
import numpy as np
import pytest
from numpy.typing import NDArray

from kiosk.audio.port import FRAME_BYTES, FRAME_MS, RATE_HZ
from kiosk.core.effects import AddItem
from kiosk.core.events import SpeechPutBack
from kiosk.core.snapshot import Hearing
from kiosk.realtime import appending, putting_back
from kiosk.realtime.peer import WebRTCAudioManager
from kiosk.realtime.place import Place
from kiosk.realtime.post import http_client
from kiosk.realtime.token import Minter, TokenKeeper
from kiosk.secret import Secret
from kiosk.settings import RealtimeSettings
from kiosk.standin.faults import Faults
from kiosk.standin.venue.relay import Relay
from tests.standin.conftest import Open

SAID = "plan-fell-apart/1"
WORDS = (
    "I learned to test early, and to ask for help before it becomes urgent. "
    "These days I always keep a short checklist."
)
LEAD_S, END_S = 0.4, 3.0
SESSION: dict[str, object] = {
    "type": "realtime",
    "audio": {
        "input": {
            "transcription": {"model": "gpt-transcribe"},
            "turn_detection": {"type": "server_vad", "silence_duration_ms": 900},
        }
    },
}
FRAME_S = FRAME_MS / 1000
TRANSCRIBED = "conversation.item.input_audio_transcription.completed"


class Answer:
    """A candidate who answers, at the pace of speech, and the line that is to hear it."""

    def __init__(self, pcm: NDArray[np.int16]) -> None:
        quiet = [np.zeros(round(seconds * RATE_HZ)) for seconds in (LEAD_S, END_S)]
        wave = np.concatenate([quiet[0], pcm.astype(np.float64), quiet[1]])
        wave += np.random.default_rng(1).normal(0, 20, len(wave))
        self._wave = np.clip(wave, -32768, 32767).astype("<i2").tobytes()
        self._frame = 0
        self.line: WebRTCAudioManager
        self.attends = False
        self.put_back: asyncio.Queue[SpeechPutBack] = asyncio.Queue()
        self.hearing: asyncio.Queue[tuple[Hearing, float]] = asyncio.Queue()
        self.transcripts: asyncio.Queue[str] = asyncio.Queue()
        self.errors: list[dict[str, Any]] = []

    def hear(self, captured_s: float) -> None:
        """Hear the next frame."""
        begin = self._frame * FRAME_BYTES
        frame = self._wave[begin : begin + FRAME_BYTES].ljust(FRAME_BYTES, b"\0")
        self._frame += 1
        self.line.keep(frame, captured_s)
        if self.attends:
            self.line.hear(frame, captured_s)

    async def go_on(self) -> None:
        """Hear in real time from here on."""
        began_s, first = time.monotonic(), self._frame
        while True:
            due_s = began_s + (self._frame - first) * FRAME_S
            await asyncio.sleep(max(0.0, due_s - time.monotonic()))
            self.hear(due_s)

    def take_put_back(self, event: SpeechPutBack) -> None:
        """From here on the microphone is live, as the core has it."""
        self.attends = True
        self.put_back.put_nowait(event)

    def take_message(self, direction: Literal["in", "out"], raw: str) -> None:
        """Note what the service heard."""
        message = json.loads(raw)
        if direction == "in" and message["type"] == TRANSCRIBED:
            self.transcripts.put_nowait(message["transcript"])


def wrong(heard: str) -> float:
    """The share of words that are wrong, missing, or there twice."""
    said, found = (" ".join(re.findall(r"[\w']+", text.lower())) for text in (WORDS, heard))
    return float(jiwer.wer(said, found))


@asynccontextmanager
async def answering(base_url: str, pcm: NDArray[np.int16]) -> AsyncIterator[Answer]:
    """A candidate before a line that can call the service at `base_url`."""
    answer = Answer(pcm)
    settings = RealtimeSettings(base_url=base_url)
    async with http_client(base_url) as http:
        tokens = TokenKeeper(Minter(settings, Secret("sk-any-0123456789"), http), lambda _: SESSION)

        async def service() -> Place:
            return Place(base_url, tokens, http)

        answer.line = WebRTCAudioManager(
            {"service": service},
            settings.connect_timeout_s,
            on_event=lambda _: None,
            on_packet=lambda _: None,
            on_hearing=lambda _, hearing, since_s: answer.hearing.put_nowait((hearing, since_s)),
            on_lost=lambda *_: None,
            on_put_back=answer.take_put_back,
            on_message=answer.take_message,
        )
        try:
            yield answer
        finally:
            await answer.line.disconnect()
            await tokens.close()


@asynccontextmanager
async def going_on(answer: Answer) -> AsyncIterator[None]:
    task = asyncio.create_task(answer.go_on())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait([task])


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine that is busy with other tests is slow."""
    for module, names in (
        (appending, ("TRIAL_S", "NOTICE_S", "LIMIT_S")),
        (putting_back, ("WORDS_S",)),
    ):
        for name in names:
            monkeypatch.setattr(module, name, 25.0)


@pytest.fixture
def pcm(spoken: Callable[[str], NDArray[np.int16]]) -> NDArray[np.int16]:
    return spoken(SAID)


async def test_a_call_that_revives_hears_what_was_said_in_the_dark(
    open_standin: Open, pcm: NDArray[np.int16]
) -> None:
    standin = await open_standin()
    async with Relay(standin.base_url) as relay, answering(relay.base_url, pcm) as answer:
        await answer.line.connect("en", 1)
        answer.line.take(1)
        answer.attends = True
        async with going_on(answer), asyncio.timeout(50):
            await asyncio.sleep(2.0)
            relay.begin_outage()
            hearing = "well"
            while hearing != "dark":
                hearing, lost_s = await answer.hearing.get()
            sent = answer.line.microphone["sent"]
            relay.end_outage()
            while hearing == "dark":
                hearing, _ = await answer.hearing.get()
            assert answer.line.microphone["sent"] - sent < 5, "it would be heard twice"
            answer.attends = False
            answer.line.put_back(lost_s)
            assert (await answer.put_back.get()).how == "sound"
            heard = await answer.transcripts.get()
    assert wrong(heard) < 0.2, heard


async def test_a_new_call_hears_what_was_said_before_it_and_then_the_rest(
    open_standin: Open, pcm: NDArray[np.int16]
) -> None:
    standin = await open_standin()
    async with answering(standin.base_url, pcm) as answer:
        began_s = time.monotonic() - 5.0
        for number in range(500):
            answer.hear(began_s + number * FRAME_S)
        async with going_on(answer), asyncio.timeout(50):
            await answer.line.connect("en", 1)
            answer.line.take(1)
            answer.line.send(AddItem("assistant", "What did you learn?"))
            answer.line.put_back(began_s)
            assert await answer.put_back.get() == SpeechPutBack(1, "sound")
            heard = await answer.transcripts.get()
    assert wrong(heard) < 0.2, heard


@pytest.mark.parametrize(("language", "how"), [("en", "text"), ("de", "lost")])
async def test_a_service_that_takes_no_sound_is_told_the_words_where_they_can_be_found(
    open_standin: Open, pcm: NDArray[np.int16], language: str, how: str
) -> None:
    standin = await open_standin(faults=Faults(no_append=True))
    async with answering(standin.base_url, pcm) as answer, asyncio.timeout(50):
        began_s = time.monotonic() - 10.0
        for number in range(1000):
            answer.hear(began_s + number * FRAME_S)
        await answer.line.connect(language, 1)
        answer.line.take(1)
        answer.line.put_back(began_s)
        told = await answer.put_back.get()
    assert told.how == how
    assert not told.text or wrong(told.text) < 0.2, told.text
