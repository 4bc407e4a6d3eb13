"""What the microphone kept is told to services that take it, refuse it, or say nothing."""

import asyncio
import base64
import json
from collections.abc import Callable
from typing import Any, Generic, Protocol, TypeVar

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from kiosk.audio.port import FRAME_SAMPLES, RATE_HZ
from kiosk.realtime import appending
from kiosk.realtime.appending import (
    APPENDED_HZ,
    APPENDS,
    LONGEST_FRAMES,
    REQUEST,
    ROOM_BYTES,
    Answer,
    Appending,
    answer_in,
)
from kiosk.realtime.backlog import Backlog
from kiosk.realtime.kept import Kept
from kiosk.standin.wire import RefusedError, error_event, server_event
from tests.openai_oracle import check_client_event

Message = dict[str, Any]
TONE_HZ = 440.0


class Room:
    """A microphone that hears a tone without end."""

    def __init__(self, frames: int) -> None:
        self.kept = Kept()
        self.pass_time(frames)

    def pass_time(self, frames: int = 1) -> None:
        for _ in range(frames):
            number = self.kept.end
            time_s = (np.arange(FRAME_SAMPLES) + number * FRAME_SAMPLES) / RATE_HZ
            pcm = (12000 * np.sin(2 * np.pi * TONE_HZ * time_s)).astype("<i2").tobytes()
            self.kept.keep(pcm, 100.0 + number * 0.01)


class Passing(Protocol):
    """Where time passes."""

    def pass_time(self, frames: int = 1) -> None:
        """Let the microphone hear so many frames."""


R = TypeVar("R", bound=Passing)


class Channel(Generic[R]):
    """A channel and the service behind it; `answer` is what that says to a message."""

    def __init__(self, room: R, answer: Callable[[Message], list[Message]]) -> None:
        self.room = room
        self.answer = answer
        self.said: list[Message] = []
        self.fullest_bytes = 0
        self.open = True
        self.hear: Callable[[Answer], None] = lambda _: None
        self._waiting: list[str] = []

    @property
    def waiting_bytes(self) -> int:
        return sum(map(len, self._waiting))

    def send(self, raw: str) -> str:
        if not self.open:
            return "the event channel is not open"
        check_client_event(raw)
        assert len(raw) < 1 << 16
        self._waiting.append(raw)
        self.fullest_bytes = max(self.fullest_bytes, self.waiting_bytes)
        if len(self._waiting) == 1:
            asyncio.get_running_loop().call_soon(self._leave)
        return ""

    def _leave(self) -> None:
        message = json.loads(self._waiting[0])
        self.said.append(message)
        for event in self.answer(message):
            self.deliver(event)
        del self._waiting[0]
        self.room.pass_time()
        if self._waiting:
            asyncio.get_running_loop().call_soon(self._leave)

    def deliver(self, event: Message) -> None:
        """Let the service say this."""
        self.hear(answer_in(json.dumps(event)))

    async def drained(self) -> None:
        """Wait until nothing waits."""
        while self.waiting_bytes:  # noqa: ASYNC110 - the loop is what is waited for
            await asyncio.sleep(0)

    def sound(self) -> NDArray[np.int16]:
        """All that was appended since the last clear, but for the silence of the trial."""
        pcm, trial = b"", bytes(2 * APPENDED_HZ // 100)
        for message in self.said:
            if message["type"] == "input_audio_buffer.clear":
                pcm = b""
            elif message["type"] == APPENDS:
                pcm += base64.b64decode(message["audio"]).removeprefix(trial)
        return np.frombuffer(pcm, "<i2")


def taking(message: Message) -> list[Message]:
    """Answer as a service that takes it: the fourth piece makes it sure that somebody speaks."""
    if message["type"] != APPENDS:
        return ignoring(message)
    if message["event_id"] == f"{appending.PIECE}4":
        started = "input_audio_buffer.speech_started"
        return [server_event(started, audio_start_ms=0, item_id="item_1")]
    return []


def refusing(message: Message) -> list[Message]:
    """Answer as a service that takes audio as RTP only."""
    if message["type"] != APPENDS:
        return ignoring(message)
    refused = RefusedError(f"'{APPENDS}' is not supported in a WebRTC session.", param="type")
    return [error_event(refused.error(), message["event_id"])]


def ignoring(message: Message) -> list[Message]:
    """Answer as a service that lets it fall."""
    if message["type"] == "input_audio_buffer.clear":
        return [server_event("input_audio_buffer.cleared")]
    if message["type"] == "conversation.item.retrieve":
        missing = RefusedError("Item with item_id not found.", code="item_not_found")
        return [error_event(missing.error(), message["event_id"])]
    return []


def silent(_: Message) -> list[Message]:
    """Answer as a service that is not there."""
    return []


async def told(
    channel: Channel[Room], chosen: range, *, trusted: bool = False, in_turn: bool = False
) -> appending.Taken:
    backlog = Backlog(channel.room.kept, chosen)
    work = Appending(channel, backlog, trusted=trusted, in_turn=in_turn)
    channel.hear = work.hear
    return await work.run()


def assert_whole_tone(sound: NDArray[np.int16], frames: int) -> None:
    """The tone goes on through every piece and every frame, and is as long as that many frames."""
    assert abs(len(sound) - frames * APPENDED_HZ // 100) <= 1
    time_s = np.arange(len(sound)) / APPENDED_HZ
    wanted = 12000 * np.sin(2 * np.pi * TONE_HZ * time_s)
    assert np.abs(sound - wanted)[200:-200].max() < 100


async def test_a_service_that_takes_it_hears_all_of_it_in_one_piece_and_what_comes_meanwhile() -> (
    None
):
    channel = Channel(Room(1000), taking)
    assert await told(channel, range(1000)) == "taken"
    kept = channel.room.kept.end
    assert kept > 1000
    await channel.drained()
    assert_whole_tone(channel.sound(), kept)
    assert channel.fullest_bytes < ROOM_BYTES + (1 << 16)


async def test_the_first_thing_is_a_moment_of_silence_and_a_request_that_changes_nothing() -> None:
    channel = Channel(Room(300), taking)
    assert await told(channel, range(300)) == "taken"
    trial, request, *_ = channel.said
    assert not any(base64.b64decode(trial["audio"]))
    assert request["type"] == "conversation.item.retrieve"


async def test_who_was_seen_to_take_it_is_told_at_once() -> None:
    channel = Channel(Room(300), silent)
    assert await told(channel, range(300), trusted=True) == "taken"
    kept = channel.room.kept.end
    await channel.drained()
    assert {message["type"] for message in channel.said} == {APPENDS}
    assert_whole_tone(channel.sound(), kept)


async def test_a_refusal_ends_it_before_a_word_was_sent() -> None:
    channel = Channel(Room(300), refusing)
    assert await told(channel, range(300)) == "refused"
    assert not channel.sound().any()
    assert [message["type"] for message in channel.said].count(APPENDS) == 1


async def test_a_refusal_in_the_middle_ends_it_and_takes_back_what_was_sent() -> None:
    def tiring(message: Message) -> list[Message]:
        late = message["event_id"] == f"{appending.PIECE}6"
        return refusing(message) if late else taking(message)

    channel = Channel(Room(1000), tiring)
    assert await told(channel, range(1000)) == "refused"
    await channel.drained()
    assert channel.said[-1]["type"] == "input_audio_buffer.clear"
    assert len(channel.said) < 20


async def test_who_hears_no_speech_in_it_has_not_taken_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(appending, "NOTICE_S", 0.05)
    channel = Channel(Room(300), ignoring)
    assert await told(channel, range(300)) == "ignored"
    await channel.drained()
    assert not len(channel.sound())


async def test_a_turn_that_goes_on_is_not_told_of_anew_and_loses_nothing() -> None:
    channel = Channel(Room(300), ignoring)
    assert await told(channel, range(300), in_turn=True) == "taken"
    refusal = Channel(Room(300), refusing)
    assert await told(refusal, range(300), in_turn=True) == "refused"
    for each in (channel, refusal):
        await each.drained()
        assert "input_audio_buffer.clear" not in [message["type"] for message in each.said]


async def test_who_does_not_even_answer_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(appending, "TRIAL_S", 0.05)
    channel = Channel(Room(300), silent)
    assert await told(channel, range(300)) == "ignored"
    assert not channel.sound().any()


async def test_a_way_that_is_too_slow_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(appending, "LIMIT_S", 0.1)

    class Narrow(Channel[Room]):
        @property
        def waiting_bytes(self) -> int:
            return ROOM_BYTES + 1 if self.said else 0

    channel = Narrow(Room(1000), silent)
    assert await told(channel, range(1000), trusted=True) == "taken"
    assert len(channel.sound()) < APPENDED_HZ


async def test_what_comes_while_a_way_is_slow_is_left_to_the_channel(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(appending, "LIMIT_S", 0.1)

    class Clogged(Channel[Room]):
        clogged = True

        @property
        def waiting_bytes(self) -> int:
            if self.clogged and len(self.said) == 1:
                self.room.pass_time(self.room.kept.end < 100)
                return ROOM_BYTES + 1
            return super().waiting_bytes

    channel = Clogged(Room(LONGEST_FRAMES), silent)
    assert await told(channel, range(LONGEST_FRAMES), trusted=True) == "taken"
    kept = channel.room.kept.end
    assert kept > LONGEST_FRAMES
    channel.clogged = False
    await channel.drained()
    assert abs(len(channel.sound()) - kept * APPENDED_HZ // 100) < APPENDED_HZ / 50


async def test_a_channel_that_closes_ends_it() -> None:
    channel = Channel(Room(300), silent)
    channel.open = False
    assert await told(channel, range(300), trusted=True) == "ignored"


def error(message: str, event_id: str | None, code: str = "invalid_value") -> Message:
    return error_event(RefusedError(message, code=code).error(), event_id)


@pytest.mark.parametrize(
    ("message", "answer"),
    [
        (error("No.", "speech-12"), "refused"),
        (error(f"No '{APPENDS}' here.", None), "refused"),
        (error(f"No '{APPENDS}' here.", "another"), ""),
        (error("No.", REQUEST), "answered"),
        (error("No.", "another"), ""),
        (error("No.", None), ""),
        (error("You have no money.", "speech-12", "insufficient_quota"), ""),
        (server_event("input_audio_buffer.cleared"), "answered"),
        (server_event("input_audio_buffer.speech_started"), "noticed"),
        (server_event("input_audio_buffer.speech_stopped"), "ended"),
        (server_event("response.created", note="speech-1"), ""),
        ({"type": ["input_audio_buffer.cleared"]}, ""),
        ({"type": "error", "error": "speech-1"}, ""),
    ],
)
def test_an_answer_is_told_from_what_is_none(message: Message, answer: Answer) -> None:
    assert answer_in(json.dumps(message)) == answer


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.sampled_from([APPENDS, "error", "speech-1", "type"]),
    lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(["type", "error"]), inner),
)


@given(JSON.map(json.dumps) | st.text().map(lambda text: f'{text}"{APPENDS}"'))
def test_whatever_comes_is_read_without_an_error(raw: str) -> None:
    assert answer_in(raw) in ("refused", "answered", "noticed", "ended", "")


def test_every_piece_fits_into_a_message() -> None:
    pcm_bytes = 2 * LONGEST_FRAMES * APPENDED_HZ // 100
    assert 4 * pcm_bytes // 3 + 200 < 1 << 16
