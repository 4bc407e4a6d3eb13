"""The echo canceller in simulated rooms, and what it does without its libraries."""

import importlib
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from kiosk.audio import speex
from kiosk.audio.echo import EchoCanceller
from kiosk.audio.pcm import silence
from kiosk.audio.profiles import PROFILES
from tests.audio.voice import tone
from tests.rigs.double_talk import Result, blocks, result, run
from tests.rigs.room import Room, booth, hear, plain, quiet
from tests.rigs.voices import CANDIDATE, INTERVIEWER, talk

OPEN = PROFILES["open"]
TALK_FROM_S = 9.0
SECONDS = 16.0


def judged(room: Room, *, linear_first: bool) -> Result:
    far = talk(INTERVIEWER, SECONDS, seed=4)
    said = talk(CANDIDATE, SECONDS, seed=6).copy()
    said[: round(TALK_FROM_S * 48_000)] = 0
    heard = hear(room, far, said)
    canceller = EchoCanceller(OPEN, linear_first=linear_first)
    left = run(canceller, far, heard.microphone, drift_ppm=room.drift_ppm)
    assert canceller.settled
    assert not canceller.failure
    return result(room, heard, left, talk_from_s=TALK_FROM_S)


@pytest.mark.parametrize("linear_first", [True, False])
@pytest.mark.parametrize("room", [plain(), booth(), replace(plain(), drift_ppm=100, delay_ms=300)])
def test_the_echo_is_taken_out_down_to_the_noise(room: Room, linear_first: bool) -> None:
    found = judged(room, linear_first=linear_first)
    assert found.left_dbfs <= found.noise_dbfs + 1
    assert found.erle_db >= 22


def test_in_a_quiet_room_thirty_decibels_are_taken_out() -> None:
    assert judged(quiet(), linear_first=True).erle_db >= 30


@pytest.mark.parametrize("drift_ppm", [0, 100])
def test_with_the_linear_stage_who_talks_over_the_voice_is_heard(drift_ppm: float) -> None:
    room = replace(plain(), drift_ppm=drift_ppm)
    alone, both = (judged(room, linear_first=first).ducked for first in (False, True))
    assert both <= 0.1
    assert both < alone / 2


def test_without_libspeexdsp_echo_is_taken_out_all_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(speex, "LIBRARY", "libnowhere.so.9")
    far = talk(INTERVIEWER, 5)
    canceller = EchoCanceller(OPEN)
    left = run(canceller, far, hear(plain(), far).microphone)
    assert not canceller.linear
    assert canceller.settled
    assert np.abs(left[-48_000:]).mean() < np.abs(hear(plain(), far).echo[-48_000:]).mean() / 5


def test_a_room_is_learned_anew_after_captured_sound_was_lost() -> None:
    far = talk(INTERVIEWER, 12, seed=2)
    microphone = hear(plain(), far).microphone
    canceller = EchoCanceller(OPEN)
    lost, again = 6 * 48_000, round(6.1 * 48_000)
    run(canceller, far[:lost], microphone[:lost])
    assert canceller.settled
    assert canceller.linear
    for block in blocks(far[lost:again]):
        canceller.play(block)
    canceller.disturbed()
    canceller.hear(microphone[again : again + 480])
    assert not canceller.settled
    assert not canceller.linear
    left = run(canceller, far[again:], microphone[again + 480 :])
    assert canceller.settled
    assert canceller.linear
    assert np.abs(left[-48_000:]).mean() < np.abs(microphone[-48_000:]).mean() / 5


def test_a_profile_that_cancels_nothing_lets_everything_pass() -> None:
    canceller = EchoCanceller(PROFILES["speakerphone"])
    block = tone(440, 0.01)
    canceller.play(block)
    assert canceller.hear(block) is block
    assert canceller.settled


def test_without_livekit_the_microphone_never_counts_as_settled(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def missing(name: str) -> Any:
        raise ModuleNotFoundError(f"No module named {name!r}")

    monkeypatch.setattr(importlib, "import_module", missing)
    canceller = EchoCanceller(OPEN)
    block = tone(440, 0.01)
    for _ in range(1000):
        canceller.play(block)
        assert canceller.hear(block) is block
    assert not canceller.settled
    assert "livekit" in canceller.failure


def test_a_library_that_fails_in_mid_call_does_not_end_the_sound(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    canceller = EchoCanceller(OPEN)
    far = talk(INTERVIEWER, 3)
    run(canceller, far, hear(plain(), far).microphone)
    assert canceller.settled

    def refuse(_: object) -> None:
        raise RuntimeError("bad handle")

    monkeypatch.setattr(
        canceller._suppressor, "_module", SimpleNamespace(process_reverse_stream=refuse)
    )
    block = tone(440, 0.01)
    canceller.play(silence())
    assert canceller.hear(block) is block
    assert canceller.hear(block) is block
    assert not canceller.settled
    assert "bad handle" in canceller.failure
