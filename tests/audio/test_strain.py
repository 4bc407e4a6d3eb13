"""Sound that stutters is told from a click now and then."""

from kiosk.audio.strain import CALM_S, OFTEN, WITHIN_S, StrainWatch


def test_over_and_underruns_that_pile_up_are_told_until_it_is_calm() -> None:
    watch = StrainWatch()
    watch.begin(0.0)
    for number in range(1, OFTEN):
        watch.note(number, 10.0 + number)
    assert not watch.strained
    watch.note(OFTEN, 20.0)
    assert watch.strained
    watch.note(OFTEN, 20.0 + CALM_S - 1)
    assert watch.strained
    watch.note(OFTEN, 20.0 + CALM_S)
    assert not watch.strained


def test_many_at_once_count_each() -> None:
    watch = StrainWatch()
    watch.begin(0.0)
    watch.note(3 * OFTEN, 1.0)
    assert watch.strained


def test_now_and_then_is_no_strain() -> None:
    watch = StrainWatch()
    watch.begin(0.0)
    for number in range(100):
        watch.note(number, number * WITHIN_S / (OFTEN - 2))
        assert not watch.strained


def test_what_was_found_stands_into_the_next_conversation() -> None:
    watch = StrainWatch()
    watch.begin(0.0)
    watch.note(OFTEN, 1.0)
    watch.begin(1000.0)
    watch.note(0, 1000.0)
    assert watch.strained
    watch.note(0, 1000.0 + CALM_S)
    assert not watch.strained
    watch.begin(2000.0)
    watch.note(OFTEN - 1, 2000.0)
    assert not watch.strained
