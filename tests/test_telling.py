import logging

import pytest

from kiosk import log
from kiosk.core.effects import SumUp
from kiosk.core.faults import Fault
from kiosk.core.snapshot import Phase, Snapshot
from kiosk.telling import READY_PHASES, Telling

INTERVIEW = (Phase.CONNECTING, Phase.CONVERSING, Phase.RECONNECTING, Phase.CONVERSING)


class Manager:
    """A service manager that keeps what it was told."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.readies = 0

    def status(self, text: str) -> None:
        """Keep a line."""
        self.lines.append(text)

    def ready(self) -> None:
        """Count."""
        self.readies += 1


@pytest.fixture
def fields(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, str]]:
    """Each context that the journal was given."""
    given: list[dict[str, str]] = []
    monkeypatch.setattr(log, "set_context", lambda **context: given.append(context))
    return given


@pytest.fixture
def manager() -> Manager:
    return Manager()


def test_the_service_is_ready_once_the_screen_says_something_true(manager: Manager) -> None:
    telling = Telling(manager)
    told = []
    for phase in (Phase.BOOTING, *READY_PHASES):
        telling.show(Snapshot(phase))
        told.append(manager.readies)
    assert told == [0, 1, 1, 1]
    assert manager.lines[0] == "Starting"


def test_each_interview_has_a_name_of_its_own(
    manager: Manager, fields: list[dict[str, str]]
) -> None:
    telling = Telling(manager)
    for phase in (*INTERVIEW, Phase.FAREWELL, Phase.WIPING, Phase.IDLE, *INTERVIEW, Phase.IDLE):
        telling.show(Snapshot(phase))
    names = [each["session"] for each in fields]
    first, second = names[0], names[7]
    assert first
    assert second
    assert first != second
    assert names == [first] * 6 + [""] + [second] * 4 + [""]


def test_records_carry_the_code_of_the_moment(
    manager: Manager, fields: list[dict[str, str]]
) -> None:
    telling = Telling(manager)
    for fault in (Fault.UNREACHABLE, Fault.UNREACHABLE, Fault.MIC_MISSING):
        telling.show(Snapshot(Phase.OUT_OF_SERVICE, fault=fault))
    telling.show(Snapshot(Phase.IDLE))
    assert [(each["phase"], each["code"]) for each in fields] == [
        ("out of service", "NET1"),
        ("out of service", "MIC2"),
        ("idle", ""),
    ]


def test_a_fault_while_calling_keeps_the_name(
    manager: Manager, fields: list[dict[str, str]]
) -> None:
    telling = Telling(manager)
    telling.show(Snapshot(Phase.CONNECTING))
    telling.show(Snapshot(Phase.CONNECTING, fault=Fault.ECHO))
    assert fields[0]["session"]
    assert len({each["session"] for each in fields}) == 1


@pytest.mark.parametrize(
    ("effect", "line"),
    [
        (SumUp("finished", 5, 5), "interview ended: all was asked; question 5 of 5"),
        (
            SumUp("fault", 2, 5, Fault.LINE_LOST),
            "[NET5] interview ended early: The call was lost; question 2 of 5",
        ),
    ],
)
def test_an_interview_is_summed_up_in_one_line(
    manager: Manager, caplog: pytest.LogCaptureFixture, effect: SumUp, line: str
) -> None:
    with caplog.at_level(logging.INFO):
        Telling(manager).sum_up(effect)
    assert caplog.messages == [line]
