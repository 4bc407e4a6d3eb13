"""Dates that cannot be, and who set them."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from kiosk.doctor import clock
from tests.doctor.machine import patient, told

TODAY_S = datetime(2026, 11, 25, tzinfo=UTC).timestamp()


@pytest.mark.parametrize("wrong_s", [0.0, -1e18, clock.EARLIEST.timestamp() - 1, 4.2e9, 1e30])
def test_a_date_that_cannot_be_keeps_candidates_away(tmp_path: Path, wrong_s: float) -> None:
    machine = patient(tmp_path, {clock.SYNCHRONIZED: ""})
    assert told(clock.clock(machine, lambda: wrong_s)) == [("fail", "CLK1")]


def test_a_clock_that_nobody_set_is_only_warned_of(tmp_path: Path) -> None:
    (finding,) = clock.clock(patient(tmp_path), lambda: TODAY_S)
    assert (finding.level, finding.code) == ("warn", "")
    assert "2026-11-25" in finding.what
    assert told(clock.clock(patient(tmp_path, {clock.SYNCHRONIZED: ""}), lambda: TODAY_S)) == [
        ("pass", "")
    ]
