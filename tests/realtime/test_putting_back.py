"""The ways in which a new call learns what was said without one, and what is told of it."""

import asyncio
import json
import logging
from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from kiosk.audio.port import FRAME_BYTES
from kiosk.core.effects import Place
from kiosk.realtime import appending
from kiosk.realtime.appending import APPENDED_HZ, APPENDS
from kiosk.realtime.putting_back import LOST, NOTHING, WORDS_S, PutBack, SpeechKeeper, Telling
from kiosk.realtime.recognising import HEARD_HZ, Recogniser
from kiosk.standin.wire import server_event
from tests.realtime.test_appending import (
    Channel,
    Message,
    error,
    ignoring,
    refusing,
    silent,
    taking,
)
from tests.realtime.test_spoken import SECONDS, SPOKEN_S, fan, pcm, room, voice

BEGAN_S = 1000.0


class Listener(Recogniser):
    """Knows English; `texts` are the words of what it is given, one after the other."""

    def __init__(self, *texts: str | None) -> None:
        super().__init__(())
        self.texts = list(texts)
        self.given: list[bytes] = []
        self.meanwhile: Callable[[], None] = lambda: None

    def knows(self, language: str) -> bool:
        return language == "en"

    async def recognise(self, pcm: bytes, within_s: float) -> str | None:
        assert 0 < within_s <= WORDS_S
        self.given.append(pcm)
        self.meanwhile()
        await asyncio.sleep(0)
        return self.texts.pop(0)


class Booth:
    """A microphone in a room: time passes as `pass_time` says, and with every message."""

    def __init__(self, wave: NDArray[np.int16], recogniser: Recogniser | None = None) -> None:
        self.keeper = SpeechKeeper(recogniser or Listener())
        self._wave = wave.astype("<i2").tobytes()
        self._frame = 0

    def pass_time(self, frames: int = 1) -> None:
        for _ in range(frames):
            begin = self._frame * FRAME_BYTES % len(self._wave)
            captured_s = BEGAN_S + self._frame / 100
            self.keeper.keep(self._wave[begin : begin + FRAME_BYTES], captured_s)
            self._frame += 1


class Phone(Channel[Booth]):
    """A call with a microphone that can be held."""

    held = False

    def __init__(self, booth: Booth, answer: Callable[[Message], list[Message]]) -> None:
        super().__init__(booth, answer)
        self.passed_on: list[Message] = []
        self.telling = self.to("service", "en")

    def to(self, place: Place, language: str) -> Telling:
        """Let this be a call to that place, in that language."""
        self.telling = Telling(self.room.keeper, self, place, language)
        return self.telling

    def deliver(self, event: Message) -> None:
        if not self.telling.heed(json.dumps(event)):
            self.passed_on.append(event)

    def hold(self, *, on: bool) -> None:
        self.held = on

    def send(self, raw: str) -> str:
        if APPENDS in raw:
            assert self.held, "silence would come in between"
        return super().send(raw)


class Slow(Phone):
    """A phone over a line that lets one message through, until it is not `narrow` any more."""

    narrow = True

    @property
    def waiting_bytes(self) -> int:
        return (
            appending.ROOM_BYTES + 1 if self.narrow and len(self.sound()) else super().waiting_bytes
        )


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(appending, "NOTICE_S", 0.05)


def speaking() -> NDArray[np.int16]:
    return pcm(voice() + room(-60.0, fan()))


def booth(recogniser: Recogniser | None = None) -> Booth:
    made = Booth(speaking(), recogniser)
    made.pass_time(SECONDS * 100)
    return made


async def put_back(phone: Phone, *, since_s: float = BEGAN_S) -> PutBack:
    return await phone.telling.put_back(since_s)


async def test_speech_is_told_as_sound_without_the_pauses_around_it() -> None:
    phone = Phone(booth(), taking)
    assert await put_back(phone) == PutBack("sound")
    assert not phone.held
    seconds = len(phone.sound()) / APPENDED_HZ
    assert SPOKEN_S[1] - SPOKEN_S[0] < seconds < SPOKEN_S[1] - SPOKEN_S[0] + 2.0


async def test_where_nobody_spoke_nothing_is_sent() -> None:
    silent = Booth(pcm(room(-50.0, fan())))
    silent.pass_time(SECONDS * 100)
    phone = Phone(silent, taking)
    assert await put_back(phone) == NOTHING
    assert not phone.said


async def test_what_was_said_before_the_time_asked_for_is_not_told_again() -> None:
    phone = Phone(booth(), taking)
    assert await put_back(phone, since_s=BEGAN_S + SPOKEN_S[1] + 0.5) == NOTHING
    assert not phone.said


async def test_a_service_that_took_it_once_is_trusted_from_then_on() -> None:
    first = booth()
    assert await put_back(Phone(first, taking)) == PutBack("sound")
    again = Phone(first, ignoring)
    assert await put_back(again) == PutBack("sound")
    assert {message["type"] for message in again.said} == {APPENDS}


async def test_a_service_that_refused_it_once_is_not_asked_again_and_words_are_found_here() -> None:
    listener = Listener("I learned a lot.", "I learned more.")
    first = booth(listener)
    phone = Phone(first, refusing)
    assert await put_back(phone) == PutBack("text", "I learned a lot.")
    assert not phone.passed_on, "a refusal is nobody else's business"
    seconds = len(listener.given[0]) / 2 / HEARD_HZ
    assert SPOKEN_S[1] - SPOKEN_S[0] < seconds < SPOKEN_S[1] - SPOKEN_S[0] + 2.5
    first.pass_time(SECONDS * 100)
    again = Phone(first, taking)
    assert await put_back(again) == PutBack("text", "I learned more.")
    assert not again.said


async def test_a_refusal_by_one_place_says_nothing_of_another() -> None:
    both = booth()
    assert await Phone(both, refusing).to("service", "de").put_back(BEGAN_S) == LOST
    assert await Phone(both, taking).to("standin", "de").put_back(BEGAN_S) == PutBack("sound")


async def test_a_service_that_hears_no_speech_is_doubted_and_asked_again() -> None:
    doubted = booth(Listener("I learned a lot."))
    phone = Phone(doubted, ignoring)
    assert await put_back(phone) == PutBack("text", "I learned a lot.")
    await phone.drained()
    assert not len(phone.sound()), "the words must not be there twice"
    doubted.pass_time(SECONDS * 100)
    assert await put_back(Phone(doubted, taking)) == PutBack("sound")


async def test_a_turn_that_goes_on_shows_nothing_of_what_the_service_takes() -> None:
    going_on = booth(Listener("I learned a lot."))
    phone = Phone(going_on, ignoring)
    phone.deliver(server_event("input_audio_buffer.speech_started", item_id="item_1"))
    assert await put_back(phone) == PutBack("sound")
    phone.deliver(server_event("input_audio_buffer.speech_stopped", item_id="item_1"))
    going_on.pass_time(SECONDS * 100)
    assert await put_back(phone) == PutBack("text", "I learned a lot.")


async def test_in_a_language_that_is_not_known_here_nothing_can_be_told() -> None:
    phone = Phone(booth(Listener("never")), refusing)
    assert await phone.to("service", "de").put_back(BEGAN_S) == LOST


async def test_speech_without_words_is_nothing() -> None:
    assert await put_back(Phone(booth(Listener("")), refusing)) == NOTHING


async def test_what_is_said_while_words_are_found_is_left_to_be_found_and_live_from_then_on() -> (
    None
):
    listener = Listener("I learned", "a lot.")
    going_on = booth(listener)
    listener.meanwhile = lambda: going_on.pass_time(SPOKEN_S[0] * 100 + 150)
    phone = Phone(going_on, refusing)
    told = await put_back(phone)
    assert (told.how, told.text) == ("text", "I learned")
    assert 0 < len(told.rest) < len(listener.given[0])
    assert await going_on.keeper.words(told.rest) == PutBack("text", "a lot.")
    assert listener.given[1] == told.rest


async def test_words_that_cannot_be_looked_for_are_lost() -> None:
    listener = Listener(None, None)
    assert await put_back(Phone(booth(listener), refusing)) == LOST
    assert await booth(listener).keeper.words(b"1") == LOST


async def test_what_a_call_was_told_it_is_not_told_again_and_another_call_is() -> None:
    both = booth()
    phone = Phone(both, taking)
    assert await put_back(phone) == PutBack("sound")
    await phone.drained()
    said = len(phone.sound())
    assert await put_back(phone) == PutBack("sound")
    await phone.drained()
    assert len(phone.sound()) == said
    other = Phone(both, taking)
    assert await put_back(other) == PutBack("sound")
    await other.drained()
    assert abs(len(other.sound()) - said) < APPENDED_HZ / 10


async def test_words_that_were_found_are_told_to_no_call_again() -> None:
    both = booth(Listener("I learned a lot."))
    phone = Phone(both, refusing)
    assert await put_back(phone) == PutBack("text", "I learned a lot.")
    assert await put_back(phone) == NOTHING
    assert await Phone(both, taking).to("standin", "de").put_back(BEGAN_S) == NOTHING


async def test_what_was_told_as_sound_before_a_slow_line_was_given_up_is_not_known_as_words(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The call may die before it tells what it heard; the next one must hear that."""
    monkeypatch.setattr(appending, "LIMIT_S", 0.3)
    both = booth(Listener("a lot."))
    both.keeper.takes["service"] = True
    whole = Phone(booth(), taking)
    assert await put_back(whole) == PutBack("sound")
    await whole.drained()
    slow = Slow(both, taking)
    assert await put_back(slow) == PutBack("text", "a lot.")
    first = len(slow.sound())
    assert 0 < first < len(whole.sound()) * 0.7
    other = Phone(both, taking)
    assert await put_back(other) == PutBack("sound")
    await other.drained()
    assert abs(len(other.sound()) - first) < APPENDED_HZ / 5


async def test_one_that_is_cut_short_goes_on_where_it_was() -> None:
    """The line is dark again while a call is told: its channel brings all of it in the end."""
    cut = booth()
    whole = Phone(booth(), taking)
    assert await put_back(whole) == PutBack("sound")
    await whole.drained()
    assert await put_back(Phone(cut, taking)) == PutBack("sound")
    phone = Slow(cut, silent)
    work = asyncio.create_task(put_back(phone))
    while not len(phone.sound()):  # noqa: ASYNC110 - the loop is what is waited for
        await asyncio.sleep(0)
    work.cancel()
    await asyncio.wait([work])
    assert 0 < len(phone.sound()) < len(whole.sound()) * 0.7
    phone.narrow = False
    assert await put_back(phone) == PutBack("sound")
    await phone.drained()
    assert abs(len(phone.sound()) - len(whole.sound())) < APPENDED_HZ / 2


async def test_a_turn_is_over_with_the_call_that_heard_it() -> None:
    both = booth(Listener("I learned a lot."))
    phone = Phone(both, ignoring)
    phone.deliver(server_event("input_audio_buffer.speech_started", item_id="item_1"))
    other = Phone(both, ignoring)
    assert await put_back(other) == PutBack("text", "I learned a lot.")
    await other.drained()
    assert not len(other.sound()), "the words must not be there twice"


async def test_a_turn_that_ended_in_the_dark_is_known_to_be_over_before_a_word_is_told() -> None:
    def late(message: Message) -> list[Message]:
        if message["type"] == APPENDS:
            return []
        stopped = server_event("input_audio_buffer.speech_stopped", item_id="item_1")
        return [stopped, *ignoring(message)]

    phone = Phone(booth(Listener("I learned a lot.")), late)
    phone.deliver(server_event("input_audio_buffer.speech_started", item_id="item_1"))
    assert await put_back(phone) == PutBack("text", "I learned a lot.")
    await phone.drained()
    assert not len(phone.sound())


async def test_what_has_nothing_to_do_with_it_is_passed_on() -> None:
    phone = Phone(booth(), taking)
    for message in (error("No.", "another"), error("No money.", "speech-1", "insufficient_quota")):
        phone.deliver(message)
    assert len(phone.passed_on) == 2
    phone.deliver(error("Too late.", "speech-99"))
    assert len(phone.passed_on) == 2


async def test_one_that_is_given_up_lets_the_microphone_go() -> None:
    phone = Phone(booth(), lambda _: [])
    work = asyncio.create_task(put_back(phone))
    while not phone.held:  # noqa: ASYNC110 - the loop is what is waited for
        await asyncio.sleep(0)
    work.cancel()
    await asyncio.wait([work])
    assert not phone.held


async def test_after_it_was_cleared_nothing_is_left_to_tell() -> None:
    cleared = booth()
    cleared.keeper.clear()
    assert await put_back(Phone(cleared, taking)) == NOTHING


async def test_the_journal_learns_no_word(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        await put_back(Phone(booth(Listener("I learned a lot.")), refusing))
    assert "refused" in caplog.text
    assert "learned" not in caplog.text


async def test_what_was_said_outlasts_a_long_silence_that_no_call_hears() -> None:
    waiting = booth()
    silence = pcm(room(-60.0, fan())).astype("<i2").tobytes()
    for frame in range(100 * 100):
        begin = frame * FRAME_BYTES % len(silence)
        captured_s = BEGAN_S + SECONDS + frame / 100
        waiting.keeper.keep(silence[begin : begin + FRAME_BYTES], captured_s, unheard=True)
    phone = Phone(waiting, taking)
    assert await put_back(phone) == PutBack("sound")
    seconds = len(phone.sound()) / APPENDED_HZ
    assert SPOKEN_S[1] - SPOKEN_S[0] < seconds < SPOKEN_S[1] - SPOKEN_S[0] + 2.0
