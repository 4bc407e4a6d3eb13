"""Speech is told from the room it is spoken in."""

from collections.abc import Callable
from functools import cache

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from kiosk.audio.port import FRAME_SAMPLES, RATE_HZ
from kiosk.realtime.spoken import judge
from tests.rigs.voices import CANDIDATE, talk

SECONDS = 12
SPOKEN_S = (5, 9)
"""From when to when the candidate speaks."""
Wave = NDArray[np.float64]


def at(dbfs: float, wave: Wave) -> Wave:
    scaled: Wave = wave / np.sqrt(np.mean(wave**2)) * 32768 * 10 ** (dbfs / 20)
    return scaled


@cache
def voice() -> Wave:
    spoken = np.zeros(SECONDS * RATE_HZ)
    begin, end = (at_s * RATE_HZ for at_s in SPOKEN_S)
    spoken[begin:end] = at(-28.0, talk(CANDIDATE, SPOKEN_S[1] - SPOKEN_S[0]).astype(np.float64))
    return spoken


@cache
def fan() -> Wave:
    return at(0.0, np.random.default_rng(2).standard_normal(SECONDS * RATE_HZ))


@cache
def rumble() -> Wave:
    """What a lorry outside does: loud, and below every voice."""
    time_s = np.arange(SECONDS * RATE_HZ) / RATE_HZ
    return at(0.0, np.sin(2 * np.pi * 45 * time_s) * (1 + np.sin(2 * np.pi * 0.7 * time_s)))


@cache
def knocks() -> Wave:
    """Cups that are put down, each over within 50 ms."""
    wave = np.zeros(SECONDS * RATE_HZ)
    knock = np.random.default_rng(3).standard_normal(RATE_HZ // 20) * np.linspace(1, 0, 2400)
    for begin in range(0, len(wave) - len(knock), RATE_HZ * 3 // 10):
        wave[begin : begin + len(knock)] = knock
    return at(0.0, wave)


def pcm(wave: Wave) -> NDArray[np.int16]:
    return np.clip(np.rint(wave), -32768, 32767).astype(np.int16)


def room(dbfs: float, noise: Wave) -> Wave:
    return noise * 10 ** (dbfs / 20)


@pytest.mark.parametrize("dbfs", [-70.0, -50.0, -40.0, -34.0])
def test_speech_is_found_and_none_of_it_is_left_out(dbfs: float) -> None:
    heard = judge(pcm(voice() + room(dbfs, fan())))
    begin, end = (at_s * 100 for at_s in SPOKEN_S)
    assert heard.speech[begin:end].mean() > 0.3
    assert not heard.speech[: begin - 20].any()
    assert not heard.speech[end + 20 :].any()
    assert heard.worth[begin:end].mean() > 0.9
    assert heard.worth.mean() < (end - begin + 100) / len(heard.worth)


@pytest.mark.parametrize("noise", [fan, rumble, knocks])
@pytest.mark.parametrize("dbfs", [-60.0, -45.0, -30.0])
def test_no_noise_is_taken_for_speech(noise: Callable[[], Wave], dbfs: float) -> None:
    both = room(dbfs, noise()) + room(-70.0, fan())
    assert not judge(pcm(both)).speech.any()


def test_a_pause_between_two_sentences_is_shortened_and_a_breath_is_not() -> None:
    sentence = voice()[SPOKEN_S[0] * RATE_HZ : SPOKEN_S[1] * RATE_HZ][: 2 * RATE_HZ]
    for pause_s, shortened in ((0.4, False), (4.0, True)):
        pause = np.zeros(round(pause_s * RATE_HZ))
        wave = np.concatenate([sentence, pause, sentence])
        heard = judge(pcm(wave + room(-65.0, fan())[: len(wave)]))
        between = heard.worth[190 : 210 + round(100 * pause_s)]
        assert bool(between.all()) is not shortened
        assert between.sum() >= min(60, 100 * pause_s)


@pytest.mark.parametrize("value", [0, 1, -32768, 32767])
def test_what_does_not_move_is_no_speech(value: int) -> None:
    assert not judge(np.full(RATE_HZ, value, np.int16)).speech.any()


@given(st.lists(st.integers(-32768, 32767), max_size=3 * FRAME_SAMPLES))
def test_any_samples_give_one_mark_for_each_whole_frame(samples: list[int]) -> None:
    heard = judge(np.array(samples, np.int16))
    assert len(heard.speech) == len(heard.worth) == len(samples) // FRAME_SAMPLES
