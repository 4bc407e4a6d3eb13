"""What the doctor makes of what was heard."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from kiosk.audio.loop import Heard, Trouble
from kiosk.audio.outside import DevicesError
from kiosk.core.snapshot import STAFF_PHASES, Phase
from kiosk.doctor.patient import Patient
from kiosk.doctor.sound import sound
from kiosk.settings import AudioSettings, ProfileName
from tests.doctor.machine import patient, told

GOOD = Heard(quiet_dbfs=-60, delay_ms=80.0, echo_dbfs=-40.0, left_dbfs=-70.0, verdict="CLEAN")
UNHEARD = Heard(quiet_dbfs=-60, verdict="CLEAN")


def booth(folder: Path, profile: ProfileName = "open") -> Patient:
    return patient(folder, audio=AudioSettings(profile=profile))


@pytest.mark.parametrize(
    ("profile", "heard", "found"),
    [
        ("open", GOOD, [("pass", ""), ("pass", "")]),
        ("open", UNHEARD, [("pass", ""), ("warn", "")]),
        ("headset", UNHEARD, [("pass", ""), ("pass", "")]),
        ("speakerphone", GOOD, [("pass", ""), ("warn", "")]),
        ("open", Heard(zeros=True), [("fail", "MIC3")]),
        ("open", Heard(quiet_dbfs=-60), [("pass", ""), ("fail", "SPK2")]),
        ("open", Heard(real=False), [("skip", "")]),
        (
            "open",
            Heard((Trouble("SPK2", "Gone."), Trouble("MIC2", "Gone."))),
            [("fail", "SPK2"), ("fail", "MIC2")],
        ),
    ],
)
def test_each_outcome_is_told(
    tmp_path: Path, profile: ProfileName, heard: Heard, found: list[tuple[str, str]]
) -> None:
    assert told(sound(booth(tmp_path, profile), lambda _: heard)) == found


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({"verdict": "LEAKS"}, [("pass", ""), ("warn", "SND2")]),
        ({"failure": "No library."}, [("pass", ""), ("warn", "SND4")]),
        ({"delay_ms": 450.0}, [("pass", ""), ("warn", "")]),
        ({"clipped": True}, [("warn", "MIC4"), ("pass", "")]),
        ({"quiet_dbfs": -90.0}, [("warn", ""), ("pass", "")]),
    ],
)
def test_each_flaw_of_a_good_one_is_told(
    tmp_path: Path, change: dict[str, Any], found: list[tuple[str, str]]
) -> None:
    flawed = replace(GOOD, **change)
    assert told(sound(booth(tmp_path), lambda _: flawed)) == found


def test_the_figures_are_told(tmp_path: Path) -> None:
    _, loop = sound(booth(tmp_path), lambda _: GOOD)
    assert "80 ms late, at -40 dBFS; 30 dB of it are removed" in loop.what


def test_devices_that_do_not_answer_are_a_dead_engine(tmp_path: Path) -> None:
    def hang(_: AudioSettings) -> Heard:
        raise DevicesError("They did not answer.")

    assert told(sound(booth(tmp_path), hang)) == [("fail", "SND1")]


@pytest.mark.parametrize("phase", Phase)
def test_nobody_who_is_in_the_booth_is_disturbed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, phase: Phase
) -> None:
    listened: list[AudioSettings] = []

    def listen(settings: AudioSettings) -> Heard:
        listened.append(settings)
        return GOOD

    monkeypatch.setattr("kiosk.doctor.patient.read_status", lambda _: {"phase": phase.value})
    levels = [level for level, _ in told(sound(booth(tmp_path), listen))]
    free = phase in STAFF_PHASES
    assert levels == (["pass", "pass"] if free else ["skip"])
    assert bool(listened) is free
    assert free is (phase in (Phase.BOOTING, Phase.IDLE, Phase.OUT_OF_SERVICE, Phase.MAINTENANCE))
