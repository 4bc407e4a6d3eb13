import numpy as np
import pytest
from numpy.typing import NDArray

from kiosk.audio.port import FRAME_SAMPLES, RATE_HZ
from kiosk.realtime.lower import Lower

Pcm = NDArray[np.int16]


def tone(hz: float, seconds: float = 1.0) -> Pcm:
    time_s = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    return (16000 * np.sin(2 * np.pi * hz * time_s)).astype(np.int16)


def lowered(samples: Pcm, rate_hz: int, cut: int = FRAME_SAMPLES) -> Pcm:
    lower = Lower(rate_hz)
    parts = [lower.feed(samples[at : at + cut]) for at in range(0, len(samples), cut)]
    return np.frombuffer(b"".join([*parts, lower.finish()]), "<i2")


def gain_db(heard: Pcm) -> float:
    middle = heard[len(heard) // 8 : -len(heard) // 8].astype(np.float64)
    return float(20 * np.log10(np.sqrt(np.mean(middle**2)) / (16000 / np.sqrt(2)) + 1e-9))


@pytest.mark.parametrize("rate_hz", [24_000, 16_000])
def test_voices_pass_and_what_the_lower_rate_cannot_hold_does_not_come_back(rate_hz: int) -> None:
    for share in (0.01, 0.1, 0.4, 0.8):
        assert abs(gain_db(lowered(tone(share * rate_hz / 2), rate_hz))) < 0.5
    for share in (1.2, 1.3, 1.5, 1.9):
        assert gain_db(lowered(tone(share * rate_hz / 2), rate_hz)) < -60.0


@pytest.mark.parametrize("rate_hz", [24_000, 16_000])
@pytest.mark.parametrize("cut", [1, 7, FRAME_SAMPLES, 7200])
def test_any_cut_gives_the_same_sound_of_the_same_length(rate_hz: int, cut: int) -> None:
    samples = tone(1000.0, 0.05)
    heard = lowered(samples, rate_hz, cut)
    assert np.array_equal(heard, lowered(samples, rate_hz, len(samples)))
    assert abs(len(heard) - len(samples) * rate_hz // RATE_HZ) <= 1


def test_nothing_gives_nothing() -> None:
    lower = Lower(24_000)
    assert lower.feed(np.empty(0, np.int16)) == b""
