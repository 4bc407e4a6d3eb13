"""What has left the loudspeaker, by the card's own clock."""

from kiosk.audio.played import RELEASE_S, PlayedClock


def test_voice_counts_when_it_leaves_not_when_it_is_handed_over() -> None:
    clock = PlayedClock()
    for i in range(10):
        clock.add(1.0 + i / 100, 480, -20.0)
    assert clock.at(0.9).voice_ms == 0
    assert clock.at(0.9).in_card_ms == 100
    assert clock.at(1.0551).voice_ms == 55
    assert clock.at(1.0551).in_card_ms == 45
    after = clock.at(1.2)
    assert (after.voice_ms, after.in_card_ms) == (100, 0)


def test_silence_of_an_empty_queue_is_no_voice() -> None:
    clock = PlayedClock()
    clock.add(1.0, 0, -100.0)
    clock.add(1.01, 240, -20.0)
    assert clock.at(2.0).voice_ms == 5


def test_gaps_between_words_do_not_flicker() -> None:
    clock = PlayedClock()
    for i in range(60):
        clock.add(i / 100, 480, -20.0 if i % 20 < 5 else -90.0)
    assert not clock.at(-0.01).audible
    assert all(clock.at(0.001 + i / 100).audible for i in range(60))
    assert clock.at(0.45 + RELEASE_S - 0.01).audible
    assert not clock.at(0.45 + RELEASE_S + 0.01).audible
