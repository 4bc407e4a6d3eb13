"""The rounds of a running booth: what it tells, when, and in whose time."""

import logging
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.core.faults import Fault
from kiosk.doctor.finding import Finding
from kiosk.doctor.patient import Patient
from kiosk.doctor.rounds import CALM_S, ROUNDS, Round, Rounds
from tests.doctor.machine import patient

HOT = Finding("warn", "It is hot.", "Give it air.", "TMP1")
LATE = Finding("fail", "It is 1970.", "Wait.", "CLK1")
DOUBTFUL = Finding("warn", "It may be 1970.", "Look.", "CLK1")
NAMELESS = Finding("warn", "It rattles.", "Shake it.")
WELL = Finding("pass", "It is well.")


class World:
    """A booth with one thing to look at."""

    def __init__(self, *found: Finding, calm_s: float = CALM_S) -> None:
        self.now_s = 0.0
        self.found: tuple[Finding, ...] = found or (WELL,)
        self.looks = 0
        self.told: list[tuple[Fault, bool]] = []
        self.rounds = Rounds(
            Patient(),
            lambda fault, *, there: self.told.append((fault, there)),
            rounds={"thing": Round(self.look, "", calm_s=calm_s)},
            now_s=lambda: self.now_s,
        )

    def look(self, _: Patient) -> Iterator[Finding]:
        self.looks += 1
        yield from self.found

    def after(self, seconds: float, *found: Finding) -> list[tuple[Fault, bool]]:
        self.now_s += seconds
        self.found = found
        self.told.clear()
        self.rounds.step()
        return list(self.told)


def test_a_thing_is_looked_at_at_once_and_then_in_its_time() -> None:
    world = World()
    for now_s, looks in ((0, 1), (59.9, 1), (60, 2), (61, 2), (120, 3)):
        world.now_s = now_s
        world.rounds.step()
        assert world.looks == looks, now_s


def test_an_advice_comes_at_once_and_goes_when_it_has_long_not_been_seen() -> None:
    world = World()
    assert world.after(0, HOT) == [(Fault.HOT, True)]
    assert world.after(60, HOT) == []
    assert world.after(60, WELL) == []
    assert world.after(60, HOT) == []
    assert world.after(CALM_S - 60, WELL) == []
    assert world.after(60, WELL) == [(Fault.HOT, False)]


def test_an_advice_whose_reason_does_not_come_and_go_is_over_at_once() -> None:
    world = World(calm_s=0.0)
    assert world.after(0, HOT) == [(Fault.HOT, True)]
    assert world.after(60, WELL) == [(Fault.HOT, False)]


def test_a_fault_that_keeps_candidates_away_is_over_when_its_reason_is() -> None:
    world = World()
    assert world.after(0, LATE) == [(Fault.CLOCK, True)]
    assert world.after(60, WELL) == [(Fault.CLOCK, False)]
    assert world.after(60, DOUBTFUL) == [], "a doubt keeps nobody away"


@given(st.lists(st.sampled_from([(), (HOT,), (LATE,), (HOT, LATE), (NAMELESS, WELL)]), max_size=30))
def test_whatever_is_found_is_begun_before_it_is_over(seen: list[tuple[Finding, ...]]) -> None:
    world = World()
    there: set[Fault] = set()
    for found in seen:
        for fault, begins in world.after(60, *found):
            assert begins != (fault in there)
            there ^= {fault}
        assert {Fault.HOT} & there or HOT not in found
        assert (Fault.CLOCK in there) == (LATE in found)


def test_the_journal_tells_each_thing_once(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING)
    world = World()
    warmer = Finding("warn", "It is hotter.", "Give it air.", "TMP1")
    louder = Finding("warn", "It rattles more.", "Shake it.")
    for found in (
        (HOT, NAMELESS),
        (warmer, louder),
        (WELL,),
        (HOT, NAMELESS),
        (louder,),
        (louder,),
    ):
        world.after(60, *found)
    said = [record.getMessage() for record in caplog.records]
    assert said == [
        "thing: It is hot. Give it air.",
        "thing: It rattles more. Shake it.",
        "thing: It rattles more. Shake it.",
    ]
    assert caplog.records[0].__dict__["kiosk_code"] == "TMP1"


def test_what_passes_by_itself_is_not_worth_a_line(caplog: pytest.LogCaptureFixture) -> None:
    world = World()
    for found in (NAMELESS, WELL, NAMELESS, WELL):
        world.after(60, found)
    assert not caplog.records


def test_a_look_that_breaks_ends_nothing(caplog: pytest.LogCaptureFixture) -> None:
    world = World()

    def broken(_: Patient) -> Iterator[Finding]:
        raise RuntimeError("torn")

    rounds = Rounds(
        Patient(),
        lambda fault, *, there: world.told.append((fault, there)),
        rounds={"one": Round(broken, ""), "other": Round(lambda _: iter([HOT]), "")},
    )
    rounds.step()
    assert world.told == [(Fault.HOT, True)]
    assert "the check one broke" in caplog.text


def held(begun: threading.Event, go: threading.Event) -> Callable[[Patient], Iterator[Finding]]:
    def look(_: Patient) -> Iterator[Finding]:
        begun.set()
        go.wait()
        yield HOT

    return look


def test_neither_start_nor_stop_waits_for_a_slow_look_and_nothing_is_told_after_it() -> None:
    begun, go, told = threading.Event(), threading.Event(), list[tuple[Fault, bool]]()
    rounds = Rounds(
        Patient(),
        lambda fault, *, there: told.append((fault, there)),
        rounds={"slow": Round(held(begun, go), "")},
    )
    rounds.start()
    assert begun.wait(30)
    rounds.stop()
    (thread,) = (each for each in threading.enumerate() if each.name == "rounds")
    go.set()
    thread.join(30)
    assert not thread.is_alive()
    assert told == []


def test_the_booth_s_own_rounds_find_what_a_machine_lacks(tmp_path: Path) -> None:
    told: list[tuple[Fault, bool]] = []
    machine = patient(
        tmp_path,
        {
            "sys/class/hwmon/hwmon0/name": "rpi_volt",
            "sys/class/hwmon/hwmon0/in0_lcrit_alarm": "1",
            "proc/sys/kernel/random/boot_id": "one",
            "sys/class/thermal/thermal_zone0/temp": "85000",
            "sys/fs/ext4/mmcblk0p2/errors_count": "1",
            "etc/systemd/system/kiosk.service": "changed",
            "var/lib/kiosk/x": "",
            "sys/class/drm/card1-HDMI-A-1/status": "disconnected",
        },
    )
    Rounds(machine, lambda fault, *, there: told.append((fault, there))).step()
    assert {
        Fault.POWER,
        Fault.HOT,
        Fault.DISK_FAILING,
        Fault.SCREEN_GONE,
        Fault.UNITS_CHANGED,
    } <= {fault for fault, there in told if there}
    assert (tmp_path / "var/lib/kiosk/undervoltage").read_text() == "one"
    assert all(each.every_s >= 2 for each in ROUNDS.values())
