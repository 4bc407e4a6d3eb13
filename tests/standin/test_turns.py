"""Voice activity and turn taking, on audio made here: speech-like bursts over a noisy room."""

from collections.abc import Callable
from typing import Any

import av
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from kiosk.standin.configuration import default_session, updated
from kiosk.standin.turns import Idled, Rules, TurnBegan, TurnEnded, TurnTaker
from kiosk.standin.vad import FRAME, RATE_HZ, VoiceActivity, level_db

Samples = NDArray[np.int16]
RANDOM = np.random.default_rng(5)


def rules(**detection: Any) -> Rules:
    fields = {"type": "server_vad", "silence_duration_ms": 500, **detection}
    session = updated(
        default_session(), {"type": "realtime", "audio": {"input": {"turn_detection": fields}}}
    )
    return Rules.of(session["audio"]["input"]["turn_detection"])


def room(seconds: float, db: float = -60.0) -> Samples:
    rms = 32768 * 10 ** (db / 20)
    return RANDOM.normal(0, rms, int(seconds * RATE_HZ)).astype(np.int16)


def speech(seconds: float, db: float = -25.0) -> Samples:
    """Four syllables a second of a buzzing voice, with the gaps that speech has."""
    time = np.arange(int(seconds * RATE_HZ)) / RATE_HZ
    buzz = sum(np.sin(2 * np.pi * 140 * k * time) / k for k in range(1, 20))
    syllables = np.clip(np.sin(2 * np.pi * 4 * time - 1.2) + 0.3, 0, 1)
    voice = buzz * syllables
    voice *= 10 ** (db / 20) / np.sqrt(np.mean(voice**2))
    return np.asarray(32767 * np.clip(voice, -1, 1), np.int16)


def over(noise: Samples, voice: Samples, at_s: float) -> Samples:
    mixed = noise.astype(np.int32)
    start = int(at_s * RATE_HZ)
    mixed[start : start + len(voice)] += voice
    return np.clip(mixed, -32768, 32767).astype(np.int16)


@pytest.mark.parametrize("noise_db", [-90.0, -60.0, -50.0, -42.0])
def test_speech_is_found_in_rooms_quiet_and_loud(noise_db: float) -> None:
    taker = TurnTaker(rules())
    began, ended = taker.feed(over(room(6, noise_db), speech(2), 2.0))
    assert isinstance(began, TurnBegan)
    assert isinstance(ended, TurnEnded)
    assert began.start_ms == pytest.approx(2000 - 300, abs=250)
    assert ended.end_ms == pytest.approx(4000 + 500, abs=200)
    assert len(ended.samples) / RATE_HZ == pytest.approx(2.8, abs=0.4)


@pytest.mark.parametrize("noise_db", [-70.0, -50.0, -40.0])
def test_a_steady_room_is_not_speech(noise_db: float) -> None:
    assert TurnTaker(rules()).feed(room(20, noise_db)) == []


def test_a_muted_microphone_that_opens_is_not_speech() -> None:
    muted = np.zeros(5 * RATE_HZ, np.int16)
    taker = TurnTaker(rules())
    assert taker.feed(np.concatenate([muted, room(3, -48), muted, room(3, -48)])) == []


def test_clicks_and_knocks_are_not_speech() -> None:
    noise = room(10)
    for at in range(2 * RATE_HZ, 9 * RATE_HZ, RATE_HZ):
        noise[at : at + RATE_HZ // 25] = 20_000
    assert TurnTaker(rules()).feed(noise) == []


def test_a_room_that_gets_louder_is_learned() -> None:
    taker = TurnTaker(rules(silence_duration_ms=300))
    happened = taker.feed(np.concatenate([room(5, -62), room(12, -44)]))
    assert all(not isinstance(one, TurnBegan) or one.start_ms < 6000 for one in happened)
    assert not taker.in_turn
    again = taker.feed(over(room(5, -44), speech(1.5), 1.0))
    assert [type(one) for one in again] == [TurnBegan, TurnEnded]


@pytest.mark.parametrize(
    ("eagerness", "pause_s", "turns"),
    [("low", 1.5, 1), ("low", 2.6, 2), ("high", 0.4, 1), ("high", 1.5, 2), ("auto", 0.9, 1)],
)
def test_patience_depends_on_eagerness(eagerness: str, pause_s: float, turns: int) -> None:
    audio = over(room(10), speech(2), 1.0)
    audio = over(audio, speech(2), 3.0 + pause_s)
    happened = TurnTaker(rules_semantic(eagerness)).feed(audio)
    assert sum(isinstance(one, TurnBegan) for one in happened) == turns


def rules_semantic(eagerness: str) -> Rules:
    session = updated(
        default_session(),
        {
            "type": "realtime",
            "audio": {
                "input": {"turn_detection": {"type": "semantic_vad", "eagerness": eagerness}}
            },
        },
    )
    return Rules.of(session["audio"]["input"]["turn_detection"])


def test_patient_turns_end_about_two_seconds_after_the_last_word() -> None:
    _, ended = TurnTaker(rules_semantic("low")).feed(over(room(8), speech(2), 1.0))
    assert isinstance(ended, TurnEnded)
    assert 4800 <= ended.end_ms <= 5250


def test_real_speech_is_one_turn(spoken: Callable[[str], Samples]) -> None:
    frame = av.AudioFrame.from_ndarray(
        spoken("plan-fell-apart").reshape(1, -1), format="s16", layout="mono"
    )
    frame.sample_rate = 48_000
    resampler = av.AudioResampler(format="s16", layout="mono", rate=RATE_HZ)
    voice = np.concatenate([part.to_ndarray()[0] for part in resampler.resample(frame)])
    for noise_db in (-65.0, -48.0):
        audio = over(room(len(voice) / RATE_HZ + 5, noise_db), voice, 1.0)
        happened = TurnTaker(rules_semantic("low")).feed(audio)
        assert [type(one) for one in happened] == [TurnBegan, TurnEnded]


def test_silence_counts_only_while_somebody_is_waited_for() -> None:
    taker = TurnTaker(rules(idle_timeout_ms=5000))
    assert taker.feed(room(6)) == []
    taker.wait_for_answer()
    assert taker.feed(room(6)) == [Idled(6000, 11_000)]
    assert taker.feed(room(6)) == []
    taker.wait_for_answer()
    taker.feed(room(3))
    taker.stop_waiting()
    assert taker.feed(room(6)) == []


def test_other_rules_can_be_adopted_in_the_middle() -> None:
    taker = TurnTaker(rules(silence_duration_ms=5000))
    taker.feed(over(room(3), speech(1), 1.0))
    assert taker.in_turn
    taker.adopt(rules(silence_duration_ms=300, threshold=0.6))
    assert [type(one) for one in taker.feed(room(2))] == [TurnEnded]


@settings(max_examples=20, deadline=None)
@given(st.lists(st.integers(1, 4000), min_size=1, max_size=40))
def test_portions_make_no_difference(sizes: list[int]) -> None:
    audio = over(np.zeros(5 * RATE_HZ, np.int16) + room(5)[0], speech(1.5), 1.5)
    whole = TurnTaker(rules()).feed(audio)
    taker, portions, at = TurnTaker(rules()), [], 0
    for size in sizes:
        portions += taker.feed(audio[at : at + size])
        at += size
    portions += taker.feed(audio[at:])
    assert [type(one) for one in portions] == [type(one) for one in whole]


def test_levels_are_in_dbfs_and_rumble_does_not_count() -> None:
    assert level_db(np.zeros(FRAME, np.int16)) < -100
    time = np.arange(FRAME) / RATE_HZ
    rumble = np.asarray(8000 * np.sin(2 * np.pi * 50 * time), np.int16)
    voice = np.asarray(8000 * np.sin(2 * np.pi * 1000 * time), np.int16)
    assert level_db(voice) - level_db(rumble) > 10
    assert VoiceActivity().floor_db == -70.0
