"""Delay and drift, found in the sound."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.audio.alignment import Alignment, find_delay
from kiosk.audio.pcm import Pcm, silence
from tests.rigs.double_talk import run
from tests.rigs.room import Room, hall, hear, plain
from tests.rigs.voices import CANDIDATE, INTERVIEWER, talk


class Watching:
    """An alignment in the place of a canceller."""

    def __init__(self) -> None:
        self.alignment = Alignment()

    def play(self, block: Pcm) -> None:
        self.alignment.play(block)

    def hear(self, block: Pcm) -> Pcm:
        self.alignment.hear(block)
        return block


def watched(room: Room, seconds: float, *, talking: bool = False) -> Alignment:
    far = talk(INTERVIEWER, seconds, seed=4)
    said = talk(CANDIDATE, seconds, seed=6) if talking else None
    watching = Watching()
    run(watching, far, hear(room, far, said).microphone, drift_ppm=room.drift_ppm)
    return watching.alignment


@pytest.mark.parametrize("talking", [False, True])
@pytest.mark.parametrize(
    "room",
    [
        plain(),
        replace(plain(), drift_ppm=20, delay_ms=300),
        replace(plain(), drift_ppm=-100, echo_db=-10),
        replace(hall(), drift_ppm=100),
    ],
)
def test_delay_and_drift_are_found_whoever_talks(room: Room, talking: bool) -> None:
    alignment = watched(room, 12, talking=talking)
    assert alignment.known
    assert alignment.drift * 1e6 == pytest.approx(room.drift_ppm, abs=3)
    captured = 11 * 48_000
    first_ms = float(np.flatnonzero(room.echo_path)[0]) / 48
    source = captured * (1 + room.drift_ppm * 1e-6) - (room.delay_ms + first_ms) * 48
    assert alignment.source_of(captured) == pytest.approx(source, abs=2)


def test_without_an_echo_nothing_is_known() -> None:
    assert not watched(replace(plain(), echo_db=-80), 6, talking=True).known
    assert not watched(replace(plain(), echo_db=-80), 6).known


def test_a_new_delay_is_followed_and_a_restart_forgets_the_old_one_but_not_the_drift() -> None:
    far = talk(INTERVIEWER, 20, seed=4)
    microphone = hear(replace(plain(), drift_ppm=60), far).microphone
    watching = Watching()
    run(watching, far[:480_000], microphone[:480_000], drift_ppm=60)
    before = watching.alignment.source_of(480_000)
    for _ in range(5):
        watching.hear(silence())
    run(watching, far[480_000:], microphone[480_000:], drift_ppm=60)
    moved = watching.alignment.source_of(480_000 + 2400) - before
    assert moved == pytest.approx(0, abs=15)
    watching.alignment.restart()
    assert not watching.alignment.known
    assert watching.alignment.drift * 1e6 == pytest.approx(60, abs=10)


@settings(max_examples=25, deadline=None)
@given(lag=st.integers(2, 7900), sign=st.sampled_from([-1, 1]), seed=st.integers(0, 99))
def test_any_delay_is_found_to_the_sample_in_noise_of_either_polarity(
    lag: int, sign: int, seed: int
) -> None:
    far = np.asarray(1000 * np.random.default_rng(seed).standard_normal(24_000), np.float32)
    found = find_delay(far, sign * far[lag : lag + 16_000])
    assert found == pytest.approx(lag, abs=0.1)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 9999))
def test_other_sound_is_never_taken_for_an_echo(seed: int) -> None:
    random = np.random.default_rng(seed)
    far, near = (np.asarray(1000 * random.standard_normal(n), np.float32) for n in (24_000, 16_000))
    assert find_delay(far, near) is None
