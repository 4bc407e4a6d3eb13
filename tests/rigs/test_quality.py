"""What judges every player, judged."""

import numpy as np
import pytest

from kiosk.audio.pcm import silence
from tests.audio.voice import interviewer
from tests.rigs.quality import judge


@pytest.mark.parametrize("delay_ms", [0, 30, 140, 600])
def test_a_voice_that_is_only_late_is_whole(delay_ms: int) -> None:
    said = interviewer(8)
    judgement = judge(said, np.concatenate([silence(48 * delay_ms), said, silence(48_000)]))
    assert judgement.delay_ms_p50 == pytest.approx(delay_ms, abs=0.2)
    assert judgement.delay_ms_p95 == pytest.approx(delay_ms, abs=0.2)
    assert judgement.stoi > 0.999
    assert judgement.pesq > 4.6


def test_a_delay_that_grows_within_reach_is_followed() -> None:
    said = interviewer(8)
    later = np.concatenate([said[:192_000], silence(4800), said[192_000:], silence(48_000)])
    judgement = judge(said, later)
    assert judgement.delay_ms_p50 <= 100
    assert judgement.delay_ms_p95 == pytest.approx(100, abs=1)
    assert judgement.stoi > 0.95


def test_holes_are_heard() -> None:
    said = interviewer(8)
    holed = said.copy()
    holed.reshape(-1, 4800)[::2] = 0
    judgement = judge(said, np.concatenate([holed, silence(48_000)]))
    assert judgement.stoi < 0.8
    assert judgement.pesq < 2
