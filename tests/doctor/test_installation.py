"""Installed files against those of the release."""

from pathlib import Path

import pytest

from kiosk.doctor import installation
from kiosk.doctor.patient import Patient
from kiosk.places import ROOT
from tests.doctor.machine import patient, told

RELEASE = {"kiosk.service": "booth", "kiosk-token.socket": "socket", "tmpfiles.d/k.conf": "files"}
PLACED = {
    "etc/systemd/system/kiosk.service": "booth",
    "etc/systemd/system/kiosk-token.socket": "socket",
    "etc/tmpfiles.d/k.conf": "files",
}


@pytest.fixture
def release(tmp_path: Path) -> Path:
    for path, text in RELEASE.items():
        place = tmp_path / "release" / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text)
    return tmp_path / "release"


def found(machine: Patient, release: Path, systemd: str = "") -> list[tuple[str, str]]:
    return told(installation.unit_files(machine, lambda _: systemd, release))


def test_what_is_installed_as_it_was_brought_passes(tmp_path: Path, release: Path) -> None:
    assert found(patient(tmp_path), release) == [("skip", "")]
    assert found(patient(tmp_path, PLACED), release) == [("pass", "")]


@pytest.mark.parametrize("path", PLACED)
def test_a_file_that_is_changed_or_gone_is_named(tmp_path: Path, release: Path, path: str) -> None:
    machine = patient(tmp_path, PLACED)
    (tmp_path / path).write_text("another")
    (finding,) = installation.unit_files(machine, lambda _: "", release)
    assert (finding.level, finding.code) == ("warn", "UNT1")
    assert f"/{path}" in finding.what
    if path != "etc/systemd/system/kiosk.service":
        (tmp_path / path).unlink()
        assert found(machine, release) == [("warn", "UNT1")]


def test_systemd_may_know_an_older_one(tmp_path: Path, release: Path) -> None:
    said = "Id=kiosk.service\nNeedDaemonReload=yes\n\nId=kiosk-token.socket\nNeedDaemonReload=no\n"
    (finding,) = installation.unit_files(patient(tmp_path, PLACED), lambda _: said, release)
    assert (finding.level, finding.code, finding.do) == ("warn", "UNT1", installation.RELOAD)
    assert "kiosk.service" in finding.what
    assert "socket" not in finding.what
    assert found(patient(tmp_path, PLACED), release, "\n=\ngarbage") == [("pass", "")]


def test_what_somebody_overrides_on_purpose_is_named_and_shown_on_no_screen(
    tmp_path: Path, release: Path
) -> None:
    machine = patient(tmp_path, PLACED | {"etc/systemd/system/kiosk.service.d/own.conf": ""})
    (finding,) = installation.unit_files(machine, lambda _: "", release)
    assert (finding.level, finding.code) == ("warn", "")
    assert "own.conf" in finding.what


def test_every_file_of_ours_has_a_place() -> None:
    ours = {path for path in (ROOT / "systemd").rglob("*") if path.is_file()}
    placed = {path for pattern in installation.PLACES for path in (ROOT / "systemd").glob(pattern)}
    assert placed == ours
