import threading
import time
from collections.abc import Mapping

import pytest

from kiosk.core.faults import Fault
from kiosk.core.snapshot import Phase, Snapshot
from kiosk.report.bulletin import FIELDS, Facts
from kiosk.report.standing import standing
from kiosk.report.tally import Counts
from kiosk.settings import Settings

SNAPSHOT = Snapshot(Phase.OUT_OF_SERVICE, fault=Fault.CONFIG)


class Paper:
    """A publisher that keeps what it was given."""

    def __init__(self) -> None:
        self.reports: list[Mapping[str, object]] = []
        self.twice = threading.Event()

    def publish(self, report: Mapping[str, object]) -> None:
        """Keep a report."""
        self.reports.append(report)
        if len(self.reports) == 2:
            self.twice.set()

    def save(self, days: Mapping[str, Counts]) -> bool:
        """Nothing is counted."""
        raise AssertionError(days)

    def saved(self) -> object:
        """Nothing was kept."""
        return None


def test_a_booth_that_cannot_begin_says_so_again_and_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("kiosk.report.standing.EVERY_S", 0.01)
    paper = Paper()
    with standing(paper, Settings(), Facts("1", "boot", time.monotonic()), SNAPSHOT):
        assert paper.twice.wait(10)
    said = len(paper.reports)
    report = paper.reports[-1]
    assert set(report) == set(FIELDS)
    assert (report["code"], report["phase"], report["in_interview"]) == (
        "CFG1",
        "out of service",
        False,
    )
    assert not [each for each in threading.enumerate() if each.name == "standing"]
    assert len(paper.reports) == said
