"""The judge of a mouth finds the delays that it is given."""

import numpy as np
import pytest

from kiosk.audio.port import RATE_HZ
from tests.rigs.lipsync import SWAY, claps, said
from tests.rigs.observer import FPS, Heard, Seen

BEGAN_S = 1_700_000_000.0
WORDS_S = tuple(1.0 + 1.37 * number for number in range(12))
WORD_S, LASTS_S = 0.4, 20.0
HEIGHT, WIDTH = 30 + 2 * SWAY, 40


def heard() -> Heard:
    """Words that begin at `WORDS_S`, in packets of 10 ms."""
    pcm = np.zeros(round(LASTS_S * RATE_HZ), np.int16)
    for at_s in WORDS_S:
        begin = round(at_s * RATE_HZ)
        pcm[begin : begin + round(WORD_S * RATE_HZ)] = 3000
    first = np.arange(0, len(pcm), RATE_HZ // 100)
    return Heard(BEGAN_S + first / RATE_HZ, first, pcm)


def seen(late_s: float, closes_s: float = 0.15, phase_s: float = 0.0) -> Seen:
    """A mouth that opens so late on a head that breathes."""
    at_s = np.arange(phase_s, LASTS_S, 1 / FPS)
    frames = np.full((len(at_s), HEIGHT, WIDTH), 200, np.uint8)
    for number, now_s in enumerate(at_s):
        top = HEIGHT // 2 + round(5 * np.sin(now_s))
        is_open = any(late_s <= now_s - word_s < WORD_S + closes_s for word_s in WORDS_S)
        frames[number, top : top + (8 if is_open else 2), 10:30] = 40
    return Seen(BEGAN_S + at_s, frames)


@pytest.mark.parametrize("late_ms", [-80, -20, 0, 35, 120])
def test_a_known_delay_is_found_between_two_pictures(late_ms: int) -> None:
    for phase_s in (0.0, 0.004, 0.011):
        words = said(seen(late_ms / 1000, phase_s=phase_s), heard(), BEGAN_S)
        assert len(words) == len(WORDS_S)
        for word in words:
            assert word is not None
            assert -1 <= word.late_ms - late_ms <= 1000 / FPS + 3
            assert word.early_ms >= max(0, -late_ms - 3)
            assert word.closed_ms is not None
            assert 145 <= word.closed_ms <= 150 + 1000 / FPS + 3


def test_a_mouth_that_does_not_open_is_not_seen() -> None:
    assert said(seen(late_s=WORD_S + 1), heard(), BEGAN_S) == [None] * len(WORDS_S)


def test_a_clapperboard_tells_what_the_observer_adds() -> None:
    at_s = np.arange(0, 6, 1 / FPS)
    frames = np.zeros((len(at_s), 4, 4), np.uint8)
    pcm = np.zeros(6 * RATE_HZ, np.int16)
    for clap_s in (1.0, 2.5, 4.0):
        frames[(at_s >= clap_s + 0.02) & (at_s < clap_s + 0.2)] = 255
        click = round((clap_s + 0.007) * RATE_HZ)
        pcm[click : click + 480] = 20_000
    first = np.arange(0, len(pcm), 480)
    board = [BEGAN_S + clap_s for clap_s in (1.0, 2.5, 4.0)]
    seen_ms, heard_ms = claps(
        Seen(BEGAN_S + at_s, frames), Heard(BEGAN_S + first / RATE_HZ, first, pcm), board
    )
    assert heard_ms == pytest.approx([7] * 3, abs=0.1)
    assert all(20 <= ms <= 20 + 1000 / FPS for ms in seen_ms)
