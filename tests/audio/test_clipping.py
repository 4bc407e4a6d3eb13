"""An overdriven microphone is told from a loud one."""

import numpy as np
import pytest

from kiosk.audio.clipping import (
    CLEAN_S,
    OFTEN,
    SELDOM,
    SPREAD_S,
    WITHIN_S,
    ClippingWatch,
    is_clipped,
)
from kiosk.audio.pcm import Pcm, silence
from kiosk.audio.port import FRAME_SAMPLES
from tests.audio.voice import tone
from tests.rigs.levels import times, with_noise
from tests.rigs.voices import CANDIDATE, INTERVIEWER, talk

CUT = times(tone(400, 0.01, level=0.9), 2)
WHOLE = tone(400, 0.01, level=0.5)


def blocks(pcm: Pcm) -> list[Pcm]:
    return np.split(pcm[: len(pcm) // FRAME_SAMPLES * FRAME_SAMPLES], len(pcm) // FRAME_SAMPLES)


def a_second(pcm: Pcm) -> float:
    """How many blocks of one second are clipped."""
    return 100 * float(np.mean([is_clipped(block) for block in blocks(pcm)]))


@pytest.mark.parametrize("hz", [60, 120, 400, 1500, 3000])
@pytest.mark.parametrize("level", [0.05, 0.3, 0.9])
def test_a_whole_wave_is_not_clipped(hz: float, level: float) -> None:
    assert not any(map(is_clipped, blocks(tone(hz, 1.0, level=level))))


@pytest.mark.parametrize("most", [1.0, 0.6, 0.3])
@pytest.mark.parametrize("voice", [INTERVIEWER, CANDIDATE], ids=lambda path: path.name)
def test_overdriven_speech_is_clipped_at_full_scale_and_below(voice: object, most: float) -> None:
    assert voice in (INTERVIEWER, CANDIDATE)
    spoken = talk(INTERVIEWER if voice is INTERVIEWER else CANDIDATE, 15.0)
    whole = times(spoken, 32700 / np.abs(spoken.astype(int)).max())
    cut = with_noise(times(whole, 3 * most, most=most), -60.0)
    assert a_second(cut) > 2 * OFTEN / WITHIN_S
    assert a_second(times(whole, most)) < 0.3 * OFTEN / WITHIN_S


def test_silence_and_a_single_full_sample_are_not_clipped() -> None:
    assert not is_clipped(silence())
    spike = silence()
    spike[100] = -32768
    assert not is_clipped(spike)


def heard(
    watch: ClippingWatch, block: Pcm, times_s: "np.ndarray[tuple[int], np.dtype[np.float64]]"
) -> bool:
    for at_s in times_s:
        watch.hear(block, float(at_s), speech_s=0.01)
    return watch.clipping


def test_clipping_again_and_again_is_told() -> None:
    assert is_clipped(CUT)
    watch = ClippingWatch()
    assert not heard(watch, CUT, np.linspace(0, 3, OFTEN - 1))
    assert heard(watch, CUT, np.array([3.2]))


def test_a_thump_or_now_and_then_is_not() -> None:
    assert not heard(ClippingWatch(), CUT, np.arange(0, 0.9 * SPREAD_S, 0.01))
    assert not heard(ClippingWatch(), CUT, np.arange(0, 60, 1.1 * WITHIN_S / (OFTEN - 1)))


def test_it_is_over_after_clean_speech_and_not_after_silence() -> None:
    watch = ClippingWatch(clipping=True)
    for at_s in np.arange(0, 60, 0.01):
        watch.hear(WHOLE, float(at_s), speech_s=0.0)
    assert watch.clipping
    assert heard(watch, WHOLE, np.arange(60, 60 + CLEAN_S - 0.5, 0.01))
    assert heard(watch, CUT, np.linspace(70, 71, SELDOM + 1))
    assert heard(watch, WHOLE, np.arange(71, 71 + CLEAN_S, 0.01))
    watch.hear(CUT, 81.0, speech_s=0.01)
    assert not heard(watch, WHOLE, np.arange(81, 81 + WITHIN_S, 0.01))
