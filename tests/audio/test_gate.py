"""Half-duplex and the watch for dead microphones."""

from kiosk.audio.gate import DEAD_AFTER_S, HOLD_S, HalfDuplex, SilenceWatch
from kiosk.audio.pcm import silence
from tests.audio.voice import tone


def test_the_microphone_is_held_back_while_the_voice_is_heard_and_a_little_longer() -> None:
    duplex = HalfDuplex()
    assert not duplex.closed(0.0)
    duplex.heard_at(1.00, 1.01, -20.0)
    assert duplex.closed(1.0)
    assert duplex.closed(1.01 + HOLD_S - 0.001)
    assert not duplex.closed(1.01 + HOLD_S)


def test_silence_from_the_loudspeaker_holds_nothing_back() -> None:
    duplex = HalfDuplex()
    duplex.heard_at(1.0, 1.01, -70.0)
    assert not duplex.closed(1.0)


def test_only_a_microphone_of_zeros_is_dead() -> None:
    watch = SilenceWatch()
    ticks = int(DEAD_AFTER_S * 100)
    for i in range(2 * ticks):
        watch.hear(tone(440, 0.01, level=0.0001), i / 100)
    assert not watch.dead
    for i in range(2 * ticks, 3 * ticks):
        watch.hear(silence(), i / 100)
    assert not watch.dead
    for i in range(3 * ticks, 3 * ticks + 5):
        watch.hear(silence(), i / 100)
    assert watch.dead
    watch.hear(tone(440, 0.01), 40.0)
    assert not watch.dead
