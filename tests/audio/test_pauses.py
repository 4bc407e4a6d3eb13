"""Speech, pauses and idle senders."""

import numpy as np

from kiosk.audio.pauses import Pauses
from kiosk.audio.pcm import silence
from kiosk.audio.tuning import Tuning
from tests.audio.voice import tone

FRAME = 960


def test_nothing_counts_before_somebody_has_spoken() -> None:
    pauses = Pauses(Tuning())
    pauses.hear(silence(FRAME))
    assert not pauses.speaking
    pauses.hear(tone(300, 0.02))
    assert pauses.speaking
    assert not pauses.quiet


def test_silence_is_a_pause_and_long_silence_an_idle_sender() -> None:
    pauses = Pauses(Tuning())
    pauses.hear(tone(300, 0.02))
    for _ in range(25):
        pauses.hear(silence(FRAME))
        assert pauses.quiet
        assert pauses.speaking
    pauses.hear(silence(FRAME))
    assert pauses.idle
    assert not pauses.speaking


def test_breath_is_a_pause_of_a_loud_voice_and_not_of_a_quiet_one() -> None:
    breath = tone(300, 0.02, level=0.01)
    loud, low = Pauses(Tuning()), Pauses(Tuning())
    loud.hear(tone(300, 0.02, level=0.5))
    low.hear(tone(300, 0.02, level=0.05))
    loud.hear(breath)
    low.hear(breath)
    assert loud.quiet
    assert not low.quiet


def test_a_louder_voice_is_forgotten() -> None:
    pauses = Pauses(Tuning())
    pauses.hear(tone(300, 0.02, level=0.9))
    low = tone(300, 0.02, level=0.02)
    for _ in range(500):
        pauses.hear(low)
    assert not pauses.quiet


def test_no_sound_tells_nothing() -> None:
    pauses = Pauses(Tuning())
    pauses.hear(tone(300, 0.02))
    pauses.hear(np.zeros(0, np.int16))
    assert pauses.speaking
    assert not pauses.quiet
