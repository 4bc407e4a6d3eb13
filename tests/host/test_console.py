from pathlib import Path

import pytest

from kiosk.host.console import REQUEST, ask_for_console


def test_a_service_leaves_its_request_in_its_own_folder(tmp_path: Path) -> None:
    for _ in range(2):
        ask_for_console({"RUNTIME_DIRECTORY": f"{tmp_path}:/elsewhere"})
    assert [path.name for path in tmp_path.iterdir()] == [REQUEST]


def test_a_booth_at_a_desk_asks_for_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    ask_for_console({})
    assert not list(tmp_path.iterdir())


def test_a_folder_that_is_gone_is_one_line(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    ask_for_console({"RUNTIME_DIRECTORY": str(tmp_path / "gone")})
    assert caplog.text.count("no login can be asked for") == 1
    assert "Traceback" not in caplog.text
