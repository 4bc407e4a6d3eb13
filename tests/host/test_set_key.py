import io
import os
from pathlib import Path

import pytest

from kiosk import cli
from kiosk.config import INSTALLED, service_of
from kiosk.errors import ExitStatus
from kiosk.host import set_key
from kiosk.secret import Secret

KEY = "sk-right-0123456789abcdef"


class Desk:
    """Takes the place of the machine."""

    def __init__(self) -> None:
        self.sealed: list[Secret] = []
        self.renews = True

    def seal(self, key: Secret, service: str) -> Path:
        self.sealed.append(key)
        self.service = service
        return Path("/etc/place")

    def renew(self) -> bool:
        return self.renews


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Desk:
    desk = Desk()
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(set_key, "seal", desk.seal)
    monkeypatch.setattr(set_key, "renew", desk.renew)
    return desk


@pytest.mark.parametrize("renews", [True, False])
def test_takes_the_key_from_standard_input(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], renews: bool
) -> None:
    desk.renews = renews
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{KEY}\n"))
    assert cli.main(["set-key"]) == ExitStatus.DONE
    assert desk.sealed == [Secret(KEY)]
    out, err = capsys.readouterr()
    assert KEY not in out + err
    assert f"The key for {desk.service} is sealed in /etc/place." in out
    assert desk.service == service_of(INSTALLED)
    assert "Root can open it, and so can whoever holds the card." in out
    assert ("systemctl start kiosk-token.socket" in out) is not renews


def test_asks_a_person_without_showing_what_is_typed(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr("sys.stdin", Terminal())
    monkeypatch.setattr("getpass.getpass", lambda _: KEY)
    assert cli.main(["set-key"]) == ExitStatus.DONE
    assert desk.sealed == [Secret(KEY)]


@pytest.mark.parametrize("text", ["", "two words", "x" * 100_000])
def test_what_is_no_key_is_not_sealed(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], text: str
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(text))
    assert cli.main(["set-key"]) == ExitStatus.NOTHING_TO_BE_DONE
    assert desk.sealed == []
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_only_root_may_seal(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert cli.main(["set-key"]) == ExitStatus.NOTHING_TO_BE_DONE
    assert "sudo kiosk set-key" in capsys.readouterr().err
    assert desk.sealed == []
