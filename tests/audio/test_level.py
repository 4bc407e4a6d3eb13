"""The meter of the microphone, and what it advises staff about speech."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from kiosk.audio.level import PEAK_HOLD_S, QUIET_S, InputMeter
from kiosk.audio.pcm import SILENT_DBFS, Pcm, silence
from kiosk.audio.port import FRAME_SAMPLES, RATE_HZ
from kiosk.core.faults import Fault
from tests.audio.voice import tone
from tests.rigs.levels import at_level, times, with_noise
from tests.rigs.voices import CANDIDATE, talk

QUIET = frozenset({Fault.MIC_QUIET})
CLIPPING = frozenset({Fault.MIC_CLIPPING})
SPOKEN = talk(CANDIDATE, 30.0)


def listen(meter: InputMeter, pcm: Pcm, *, candidate: bool = True) -> list[frozenset[Fault]]:
    """What is advised, each time it changes."""
    told = [meter.advice]
    for number in range(len(pcm) // FRAME_SAMPLES):
        block = pcm[number * FRAME_SAMPLES : (number + 1) * FRAME_SAMPLES]
        meter.hear(block, number / 100, candidate=candidate)
        if meter.advice != told[-1]:
            told.append(meter.advice)
    return told[1:]


# --- the meter ------------------------------------------------------------------------------------


def test_it_reads_level_and_peak() -> None:
    meter = InputMeter()
    assert (meter.level_dbfs, meter.peak_dbfs) == (SILENT_DBFS, SILENT_DBFS)
    meter.hear(tone(1000, 0.01, level=0.5), 0.0)
    assert meter.level_dbfs == pytest.approx(-9.03, abs=0.05)
    assert meter.peak_dbfs == pytest.approx(-6.02, abs=0.05)
    meter.hear(np.full(FRAME_SAMPLES, -32768, np.int16), 0.01)
    assert (meter.level_dbfs, meter.peak_dbfs) == (0.0, 0.0)


def test_a_peak_stands_for_a_moment() -> None:
    meter = InputMeter()
    meter.hear(tone(1000, 0.01, level=0.5), 1.0)
    meter.hear(tone(1000, 0.01, level=0.1), 1.0 + PEAK_HOLD_S - 0.01)
    assert meter.peak_dbfs == pytest.approx(-6.02, abs=0.05)
    assert meter.level_dbfs == pytest.approx(-23.0, abs=0.05)
    meter.hear(tone(1000, 0.01, level=0.1), 1.0 + PEAK_HOLD_S)
    assert meter.peak_dbfs == pytest.approx(-20.0, abs=0.05)


# --- too quiet ------------------------------------------------------------------------------------


@pytest.mark.parametrize("level_dbfs", [-62.0, -56.0, -49.0])
def test_faint_speech_is_told(level_dbfs: float) -> None:
    assert listen(InputMeter(), with_noise(at_level(SPOKEN, level_dbfs), -78.0)) == [QUIET]


@pytest.mark.parametrize("level_dbfs", [-40.0, -30.0, -20.0])
@pytest.mark.parametrize("noise_dbfs", [-80.0, -60.0, -50.0])
def test_speech_that_is_heard_is_not(level_dbfs: float, noise_dbfs: float) -> None:
    assert listen(InputMeter(), with_noise(at_level(SPOKEN, level_dbfs), noise_dbfs)) == []


@pytest.mark.parametrize("noise_dbfs", [-90.0, -70.0, -50.0, -30.0])
def test_noise_alone_and_silence_are_no_quiet_speech(noise_dbfs: float) -> None:
    noise = with_noise(silence(40 * RATE_HZ), noise_dbfs)
    hum = tone(50, 40.0, level=0.01)
    assert listen(InputMeter(), np.concatenate((noise, silence(5 * RATE_HZ)))) == []
    assert listen(InputMeter(), with_noise(hum, noise_dbfs)) == []


def test_the_interviewer_in_the_microphone_is_not_the_candidate() -> None:
    faint = with_noise(at_level(SPOKEN, -50.0), -78.0)
    assert listen(InputMeter(), faint, candidate=False) == []


def test_a_few_faint_words_are_not_enough() -> None:
    faint = with_noise(at_level(SPOKEN, -50.0), -78.0)
    assert listen(InputMeter(), faint[: round(QUIET_S * RATE_HZ)]) == []


def test_it_stands_over_silence_and_new_meters_until_somebody_is_heard() -> None:
    before = InputMeter()
    listen(before, with_noise(at_level(SPOKEN, -50.0), -78.0))
    meter = InputMeter(before.advice)
    assert listen(meter, with_noise(silence(30 * RATE_HZ), -78.0)) == []
    assert meter.advice == QUIET
    assert listen(meter, with_noise(at_level(SPOKEN, -30.0), -78.0)) == [frozenset()]


# --- clipping -------------------------------------------------------------------------------------


@pytest.mark.parametrize("most", [1.0, 0.5])
def test_overdriven_speech_is_told_until_it_is_whole_again(most: float) -> None:
    loud = times(SPOKEN, 8 * most, most=most)
    whole = at_level(SPOKEN, -25.0)
    told = listen(InputMeter(), with_noise(np.concatenate((loud, whole)), -65.0))
    assert told == [CLIPPING, frozenset()]


def test_clipping_stands_over_silence() -> None:
    meter = InputMeter(CLIPPING)
    assert listen(meter, with_noise(silence(30 * RATE_HZ), -70.0)) == []
    assert meter.advice == CLIPPING


def test_other_advice_is_not_the_meters() -> None:
    assert InputMeter(frozenset({Fault.ECHO})).advice == frozenset()


@given(st.lists(arrays.arrays(np.int16, FRAME_SAMPLES, fill=st.just(0)), max_size=6), st.booleans())
def test_any_blocks_can_be_heard(blocks: list[Pcm], candidate: bool) -> None:
    meter = InputMeter()
    for number, block in enumerate(blocks):
        meter.hear(block, number / 100, candidate=candidate)
        assert SILENT_DBFS <= meter.level_dbfs <= meter.peak_dbfs + 1e-9 <= 1e-6
    assert meter.advice == frozenset()
