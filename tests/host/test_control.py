from pathlib import Path

import pytest

from kiosk.core import events as on
from kiosk.core.notices import SHOWN_S, Notice
from kiosk.host.control import MAINTENANCE, Control, Watcher
from kiosk.host.notices import post


class Staff:
    """The folder, a clock, and all that the booth was told of it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.notices = folder / "notices"
        self.now_s = 5000.0
        self.told: list[on.Event] = []
        self.control = Control(folder, lambda: self.now_s)
        self.watcher = Watcher(self.told.append, self.control)

    def look(self) -> list[on.Event]:
        """What is told by one look."""
        self.told.clear()
        self.watcher.look()
        return self.told.copy()

    def say(self, text: str) -> Notice:
        notice = Notice("doctor", "warn", text, self.now_s)
        post(notice, self.notices)
        return notice


@pytest.fixture
def staff(tmp_path: Path) -> Staff:
    (tmp_path / "notices").mkdir()
    return Staff(tmp_path)


def test_maintenance_is_told_when_it_begins_and_when_it_ends(staff: Staff) -> None:
    assert staff.look() == []
    (staff.folder / MAINTENANCE).touch()
    assert staff.look() == [on.MaintenanceBegun()]
    assert staff.look() == []
    (staff.folder / MAINTENANCE).unlink()
    assert staff.look() == [on.MaintenanceEnded()]


def test_notices_are_told_once_each_time_they_change(staff: Staff) -> None:
    first = staff.say("It is warm in here.")
    assert staff.look() == [on.NoticesRead((first,))]
    assert staff.look() == []
    staff.now_s += 1
    second = staff.say("It is cooler now.")
    assert staff.look() == [on.NoticesRead((second,))]
    (staff.notices / "doctor.json").unlink()
    assert staff.look() == [on.NoticesRead(())]


def test_what_is_no_news_any_more_is_not_said(staff: Staff) -> None:
    staff.say("It is warm in here.")
    staff.now_s += SHOWN_S
    assert staff.control.notices() == ()
    assert staff.look() == []


def test_a_machine_without_the_folder_wants_nothing(tmp_path: Path) -> None:
    nobody = Staff(tmp_path / "missing")
    assert nobody.look() == []
    assert not nobody.control.wanted()
    assert nobody.control.notices() == ()
