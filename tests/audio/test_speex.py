"""libspeexdsp's linear canceller."""

import numpy as np
import pytest

from kiosk.audio import speex
from kiosk.audio.pcm import Pcm
from kiosk.audio.speex import LinearCanceller, SpeexError
from tests.rigs.double_talk import blocks


def noise(seconds: float) -> Pcm:
    samples = np.random.default_rng(3).standard_normal(round(48_000 * seconds))
    return np.asarray(3000 * samples, np.int16)


def left_of(canceller: LinearCanceller, played: Pcm) -> float:
    """Amplitude of what is left of an echo half as loud and 2 ms late, relative to it."""
    echo = np.asarray(np.roll(played, 96) // 2, np.int16)
    pairs = zip(blocks(echo), blocks(played), strict=True)
    left = np.concatenate([canceller.cancel(heard, sent) for heard, sent in pairs])
    return float(np.abs(left[-4800:]).mean() / np.abs(echo[-4800:]).mean())


def test_an_echo_is_subtracted_and_forgotten_after_a_reset() -> None:
    canceller = LinearCanceller(tail_ms=50)
    assert left_of(canceller, noise(3)) < 0.1
    canceller.reset()
    assert left_of(canceller, noise(0.1)) > 0.5


def test_a_missing_library_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(speex, "LIBRARY", "libnowhere.so.9")
    with pytest.raises(SpeexError, match="libnowhere"):
        LinearCanceller()
