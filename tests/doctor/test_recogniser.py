"""Whether a dead line finds a stand-in."""

from pathlib import Path
from typing import Literal

import pytest

from kiosk.doctor.recogniser import recogniser
from kiosk.settings import InterviewSettings
from tests.doctor.machine import patient, told


@pytest.mark.parametrize(
    ("wanted", "there", "level"),
    [
        ("standin", True, "pass"),
        ("standin", False, "warn"),
        ("goodbye", True, "pass"),
        ("goodbye", False, "skip"),
    ],
)
def test_a_stand_in_that_cannot_hear_is_told_before_it_is_needed(
    tmp_path: Path, wanted: Literal["goodbye", "standin"], there: bool, level: str
) -> None:
    booth = patient(tmp_path, interview=InterviewSettings(when_line_dies=wanted))
    assert told(recogniser(booth, lambda: there)) == [(level, "")]
