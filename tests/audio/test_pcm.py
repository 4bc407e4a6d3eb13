"""Levels, channels, sample rates."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.audio.pcm import Cutter, Resampler, dbfs, mono, silence, spread
from kiosk.audio.port import FRAME_SAMPLES
from tests.audio.voice import strength, tone


def test_levels() -> None:
    assert dbfs(silence()) == -100
    assert dbfs(silence(0)) == -100
    assert dbfs(np.full(480, -32768, np.int16)) == pytest.approx(0)
    assert dbfs(tone(1000, 0.1, level=0.1)) == pytest.approx(-23, abs=0.1)


def test_channels_are_averaged_without_overflow() -> None:
    stereo = np.array([32767, 32767, -32768, -32768, 100, 300], np.int16).tobytes()
    assert mono(stereo, 2).tolist() == [32767, -32768, 200]
    assert mono(spread(tone(440, 0.01), 2), 2).tolist() == tone(440, 0.01).tolist()


@pytest.mark.parametrize(
    ("from_hz", "to_hz"),
    [(16_000, 48_000), (44_100, 48_000), (48_000, 44_100), (48_000, 16_000), (8_000, 48_000)],
)
def test_a_tone_keeps_pitch_and_level_and_gets_no_company(from_hz: int, to_hz: int) -> None:
    out = Resampler(from_hz, to_hz)(tone(1000, 1.0, rate_hz=from_hz))
    assert len(out) == to_hz
    middle = out[to_hz // 10 : -to_hz // 10]
    level = strength(middle, 1000, to_hz)
    assert level == pytest.approx(0.3, rel=0.005)
    t = np.arange(len(middle)) / to_hz
    parts = np.stack([np.sin(2 * np.pi * 1000 * t), np.cos(2 * np.pi * 1000 * t)], axis=1)
    fitted, *_ = np.linalg.lstsq(parts, middle.astype(float), rcond=None)
    residue = middle - parts @ fitted
    assert 10 * np.log10(np.var(residue) / np.var(middle.astype(float))) < -55


def test_what_the_lower_rate_cannot_hold_is_removed() -> None:
    out = Resampler(48_000, 16_000)(tone(11_000, 0.5))
    assert dbfs(out[800:-800]) < -55


@given(
    st.sampled_from([8_000, 16_000, 32_000, 44_100, 48_000]),
    st.sampled_from([16_000, 44_100, 48_000]),
    st.lists(st.integers(0, 700), max_size=12),
)
def test_any_cut_of_the_input_gives_the_same_output(
    from_hz: int, to_hz: int, cuts: list[int]
) -> None:
    sound = tone(700, sum(cuts) / from_hz, rate_hz=from_hz)
    whole = Resampler(from_hz, to_hz)(sound)
    by_parts = Resampler(from_hz, to_hz)
    pieces = [by_parts(piece) for piece in np.split(sound, np.cumsum(cuts))] or [silence(0)]
    assert np.abs(np.concatenate(pieces).astype(int) - whole.astype(int)).max(initial=0) <= 1


def test_the_cutter_gives_blocks_and_fills_up_the_last() -> None:
    cutter = Cutter(44_100)
    blocks = list(cutter.feed(tone(440, 0.095, rate_hz=44_100)))
    assert [len(block) for block in blocks] == [FRAME_SAMPLES] * 9
    assert len(cutter.finish()) == FRAME_SAMPLES
