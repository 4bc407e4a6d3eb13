import json
import logging
import threading
from pathlib import Path

import pytest

from kiosk.host.files import replace_file
from kiosk.host.publishing import COUNTS_FILE, Publisher, facts
from kiosk.host.systemd import boot_id

REPORT = {"phase": "idle"}
DAYS = {"2026-11-25": {"presses": 3}}
FULL = Path("/dev/full")


def publisher(folder: Path) -> Publisher:
    (folder / "run").mkdir(exist_ok=True)
    (folder / "state").mkdir(exist_ok=True)
    environ = {"RUNTIME_DIRECTORY": f"{folder}/run:/other", "STATE_DIRECTORY": f"{folder}/state"}
    return Publisher(environ)


def wait_for_counts() -> None:
    for thread in threading.enumerate():
        if thread.name == "counts":
            thread.join()


def test_a_report_is_for_everybody_and_counts_are_for_the_booth(tmp_path: Path) -> None:
    paper = publisher(tmp_path)
    paper.publish(REPORT)
    assert paper.save(DAYS)
    wait_for_counts()
    report, counts = tmp_path / "run" / "status.json", tmp_path / "state" / COUNTS_FILE
    assert json.loads(report.read_text()) == REPORT
    assert report.stat().st_mode & 0o777 == 0o644
    assert counts.stat().st_mode & 0o777 == 0o600
    assert publisher(tmp_path).saved() == DAYS


def test_without_a_service_manager_nothing_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    paper = Publisher({})
    paper.publish(REPORT)
    assert paper.save(DAYS)
    assert paper.saved() is None
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("kept", ["", "[" * 60_000, "{", "\udcff"])
def test_counts_that_cannot_be_read_are_none(tmp_path: Path, kept: str) -> None:
    paper = publisher(tmp_path)
    (tmp_path / "state" / COUNTS_FILE).write_bytes(kept.encode("utf-8", "surrogateescape"))
    assert paper.saved() is None


def test_a_full_disk_is_told_once_until_it_has_room_again(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    paper = publisher(tmp_path)

    def full(*_: object, **__: object) -> None:
        FULL.write_text("x")

    with caplog.at_level(logging.WARNING):
        for replace in (full, full, replace_file, full):
            monkeypatch.setattr("kiosk.host.publishing.replace_file", replace)
            paper.publish(REPORT)
    said = [each for each in caplog.messages if "No space left" in each]
    assert len(said) == len(caplog.messages) == 2


def test_a_card_that_hangs_is_not_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paper, let_go = publisher(tmp_path), threading.Event()
    monkeypatch.setattr("kiosk.host.publishing.replace_file", lambda *_, **__: let_go.wait(60))
    assert paper.save(DAYS)
    assert not paper.save(DAYS)
    let_go.set()
    wait_for_counts()
    assert paper.save(DAYS)
    wait_for_counts()


def test_the_facts_are_this_machine_s() -> None:
    assert facts().boot_id == boot_id() != ""
    assert facts().version


def test_a_machine_that_does_not_tell_its_boot(tmp_path: Path) -> None:
    assert boot_id(tmp_path) == ""
