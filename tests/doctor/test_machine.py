"""Memory, watchdog and versions."""

from pathlib import Path

import pytest

from kiosk.doctor import machine
from tests.doctor.machine import patient, told


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("MemTotal: 9 kB\nMemAvailable:    900000 kB\n", "pass"),
        ("MemAvailable: 1000 kB\n", "warn"),
        ("MemAvailable: many kB\n", "skip"),
        ("", "skip"),
    ],
)
def test_free_memory_is_what_an_interview_needs(tmp_path: Path, text: str, level: str) -> None:
    assert told(machine.memory(patient(tmp_path, {"proc/meminfo": text}))) == [(level, "")]


@pytest.mark.parametrize(
    ("files", "level"),
    [
        ({}, "warn"),
        ({"state": "inactive\n"}, "warn"),
        ({"state": "active\n"}, "pass"),
        ({"x": ""}, "pass"),
    ],
)
def test_a_watchdog_must_be_there_and_in_use(
    tmp_path: Path, files: dict[str, str], level: str
) -> None:
    paths = {f"sys/class/watchdog/watchdog0/{name}": text for name, text in files.items()}
    assert told(machine.watchdog(patient(tmp_path, paths))) == [(level, "")]


def test_what_runs_here_is_one_line(tmp_path: Path) -> None:
    files = {
        "etc/os-release": 'NAME=x\nPRETTY_NAME="Debian 12"\n',
        "proc/device-tree/model": "Raspberry Pi 5 Model B Rev 1.0\0",
        "proc/sys/kernel/osrelease": "6.6.1-rpi\n",
    }
    (finding,) = machine.versions(patient(tmp_path, files))
    for part in ("Debian 12", "Raspberry Pi 5 Model B Rev 1.0.", "6.6.1-rpi", "SDL 2."):
        assert part in finding.what
    assert told(machine.versions(patient(tmp_path / "bare"))) == [("pass", "")]
