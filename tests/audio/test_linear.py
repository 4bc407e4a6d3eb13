"""What was played, read between its samples, and the stage that subtracts it."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.audio.linear import LinearStage, PlayedLine
from kiosk.audio.pcm import silence
from tests.audio.voice import tone
from tests.rigs.double_talk import blocks, run
from tests.rigs.room import hear, plain
from tests.rigs.voices import INTERVIEWER, talk


@settings(max_examples=25, deadline=None)
@given(
    hz=st.floats(100, 8_000),
    behind=st.floats(1_000, 40_000),
    drift_ppm=st.floats(-200, 200),
    played_s=st.floats(0.9, 2.5),
)
def test_it_reads_between_samples_as_if_they_were_there(
    hz: float, behind: float, drift_ppm: float, played_s: float
) -> None:
    line = PlayedLine()
    for block in blocks(tone(hz, played_s, level=0.5)):
        line.add(block)
    position, step = line.count - behind, 1 + drift_ppm * 1e-6
    if position < 100:
        return
    at = (position + step * np.arange(480)) / 48_000
    expected = 32767 * 0.5 * np.sin(2 * np.pi * hz * at)
    assert np.abs(line.read(position, step) - expected).max() < 0.01 * 32767 * 0.5


def test_what_was_never_played_or_is_long_gone_is_silence() -> None:
    line = PlayedLine()
    for block in blocks(tone(440, 4)):
        line.add(block)
    assert not line.read(line.count + 100.0, 1.0).any()
    assert not line.read(-1_000.0, 1.0).any()
    assert not line.read(100.0, 1.0).any()
    assert line.read(line.count - 240.0, 1.0)[:200].any()
    assert not line.read(line.count - 240.0, 1.0)[280:].any()


@pytest.mark.parametrize("drift_ppm", [0, 100, -100])
def test_an_echo_is_taken_out_on_the_microphones_clock(drift_ppm: float) -> None:
    room = replace(plain(), drift_ppm=drift_ppm, noise_dbfs=-70)
    far = talk(INTERVIEWER, 14, seed=4)
    heard = hear(room, far)
    left = run(LinearStage(), far, heard.microphone, drift_ppm=drift_ppm)
    last = slice(-4 * 48_000, None)
    ratio = np.mean(left[last].astype(np.float64) ** 2) / np.mean(heard.echo[last] ** 2)
    assert 10 * np.log10(ratio) < -16


def test_until_the_delay_is_known_the_microphone_passes() -> None:
    stage = LinearStage()
    block = tone(440, 0.01)
    for _ in range(300):
        stage.play(silence())
        assert stage.hear(block) is block
    assert not stage.active
