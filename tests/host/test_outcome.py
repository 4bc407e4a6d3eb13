import socket
import time
from pathlib import Path

import pytest

from kiosk.host import outcome
from kiosk.host.notices import read_notices

pytest.importorskip("systemd.daemon")


def test_a_result_is_printed_posted_and_told_to_systemd(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    manager: socket.socket,
) -> None:
    before_s = time.monotonic()
    outcome.tell("doctor", "warn", "It is warm\nin here.", folder=tmp_path)
    assert manager.recv(1024) == b"STATUS=It is warm in here."
    assert capsys.readouterr().out == "It is warm in here.\n"
    (notice,) = read_notices(tmp_path)
    assert (notice.name, notice.level, notice.text) == ("doctor", "warn", "It is warm in here.")
    assert before_s <= notice.at_s <= time.monotonic()


def test_without_a_booth_and_without_systemd_it_is_printed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("NOTIFY_SOCKET", raising=False)
    outcome.tell("doctor", "pass", "All is well.", folder=tmp_path / "away")
    said = capsys.readouterr()
    assert said.out == "All is well.\n"
    assert "The booth's screen does not show it" in said.err
    assert "Traceback" not in said.err
    assert not list(tmp_path.iterdir())
