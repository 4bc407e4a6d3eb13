"""What no network may do, whatever its scenario says; and that it does what its scenario says."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.standin.venue.emulator import DUPLICATE_S, LATE_S, Emulator
from kiosk.standin.venue.scenario import Direction, Episode, Impairments, Scenario

SIZE = 200
Crossing = tuple[float, tuple[float, ...]]
"""When a datagram was sent, and when it came."""

shares = st.floats(0.0, 1.0)
milliseconds = st.floats(0.0, 500.0)
impairments = st.builds(
    Impairments,
    loss=shares,
    burst_loss=st.floats(0.0, 0.4),
    burst_ms=st.floats(1.0, 2000.0),
    loss_in_burst=st.floats(0.5, 1.0),
    delay_ms=milliseconds,
    jitter_ms=milliseconds,
    keeps_order=st.booleans(),
    reordered=shares,
    reorder_ms=milliseconds,
    duplicated=shares,
    rate_kbps=st.just(0.0) | st.floats(10.0, 5000.0),
    bucket_ms=milliseconds,
    queue_ms=milliseconds,
)
episodes = st.builds(
    Episode,
    from_s=st.floats(0.0, 5.0),
    for_s=st.floats(0.1, 2.0),
    every_s=st.just(0.0) | st.floats(4.0, 6.0),
    spread_s=st.floats(0.0, 1.5),
    directions=st.sampled_from([("up",), ("down",), ("up", "down")]),
    traffic=st.sampled_from(["all", "udp", "http"]),
    kind=st.sampled_from(["outage", "stall"]),
)
changes = st.builds(
    lambda episode, loss: replace(episode, kind="change", changes={"loss": loss}), episodes, shares
)
scenarios = st.builds(
    Scenario,
    seed=st.integers(0, 1000),
    up=impairments,
    down=impairments,
    episodes=st.lists(episodes | changes, max_size=3).map(tuple),
)
departures = st.lists(st.floats(0.0, 0.3), min_size=1, max_size=60).map(
    lambda gaps: [sum(gaps[: i + 1]) for i in range(len(gaps))]
)


def send(
    emulator: Emulator, sent_s: Iterable[float], direction: Direction = "up"
) -> list[Crossing]:
    """Send datagrams; of those that are due, the ones that no outage takes arrive."""
    crossed = []
    for at_s in sent_s:
        due = emulator.schedule("udp", direction, at_s, SIZE)
        crossed.append(
            (at_s, tuple(d for d in due if emulator.delivers("udp", direction, at_s, d)))
        )
    return crossed


def every_20_ms(seconds: float) -> list[float]:
    return [i * 0.02 for i in range(int(seconds * 50))]


def lost(crossed: Sequence[Crossing]) -> list[bool]:
    return [not came for _, came in crossed]


@given(scenarios, departures)
def test_nothing_comes_before_it_was_sent_and_each_at_most_twice(
    scenario: Scenario, sent_s: list[float]
) -> None:
    emulator = Emulator(scenario)
    crossed = send(emulator, sent_s)
    for at_s, came in crossed:
        assert all(at_s <= each for each in came)
        assert len(came) <= (2 if scenario.up.duplicated else 1)
    counts = emulator.counts["udp", "up"]
    assert counts["sent"] == len(sent_s)
    assert counts["arrived"] == sum(len(came) for _, came in crossed)
    left = counts["lost"] + counts["outage"] + counts["overflowed"] + counts["arrived"]
    assert left == counts["sent"] + counts["duplicated"], "every datagram is counted once"


@given(scenarios, departures)
def test_the_same_seed_impairs_the_same_datagrams(scenario: Scenario, sent_s: list[float]) -> None:
    first, second = Emulator(scenario), Emulator(scenario)
    alone = send(first, sent_s)
    for at_s in sent_s:
        second.schedule("udp", "down", at_s, SIZE)
        second.schedule("http", "up", at_s, SIZE)
    assert send(second, sent_s) == alone, "nor does other traffic change it"


@given(impairments, departures)
def test_a_datagram_is_under_way_no_longer_than_the_impairments_say(
    line: Impairments, sent_s: list[float]
) -> None:
    longest_ms = line.delay_ms + line.jitter_ms + line.reorder_ms
    if line.rate_kbps:
        longest_ms += line.queue_ms
    for at_s, came in send(Emulator(Scenario(up=line)), sent_s):
        for each in came:
            assert each >= at_s + line.delay_ms / 1000 - 1e-9
            assert each <= at_s + longest_ms / 1000 + DUPLICATE_S + 1e-9


@given(impairments, departures)
def test_order_is_kept_by_all_but_reordered_and_duplicated(
    line: Impairments, sent_s: list[float]
) -> None:
    line = replace(line, keeps_order=True, reordered=0.0, duplicated=0.0)
    came = [each for _, came in send(Emulator(Scenario(up=line)), sent_s) for each in came]
    assert came == sorted(came)


@given(impairments, departures, st.integers(20, 1400))
def test_no_more_passes_than_the_rate_and_its_bucket(
    line: Impairments, sent_s: list[float], size: int
) -> None:
    line = Impairments(
        rate_kbps=line.rate_kbps or 100, bucket_ms=line.bucket_ms, queue_ms=line.queue_ms
    )
    emulator = Emulator(Scenario(up=line))
    came = [each for at_s in sent_s for each in emulator.schedule("udp", "up", at_s, size)]
    datagram_s = size * 8 / (line.rate_kbps * 1000)
    for first in range(len(came)):
        for last in range(first, len(came)):
            took_s = (last - first) * datagram_s
            assert took_s <= came[last] - came[first] + line.bucket_ms / 1000 + 1e-6


@given(scenarios, departures)
def test_nothing_is_sent_into_an_outage_nor_arrives_in_it(
    scenario: Scenario, sent_s: list[float]
) -> None:
    emulator = Emulator(scenario)
    for at_s, came in send(emulator, sent_s):
        if emulator.is_out("udp", "up", at_s):
            assert came == ()
        assert not any(emulator.is_out("udp", "up", each) for each in came)


@given(scenarios, departures)
def test_nothing_arrives_in_a_stall(scenario: Scenario, sent_s: list[float]) -> None:
    for _, came in send(Emulator(scenario), sent_s):
        for each in came:
            assert scenario.ends_s("stall", "udp", "up", each) == each


def test_a_perfect_network_changes_nothing() -> None:
    sent_s = every_20_ms(2)
    assert send(Emulator(Scenario()), sent_s) == [(at_s, (at_s,)) for at_s in sent_s]


@pytest.mark.parametrize(
    "line",
    [
        Impairments(loss=0.2),
        Impairments(burst_loss=0.2, burst_ms=100),
        Impairments(burst_loss=0.2, burst_ms=400, loss_in_burst=0.5),
    ],
)
def test_so_much_is_lost_as_the_impairments_say(line: Impairments) -> None:
    crossed = send(Emulator(Scenario(up=line)), every_20_ms(800))
    assert sum(lost(crossed)) / len(crossed) == pytest.approx(0.2, abs=0.02)


def test_a_burst_lasts_as_long_as_the_impairments_say() -> None:
    line = Impairments(burst_loss=0.2, burst_ms=100)
    gone = lost(send(Emulator(Scenario(up=line)), every_20_ms(800)))
    begun = sum(now and not before for before, now in pairwise([False, *gone]))
    assert sum(gone) / begun == pytest.approx(5.5, abs=0.5), "100 ms, seen every 20 ms"


def test_single_losses_come_alone() -> None:
    gone = lost(send(Emulator(Scenario(up=Impairments(loss=0.2))), every_20_ms(800)))
    begun = sum(now and not before for before, now in pairwise([False, *gone]))
    assert sum(gone) / begun == pytest.approx(1.25, abs=0.1)


def test_what_waits_too_long_for_the_rate_is_dropped() -> None:
    line = Impairments(rate_kbps=16.0, bucket_ms=0.0, queue_ms=300.0)
    emulator = Emulator(Scenario(up=line))
    came = [
        each - at_s
        for at_s in every_20_ms(20)
        for each in emulator.schedule("udp", "up", at_s, SIZE)
    ]
    assert max(came) == pytest.approx(0.3, abs=0.1), "0.1 s a datagram, five offered for each"
    assert len(came) == pytest.approx(203, abs=5)
    assert emulator.counts["udp", "up"]["overflowed"] == 1000 - len(came)


def test_after_a_stall_everything_comes_at_once_and_in_order() -> None:
    episode = Episode(from_s=1.0, for_s=0.5, kind="stall")
    crossed = send(Emulator(Scenario(episodes=(episode,))), every_20_ms(3))
    held = [due_s for at_s, came in crossed if 1.0 <= at_s < 1.5 for due_s in came]
    assert held == pytest.approx([1.5] * 25, abs=0.001)
    assert held == sorted(set(held)), "what is due at the same time has no order"
    assert not any(lost(crossed))


def test_an_outage_that_was_ordered_lasts_until_it_is_ended() -> None:
    emulator = Emulator(Scenario(up=Impairments(delay_ms=100)))
    (due_s,) = emulator.schedule("udp", "up", 0.0, SIZE)
    emulator.begin_outage("udp")
    assert not emulator.delivers("udp", "up", 0.0, due_s), "it was under way"
    assert emulator.schedule("udp", "up", 0.2, SIZE) == ()
    assert emulator.schedule("http", "up", 0.2, SIZE) != ()
    emulator.end_outage()
    assert emulator.schedule("udp", "up", 0.4, SIZE) == (0.5,)
    assert emulator.delivers("udp", "up", 0.4, 0.5)
    assert emulator.counts["udp", "up"] == {"sent": 3, "arrived": 1, "outage": 2}


@pytest.mark.parametrize(("under_way_s", "late"), [(LATE_S, 0), (LATE_S + 0.01, 1)])
def test_late_is_counted(under_way_s: float, late: int) -> None:
    emulator = Emulator(Scenario())
    emulator.schedule("udp", "down", 0.0, SIZE)
    assert emulator.delivers("udp", "down", 0.0, under_way_s)
    assert emulator.counts["udp", "down"]["late"] == late


@pytest.mark.parametrize(
    ("episode", "on"),
    [
        (Episode(from_s=1), [1.0, 50.0, 1e6]),
        (Episode(from_s=1, for_s=2), [1.0, 2.9]),
        (Episode(from_s=1, for_s=2, every_s=10), [1.0, 2.9, 11.0, 12.9, 41.0]),
        (Episode(from_s=1, for_s=2, every_s=10, spread_s=5), [1.0, 14.2, 16.0]),
    ],
)
def test_an_episode_is_on_when_it_should_be(episode: Episode, on: list[float]) -> None:
    seen = [at_s for at_s in (0.0, 0.9, *on) if episode.end_s(at_s) is not None]
    assert seen == on


@pytest.mark.parametrize("at_s", [3.0, 10.9, 13.0, 20.0])
def test_an_episode_is_over_when_it_should_be(at_s: float) -> None:
    assert Episode(from_s=1, for_s=2, every_s=10).end_s(at_s) is None


def test_a_change_is_of_its_time_and_its_direction() -> None:
    fields: dict[str, Any] = {"delay_ms": 500.0}
    slow = Episode(
        from_s=1, for_s=1, directions=("up",), traffic="udp", kind="change", changes=fields
    )
    scenario = Scenario(
        up=Impairments(delay_ms=10), down=Impairments(delay_ms=20), episodes=(slow,)
    )
    assert scenario.impairments("udp", "up", 0.5).delay_ms == 10
    assert scenario.impairments("udp", "up", 1.5).delay_ms == 500
    assert scenario.impairments("udp", "down", 1.5).delay_ms == 20
    assert scenario.impairments("http", "up", 1.5).delay_ms == 10
    assert scenario.impairments("udp", "up", 2.5).delay_ms == 10
