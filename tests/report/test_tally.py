"""What is counted, while a core lives through interviews."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.core import effects as do
from kiosk.core import events as on
from kiosk.core.faults import Fault
from kiosk.core.snapshot import Hearing, Phase
from kiosk.report.tally import COUNTERS, MOST_DAYS, Tally, count, days_from, minutes, so_far
from tests.core.world import World

DAY = "2026-11-25"
USAGE = on.Usage(10, 20, 3, 4, 5, 60, 0, told=True)


class Counted(World):
    """A world that is counted."""

    def __init__(self, tally: Tally | None = None) -> None:
        super().__init__()
        self.tally = tally or Tally()
        self.day = DAY
        self.on_step = self._count

    def _count(self, _: World, event: on.Event, effects: tuple[do.Effect, ...]) -> None:
        self.tally = count(self.tally, self.state, event, effects, self.now, self.day)

    def uses(self, usage: on.Usage) -> None:
        self.tell(on.ResponseDone("", "completed", "", None, (), (), usage))


def counted(world: Counted) -> dict[str, float]:
    return {name: value for name, value in world.tally.start.items() if value}


def talk() -> Counted:
    """A world in an interview that has just begun."""
    world = Counted()
    world.converse()
    return world


def test_what_the_stand_in_says_costs_nothing() -> None:
    world = talk()
    world.state = replace(world.state, standin=True)
    before = counted(world)
    world.uses(on.Usage(audio_output=500, told=True))
    assert counted(world) == before


def test_it_is_known_since_when_the_line_is_as_it_is() -> None:
    world = talk()
    world.line = "silent"
    assert (world.tally.line, world.tally.line_s) == ("well", 0.0)
    changes: tuple[tuple[Hearing, str], ...] = (
        ("slow", "slow"),
        ("dark", "lost"),
        ("well", "well"),
    )
    for hearing, told in changes:
        world.wait(1)
        world.tell(on.LineWatched(world.state.line, hearing, world.now))
        world.wait(1)
        assert world.tally.line == told
        assert world.tally.line_s == pytest.approx(world.now - 1)


def test_an_interview_that_the_candidate_stopped() -> None:
    world = talk()
    began_s = world.tally.began_s
    assert began_s is not None
    world.wait(5)
    world.uses(USAGE)
    held_s = world.now
    world.hold()
    took_s = world.tally.phase_s - began_s
    assert took_s > held_s - began_s
    expected = {
        "presses": 2,
        "interviews": 1,
        "ended_stopped": 1,
        "responses": 2,
        "responses_untold": 1,
        "interview_s": pytest.approx(took_s),
        "text_input": 10,
        "audio_input": 20,
        "cached_text_input": 3,
        "cached_audio_input": 4,
        "text_output": 5,
        "audio_output": 60,
    }
    assert counted(world) == expected
    assert world.tally.days[DAY] == world.tally.start
    assert world.tally.interview["text_input"] == 10


def test_a_line_that_is_lost_comes_back_and_is_lost_for_good() -> None:
    world = talk()
    world.tell(on.LineFailed(world.state.call, Fault.LINE_LOST))
    world.wait_for(Phase.CONVERSING)
    assert (world.tally.code, counted(world)["lines_back"]) == ("NET5", 1)
    world.tell(on.LineFailed(world.state.call, Fault.NO_QUOTA))
    assert counted(world)["lines_lost"] == 1
    assert counted(world)["ended_fault"] == 1
    assert counted(world)["fault_PAY1"] == 1
    assert (world.tally.code, world.tally.code_s) == ("PAY1", world.now)


def test_a_code_that_is_over_is_still_the_last_one() -> None:
    world = Counted()
    world.boot()
    world.tell(on.FaultRaised(Fault.MIC_QUIET))
    at_s = world.now
    world.wait(3)
    world.tell(on.FaultCleared(Fault.MIC_QUIET))
    assert (world.tally.code, world.tally.code_s) == ("MIC5", at_s)


def test_the_last_interview_stays_until_the_next_one() -> None:
    world = talk()
    world.uses(USAGE)
    world.hold()
    world.wait_for(Phase.IDLE)
    world.tell(on.ButtonChanged(down=True), on.ButtonChanged(down=False))
    assert world.tally.start["text_input"] == 10
    assert "text_input" not in world.tally.interview
    assert world.tally.interview["interviews"] == 1


def test_a_press_between_interviews_belongs_to_none() -> None:
    world = talk()
    world.hold()
    world.press()
    assert world.tally.start["presses"] == 3
    assert world.tally.interview["presses"] == 2


def test_the_time_of_an_interview_that_goes_on_is_told() -> None:
    world = talk()
    world.wait(10)
    assert so_far(world.tally, world.tally.start, world.now)["interview_s"] >= 10
    assert minutes(world.tally, world.now + 110) == 2
    world.hold()
    assert so_far(world.tally, world.tally.start, world.now) is world.tally.start
    assert minutes(world.tally, world.now) == 0


def test_nothing_that_happened_is_nothing_counted() -> None:
    world = talk()
    before = world.tally
    world.tell(on.PlayoutReported(5000, 0, audible=False), on.TimePassed())
    assert world.tally is before


def test_each_day_is_counted_by_itself_and_a_day_that_comes_again_goes_on() -> None:
    kept = days_from(json.loads(json.dumps({DAY: {"presses": 4}, "2026-11-24": {"presses": 7}})))
    world = Counted(Tally(days=kept))
    world.boot()
    for day in ("1970-01-01", DAY, DAY, "2026-11-26"):
        world.day = day
        world.press()
        world.wait(9)
        world.hold()
        world.wait_for(Phase.IDLE)
    days = {day: counts["presses"] for day, counts in world.tally.days.items()}
    assert days == {"1970-01-01": 2, "2026-11-24": 7, DAY: 8, "2026-11-26": 2}


def test_old_days_are_forgotten() -> None:
    world = Counted(Tally(days={f"2026-10-{day:02}": {"presses": day} for day in range(1, 20)}))
    world.boot()
    world.press()
    assert len(world.tally.days) == MOST_DAYS
    assert max(world.tally.days) == DAY


@pytest.mark.parametrize("how", ["finished", "time", "silence", "stopped", "staff", "fault"])
def test_every_ending_has_a_counter(how: str) -> None:
    assert f"ended_{how}" in COUNTERS


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
        lambda inner: (
            st.lists(inner)
            | st.dictionaries(
                st.sampled_from([DAY, "x", "presses", "fault_NET1", "fault_x"]), inner
            )
        ),
    )
)
def test_whatever_was_kept_is_numbers_or_nothing(read: object) -> None:
    for day, counts in days_from(read).items():
        assert day == DAY
        assert set(counts) <= {"presses", "fault_NET1"}
        assert all(value >= 0 for value in counts.values())
