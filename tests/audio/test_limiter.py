"""The limiter: under the ceiling whatever comes, without bending a wave or making a click."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from kiosk.audio.limiter import LOOK_AHEAD_MS, RELEASE_S, Limiter, Wave
from kiosk.audio.port import FRAME_SAMPLES, RATE_HZ
from tests.audio.voice import tone

CEILING = 8000.0
DELAY = RATE_HZ * LOOK_AHEAD_MS // 1000

waves = arrays.arrays(
    np.float32,
    st.integers(1, 6).map(lambda blocks: blocks * FRAME_SAMPLES),
    elements=st.floats(-40_000, 40_000, width=32),
    fill=st.sampled_from([np.float32(0.0), np.float32(7000.0)]),
)


def limited(wave: Wave, ceiling: float = CEILING) -> Wave:
    limiter = Limiter(ceiling)
    blocks = np.split(wave, len(wave) // FRAME_SAMPLES)
    return np.concatenate([limiter(block) for block in blocks])


def sine(level: float, seconds: float = 0.5, hz: float = 200) -> Wave:
    return tone(hz, seconds, level=level).astype(np.float32)


@given(waves)
def test_no_sample_passes_the_ceiling_and_none_is_lifted(wave: Wave) -> None:
    out = limited(wave)
    assert len(out) == len(wave)
    assert np.abs(out).max() <= CEILING * (1 + 1e-6)
    before = np.concatenate((np.zeros(DELAY, np.float32), wave))[: len(wave)]
    assert (np.abs(out) <= np.abs(before) * (1 + 1e-6)).all()
    assert (out * before >= 0).all()


@given(waves)
def test_a_wave_is_the_same_however_it_is_cut(wave: Wave) -> None:
    whole = Limiter(CEILING)(wave)
    assert np.array_equal(limited(wave), whole)


def test_what_is_under_the_ceiling_comes_out_as_it_went_in() -> None:
    wave = sine(0.2)
    assert np.array_equal(limited(wave)[DELAY:], wave[:-DELAY])


def test_a_loud_wave_keeps_its_shape() -> None:
    """A steady tone three times too loud comes out as a tone: no harmonics."""
    wave = sine(3 * CEILING / 32767, 1.0)
    spectrum = np.abs(np.fft.rfft(limited(wave)[-RATE_HZ // 2 :]))
    others = np.delete(spectrum, np.arange(98, 103))
    assert spectrum[100] > 0.9 * CEILING * RATE_HZ / 4
    assert others.max() < spectrum[100] / 200


def test_the_gain_falls_in_a_line_and_returns_slowly() -> None:
    steady = np.full(3 * RATE_HZ, 4000.0, np.float32)
    steady[RATE_HZ // 2 : RATE_HZ // 2 + 960] *= 4
    quiet = np.delete(limited(steady), slice(RATE_HZ // 2, RATE_HZ // 2 + 960 + 2 * DELAY))
    assert np.abs(np.diff(quiet[DELAY + 1 : RATE_HZ // 2])).max() <= 4000 * 0.5 / DELAY * 1.01
    after = quiet[RATE_HZ // 2 :]
    assert (np.diff(after) >= 0).all()
    back = int(np.argmax(after > 4000 * (1 - 0.5 * np.exp(-1))))
    assert abs(back / RATE_HZ - RELEASE_S) < 0.02
    assert after[-1] == 4000
